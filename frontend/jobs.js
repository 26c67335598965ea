// Evidence maps that take longer than an answer: asked for, followed to their end, and cancelled when nobody
// waits for them any more. Only who knows a job's key learns of it.
import { getJSON, post, problemOf, UNREACHABLE } from "./api.js";
import { patiently } from "./patience.js";

const JOBS = "/api/explanations";
const SILENCE_MS = 5_000; // after which a stream is taken to be held up on its way
const PAUSE_MS = 1_000; // between two questions, where there is no stream
const PATIENCE = 5; // failures in a row, after which the server is given up

const GIVEN_UP = {
  title: "The map was not finished",
  detail: "The server stopped working on it, as it does when nobody seems to wait any more. Try again.",
  canRetry: true,
};

const address = ({ id }) => `${JOBS}/${encodeURIComponent(id)}`;
const keyOf = ({ key }) => ({ "X-Job-Key": key });
const hasEnded = ({ state }) => ["done", "failed", "cancelled"].includes(state);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Hand every whole event of a stream of server-sent events to `onTold`, as the object that it carries. */
async function readEvents(body, onHeard, onTold) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onHeard();
    const events = (text + value).split(/\r?\n\r?\n/);
    text = events.pop();
    const told = events.map((event) => /^data: ?(.*)$/m.exec(event)?.[1]).filter(Boolean);
    told.forEach((data) => onTold(JSON.parse(data)));
  }
}

/** Follow a job by its stream, until that ends, breaks, or falls silent. */
async function listen(job, signal, onTold) {
  const connection = new AbortController();
  const leave = () => connection.abort();
  let alarm = null;
  const onHeard = () => {
    clearTimeout(alarm);
    alarm = setTimeout(leave, SILENCE_MS);
  };
  signal.addEventListener("abort", leave);
  onHeard();
  try {
    const { ok, body } = await fetch(`${address(job)}/events`, { headers: keyOf(job), signal: connection.signal });
    if (ok) await readEvents(body, onHeard, onTold);
  } finally {
    clearTimeout(alarm);
  }
}

/** Follow a job by asking for it; a server that cannot be reached for a moment is asked again. */
async function poll(job, signal, onTold) {
  for (let failures = 0; !signal.aborted; await pause(PAUSE_MS)) {
    try {
      const told = await getJSON(address(job), keyOf(job));
      failures = 0;
      onTold(told);
      if (hasEnded(told)) return;
    } catch (problem) {
      failures += 1;
      if (problem.status === 404) throw { ...problem, canRetry: true }; // forgotten, as after a laptop's sleep
      if (problem !== UNREACHABLE || failures === PATIENCE) throw problem;
    }
  }
}

async function follow(job, signal, onTold) {
  let newest = job;
  const hear = (told) => onTold((newest = told));
  await listen(job, signal, hear).catch(() => null); // whatever became of the stream, the job may go on
  if (!hasEnded(newest)) await poll(job, signal, hear);
  return newest;
}

/**
 * Ask for an evidence map of `image`. Resolves to it, rejects with a problem; `onTold` gets the job as it
 * goes on. Once `signal` aborts the job is cancelled, and what comes of this is of no meaning any more.
 */
export async function makeMap(image, options, { signal, onUploaded, onWait, onTold }) {
  const job = await patiently(() => post(JOBS, image, options, { signal, onUploaded }), { signal, onWait });
  const cancel = () => fetch(address(job), { method: "DELETE", headers: keyOf(job), keepalive: true }).catch(() => null);
  signal.addEventListener("abort", cancel);
  const { state, explanation, problem } = await follow(job, signal, onTold);
  if (state === "done") return explanation;
  throw problem ? problemOf(problem.status, problem) : GIVEN_UP;
}
