// Follows the system's light or dark setting; paper is light. A classic script in the head, so that the first
// paint is right.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const show = (theme) => document.documentElement.setAttribute("data-bs-theme", theme);
  const apply = () => show(dark.matches ? "dark" : "light");
  dark.addEventListener("change", apply);
  window.addEventListener("beforeprint", () => show("light"));
  window.addEventListener("afterprint", apply);
  apply();
})();
