// Patience with a server that says when to come back: waits as long as it asks, says so, and tries again.

const PATIENCE_S = 120; // of waiting in all, after which a person is to decide
const GROWTH = 1.5; // of one wait over the one before: a server that is busy still needs more time than it thought
const SPREAD = 0.2; // so that those who were told the same do not all come back at once

const asksToWait = ({ status, retryAfter }) => (status === 429 || status === 503) && retryAfter > 0;

/** Resolves after so many seconds; never, once `signal` aborts. */
const pause = (seconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener("abort", () => clearTimeout(timer));
  });

/**
 * Resolve to what `attempt` resolves to, however often the server asks to come back later. `onWait` gets
 * {problem, until} before each wait, `until` in milliseconds as Date.now() counts; `onAsk` is called after it. Rejects with
 * the problem of the last attempt, which is any that fails once `signal` has aborted.
 */
export async function patiently(attempt, { signal, onWait, onAsk = () => null }) {
  let spent = 0;
  for (let growth = 1; ; growth *= GROWTH) {
    try {
      return await attempt();
    } catch (problem) {
      const seconds = problem.retryAfter * growth * (1 + SPREAD * Math.random());
      if (signal?.aborted || !asksToWait(problem) || spent + seconds > PATIENCE_S) throw problem;
      spent += seconds;
      onWait({ problem, until: Date.now() + 1000 * seconds });
      await pause(seconds, signal);
      onAsk();
    }
  }
}
