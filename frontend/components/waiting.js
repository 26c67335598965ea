// While the server asks to wait: why, and how long it still takes.
import { html, useEffect, useState } from "../lib.js";

/** By the last part of a problem's type: those of the server that ask to wait. */
export const REASONS = {
  busy: "More came at the same time than it can do.",
  deadline: "More came at the same time than it can do, and the turn of this did not come.",
  "not-ready": "It is still loading the model.",
  "record-unavailable": "What is kept cannot be reached now.",
  "rate-limited": "It limits how much may be asked of it in a short time.",
};
const ANY_REASON = "It cannot answer at the moment.";

const reasonOf = ({ type }) => REASONS[type?.split("/").at(-1)] ?? ANY_REASON;

const secondsUntil = (time) => Math.max(0, Math.ceil((time - Date.now()) / 1000));

/** Seconds until `time` (milliseconds, or null), counted down as they pass. */
export function useSecondsLeft(time) {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (time === null) return undefined;
    const timer = setInterval(() => {
      setTick((tick) => tick + 1);
      if (!secondsUntil(time)) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [time]);
  return time === null ? 0 : secondsUntil(time);
}

/** A span of seconds as one says it. */
export function span(seconds) {
  if (seconds < 120) return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}

/** What a screen reader hears of a wait, once. */
export const waitingWords = ({ problem }) => `The server asks to wait. ${reasonOf(problem)} Trying again soon.`;

/** `waiting` is {problem, until}. */
export function Waiting({ waiting: { problem, until } }) {
  const seconds = useSecondsLeft(until);
  return html`
    <p className="waiting">
      The server asks to wait a moment. ${reasonOf(problem)}
      ${" "}<strong className="number" aria-hidden="true">${seconds ? `Trying again in ${span(seconds)}.` : "Trying again…"}</strong>
    </p>
  `;
}
