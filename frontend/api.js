// The server's HTTP interface. What goes wrong is rejected as a problem, the shape of RFC 9457, with
// `retryAfter` (seconds) where waiting helps and `canRetry` where trying again may.

const TIMEOUT_MS = 60_000;

/** What no form and no other site's page can send: by it the server knows that what changes something is this page's wish. */
export const OURS = { "X-Requested-With": "lesion" };

export const UNREACHABLE = {
  title: "The server cannot be reached",
  detail: "Pictures are judged by the server, not in this browser. Check your connection, then try again.",
  canRetry: true,
};
const TOO_SLOW = {
  title: "The server took too long",
  detail: "Nothing came back within a minute. Try again, with a smaller picture if the connection is slow.",
  canRetry: true,
};

/** Seconds that a Retry-After header asks for, given as seconds or as a date; 0 where there is none. */
function secondsToWait(header) {
  if (!header) return 0;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Math.max(0, Math.ceil(seconds) || 0);
}

export function problemOf(status, body, retryAfter) {
  const canRetry = status === 408 || status === 429 || (status >= 500 && status !== 501);
  const known = body && body.title ? body : {
    title: "The server gave an unexpected answer",
    detail: `It answered with status ${status}. Wait a moment, then try again.`,
  };
  return { ...known, status, canRetry, retryAfter: secondsToWait(retryAfter) };
}

const asJSON = (response) => response.json().catch(() => null);

/** Resolves to a response with a status that says yes; `options` are those of fetch. */
export async function reach(url, options = {}) {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), ...options }).catch((error) => {
    throw error.name === "TimeoutError" ? TOO_SLOW : UNREACHABLE;
  });
  if (response.ok) return response;
  throw problemOf(response.status, await asJSON(response), response.headers.get("Retry-After"));
}

export async function getJSON(url, headers = {}) {
  const response = await reach(url, { headers });
  const body = await asJSON(response);
  if (body) return body;
  throw problemOf(response.status, null, null);
}

export const getConfig = () => getJSON("/api/config");
export const cardURL = (model) => `/api/models/${encodeURIComponent(model)}`;

/** A model's measured ROC curve, from which the rates at any threshold are read. */
export const getRoc = (model) => getJSON(`${cardURL(model)}/roc`);

/** What a bundle's report says; null for a bundle that has none. */
const getReport = (model, { files }) =>
  files["report/report.json"] ? getJSON(`${cardURL(model)}/report/report.json`) : null;

/** A model's manifest, metrics and report, with `names`: diagnosis code -> English name. */
export async function getCard(model) {
  const [card, classes] = await Promise.all([getJSON(cardURL(model)), getJSON("/api/classes")]);
  const names = Object.fromEntries(classes.map(({ dx, name }) => [dx, name]));
  return { ...card, names, report: await getReport(model, card.manifest) };
}

function requestBody(image, options) {
  if (image.sample) return JSON.stringify({ sample: image.sample.id, ...options });
  const form = new FormData();
  form.append("file", image.file, "picture"); // the file's own name is nobody's business
  Object.entries(options).forEach(([key, value]) => form.append(key, String(value)));
  return form;
}

/**
 * Send `image` ({file} or {sample}) with `options` to `url`. Resolves to the answer, rejects with a problem,
 * and never settles once `signal` aborts. XMLHttpRequest, because fetch tells nothing of an upload's progress.
 */
export function post(url, image, options, { signal, onUploaded }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = requestBody(image, options);
    request.open("POST", url);
    request.timeout = TIMEOUT_MS;
    request.responseType = "json";
    Object.entries(OURS).forEach(([name, value]) => request.setRequestHeader(name, value));
    if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
    request.upload.onprogress = ({ loaded, total }) => onUploaded(total ? loaded / total : 0);
    request.upload.onload = () => onUploaded(1);
    request.onerror = () => reject(UNREACHABLE);
    request.ontimeout = () => reject(TOO_SLOW);
    request.onload = () =>
      [200, 202].includes(request.status) && request.response
        ? resolve(request.response)
        : reject(problemOf(request.status, request.response, request.getResponseHeader("Retry-After")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

export const classify = (image, options, handlers) => post("/api/classify", image, options, handlers);
