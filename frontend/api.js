// The server's HTTP interface. What goes wrong is rejected as a problem, the shape of RFC 9457, with
// `retryAfter` (seconds) where waiting helps and `canRetry` where trying again may.

const TIMEOUT_MS = 60_000;
const SILENCE_MS = 5_000; // after which a stream is taken to be held up on its way
const EVENT = /^event: (\w+)\ndata: (.*)$/gm;

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
 * Send `image` ({file} or {sample}) with `options` to `url`. Rejects with a problem where there is no answer, and
 * never settles once `signal` aborts; `expect(request, resolve, reject)` says what becomes of an answer.
 * XMLHttpRequest, because fetch tells nothing of an upload's progress.
 */
function send(url, image, options, { signal, onUploaded }, expect) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = requestBody(image, options);
    request.open("POST", url);
    request.timeout = TIMEOUT_MS;
    Object.entries(OURS).forEach(([name, value]) => request.setRequestHeader(name, value));
    if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
    request.upload.onprogress = ({ loaded, total }) => onUploaded(total ? loaded / total : 0);
    request.upload.onload = () => onUploaded(1);
    request.onerror = () => reject(UNREACHABLE);
    request.ontimeout = () => reject(TOO_SLOW);
    signal.addEventListener("abort", () => request.abort());
    expect(request, resolve, reject);
    request.send(body);
  });
}

const problemIn = (request, body) => problemOf(request.status, body, request.getResponseHeader("Retry-After"));

/** Send an image; resolves to the answer. */
export const post = (url, image, options, handlers) =>
  send(url, image, options, handlers, (request, resolve, reject) => {
    request.responseType = "json";
    request.onload = () =>
      [200, 202].includes(request.status) && request.response
        ? resolve(request.response)
        : reject(problemIn(request, request.response));
  });

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Send an image, and hand `onEvent` the name and the object of each event that comes back. Resolves when no more
 * come: because that was all, or because the stream broke or fell silent for longer than the server's heartbeat.
 */
export const postAndHear = (url, image, options, { signal, onUploaded, onEvent }) =>
  send(url, image, options, { signal, onUploaded }, (request, resolve, reject) => {
    let seen = 0;
    let alarm = null;
    const hear = () => {
      request.timeout = 0; // from here on silence alone is too long
      clearTimeout(alarm);
      alarm = setTimeout(() => request.abort(), SILENCE_MS);
      if (request.status !== 200) return;
      const whole = Math.max(seen, request.responseText.lastIndexOf("\n\n"));
      const events = request.responseText.slice(seen, whole).matchAll(EVENT);
      seen = whole;
      for (const [, name, data] of events) onEvent(name, JSON.parse(data));
    };
    request.setRequestHeader("Accept", "text/event-stream");
    request.onreadystatechange = () => request.readyState >= XMLHttpRequest.HEADERS_RECEIVED && request.status && hear();
    request.onprogress = hear;
    request.onerror = () => (seen || alarm ? resolve() : reject(UNREACHABLE));
    request.onload = () => (request.status === 200 ? resolve() : reject(problemIn(request, parsed(request.responseText))));
    request.onabort = () => signal.aborted || resolve();
    request.onloadend = () => clearTimeout(alarm);
  });

export const classify = (image, options, handlers) => post("/api/classify", image, options, handlers);
