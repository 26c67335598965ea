// Opens the page when the server cannot be reached: keeps the page's own files as they last came, and never a
// picture or an answer. What the server sends always goes first.

const KEPT = "page";
const OWN_FILE = /^\/(static\/.*)?$/;

/** Keep the page and every file that it names, so that one visit is enough. */
async function keepAll() {
  const page = await (await fetch("/")).text();
  const named = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
  await (await caches.open(KEPT)).addAll(new Set(["/", ...named])); // the same one twice would be an error
}

async function keep(request, response) {
  await (await caches.open(KEPT)).put(request, response);
}

async function newestElseKept(event) {
  const response = await fetch(event.request).catch(() => null);
  if (!response) return (await caches.match(event.request, { ignoreSearch: true })) ?? Response.error();
  if (response.ok) event.waitUntil(keep(event.request, response.clone()));
  return response;
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const own = event.request.method === "GET" && origin === location.origin && OWN_FILE.test(pathname);
  if (own) event.respondWith(newestElseKept(event));
});
