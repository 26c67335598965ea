// Evidence maps that take longer than an answer: the answer to the question itself tells of them until they are
// made. Where it does not get through, the job is asked for by its id and key instead.
import { getJSON, post, postAndHear, problemOf, UNREACHABLE } from "./api.js";
import { patiently } from "./patience.js";

const JOBS = "/api/explanations";
const PAUSE_MS = 1_000; // between two questions, where there is no stream
const PATIENCE = 5; // failures in a row, after which the server is given up

const address = ({ id }) => `${JOBS}/${encodeURIComponent(id)}`;
const keyOf = ({ key }) => ({ "X-Job-Key": key });
const hasEnded = (told) => ["done", "failed", "cancelled"].includes(told?.state);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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

/** Ask for a map whose progress is asked for as well; whoever aborts `signal` cancels it. */
async function askAndPoll(image, options, signal, onTold) {
  const job = await post(JOBS, image, options, { signal, onUploaded: () => null });
  const cancel = () => fetch(address(job), { method: "DELETE", headers: keyOf(job), keepalive: true }).catch(() => null);
  signal.addEventListener("abort", cancel);
  await poll(job, signal, onTold);
}

/**
 * Ask for an evidence map of `image`. Resolves to it, rejects with a problem; `onTold` gets the job as it
 * goes on. Once `signal` aborts the job is cancelled, and what comes of this is of no meaning any more.
 */
export async function makeMap(image, options, { signal, onUploaded, onWait, onTold }) {
  let newest = null;
  const hear = (told) => onTold((newest = told));
  const onEvent = (name, told) => name === "created" || hear(told);
  const attempt = () => postAndHear(JOBS, image, options, { signal, onUploaded, onEvent });
  await patiently(attempt, { signal, onWait });
  if (!hasEnded(newest)) await askAndPoll(image, options, signal, hear);
  const { state, explanation, problem } = newest;
  if (state === "done") return explanation;
  const told = problemOf(problem.status, problem);
  throw { ...told, canRetry: told.canRetry || state === "cancelled" }; // not by this page, which would not hear of it
}
