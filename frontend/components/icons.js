// The page's own icons: strokes on a 24-pixel grid, decoration only (the words beside them say it all).
import { html } from "../lib.js";

const PATHS = {
  upload: "M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M4 15v3a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-3",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M4 16v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2",
  camera: "M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zm8 8.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  image: "M4 5h16v14H4zM4 16l4.5-4.5 4 4L15 13l5 4M15.5 9.5h.01",
  above: "M12 3.5 22 20H2zM12 10v4.5M12 17.3v.01",
  below: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM7.5 9.5h9M12 17.5V12m0 5.5-2.5-2.5m2.5 2.5 2.5-2.5",
  retake: "M20 11.5A8 8 0 1 0 18 17.5M20 5v6.5h-6.5",
  unsure: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.7.4-1.1.9-1.1 1.7v.3M12 16.8v.01",
  advice: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.01",
  known: "M5 12.5l4.5 4.5L19 7.5",
  bin: "M4 7h16M9 7V4.5h6V7m2.5 0-.8 12.5H7.3L6.5 7M10 11v5m4-5v5",
  close: "M6 6l12 12M18 6 6 18",
};

export function Icon({ name, className = "" }) {
  return html`
    <svg className=${`icon ${className}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d=${PATHS[name]} />
    </svg>
  `;
}

/** The mark of the page: a lesion under a dermatoscope's ring. */
export function Mark() {
  return html`<img className="logo" src="/static/icon.svg" alt="" width="40" height="40" />`;
}
