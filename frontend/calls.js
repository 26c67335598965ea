// What is asked of the server, by name: under way, told to wait, or in vain. Of each name there is one at a time.
import { patiently } from "./patience.js";

// `running` from the first request to the last answer; `asking` while a request is out, not while it waits for its turn
const NO_CALL = { task: null, running: false, asking: false, waiting: null, problem: null };

/** {task, running, asking, waiting: {problem, until}, problem} of a name, as `calls` in the state has it. */
export const callOf = ({ calls }, name) => calls[name] ?? NO_CALL;

/** What any of them waits for, {problem, until}, or null. */
export const waitingIn = ({ calls }) => Object.values(calls).find(({ waiting }) => waiting)?.waiting ?? null;

/** An object without some of its keys. */
export const without = (object, ...keys) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** The calls without those of these names that were in vain; what is under way stays. */
export const forget = (calls, ...names) => without(calls, ...names.filter((name) => !calls[name]?.running));

const changed = (state, name, change) => ({ calls: { ...state.calls, [name]: { ...callOf(state, name), ...change } } });

export const CALL_CHANGES = {
  callBegun: (state, { name, task }) => changed(state, name, { ...NO_CALL, task, running: true, asking: true }),
  callWaits: (state, { name, waiting }) => changed(state, name, { asking: false, waiting }),
  callAsks: (state, { name }) => changed(state, name, { asking: true }),
  callFailed: (state, { name, problem }) => changed(state, name, { running: false, asking: false, waiting: null, problem }),
  callEnded: ({ calls }, { name }) => ({ calls: without(calls, name) }),
};

/** `ask`, `stop` and `giveUp`, which keep the state's calls by `dispatch`. */
export function makeCalls(dispatch) {
  const controllers = {};

  /** See to it that no more is asked under this name, and that nothing comes of what was. */
  const stop = (name) => controllers[name]?.abort();

  /** Stop a call for good: it is neither under way any more nor in vain. */
  function giveUp(name) {
    stop(name);
    dispatch({ type: "callEnded", name });
  }

  /**
   * Ask, however long the server asks to wait, in place of whatever was asked under this name before. `done` gets the
   * answer; `explain` may put a problem into other words; `task` says what for, where a name has several uses.
   */
  function ask(name, attempt, done, { task = null, explain = (problem) => problem } = {}) {
    stop(name);
    const { signal } = (controllers[name] = new AbortController());
    const send = (type, told) => signal.aborted || dispatch({ type, name, ...told });
    send("callBegun", { task });
    const onWait = (waiting) => send("callWaits", { waiting });
    return patiently(attempt, { signal, onWait, onAsk: () => send("callAsks") }).then(
      (answer) => {
        if (signal.aborted) return;
        send("callEnded");
        done(answer);
      },
      (problem) => send("callFailed", { problem: explain(problem) }),
    );
  }

  return { ask, stop, giveUp };
}
