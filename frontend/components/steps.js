// What stands where the result will be: how it works, the work going on, or what went wrong.
import { Alert, Button, html, Progress, Spinner, useMemo } from "../lib.js";
import { percent } from "../format.js";
import { keepingWords } from "../history.js";
import { span, useSecondsLeft, Waiting } from "./waiting.js";

const STEPS = [
  ["Add a picture", "A sharp close-up, the lesion in the middle and filling half of the picture."],
  [
    "Read the result",
    "A calibrated probability that the lesion is malignant, and how often the model is right at the setting in use, " +
      "measured on lesions it had never seen.",
  ],
  ["See where it looked", "A tint over the picture shows where the evidence lies."],
];

/** `record` is what the configuration says of keeping answers, null where none are kept. */
export function Steps({ record }) {
  return html`
    <section className="steps" aria-labelledby="steps-title">
      <h2 id="steps-title">How it works</h2>
      <ol>
        ${STEPS.map(([title, text]) => html`<li key=${title}><h3>${title}</h3><p>${text}</p></li>`)}
      </ol>
      <p className="small text-body-secondary mb-0">${keepingWords(record)}</p>
    </section>
  `;
}

function stageOf(image, { uploaded, waiting }) {
  if (waiting) return ["Waiting for the server", null];
  return !image.sample && uploaded < 1 ? ["Uploading the picture", uploaded] : ["Analysing the picture", null];
}

export function Working({ image, request, onCancel }) {
  const { waiting } = request;
  const [label, share] = stageOf(image, request);
  return html`
    <section className="panel working" aria-labelledby="working-title">
      <div className="d-flex align-items-center gap-3">
        <${Spinner} size="sm" aria-hidden="true">${null}<//>
        <h2 id="working-title" className="h5 mb-0">${label}…</h2>
        <span className="ms-auto number">${share !== null && percent(share)}</span>
      </div>
      ${waiting && html`<${Waiting} waiting=${waiting} />`}
      ${!waiting && html`
        <${Progress} value=${100 * (share ?? 1)} animated=${share === null} barAriaLabelledBy="working-title"
          barAriaValueText=${share === null ? "under way" : percent(share)} />`}
      <${Button} color="secondary" size="sm" onClick=${onCancel}>Cancel<//>
    </section>
  `;
}

export function Idle({ onAsk }) {
  return html`
    <section className="panel">
      <p>The analysis was cancelled.</p>
      <${Button} color="primary" autoFocus onClick=${onAsk}>Analyse the picture<//>
    </section>
  `;
}

export function Problem({ problem, onRetry }) {
  const { title, detail, canRetry, retryAfter, instance } = problem;
  const seconds = useSecondsLeft(useMemo(() => (retryAfter ? Date.now() + 1000 * retryAfter : null), [problem]));
  return html`
    <${Alert} color="" className="problem" fade=${false}>
      <h2 className="h5">${title}</h2>
      <p>${detail} ${retryAfter > 0 && `The server asks to wait ${span(retryAfter)}.`}</p>
      ${canRetry && html`
        <${Button} color="primary" size="sm" disabled=${seconds > 0} onClick=${onRetry}>
          Try again${seconds > 0 && html`<span className="number" aria-hidden="true">in ${span(seconds)}</span>`}
        <//>`}
      ${canRetry && !retryAfter && instance && html`
        <p className="small mt-2 mb-0">If it happens again, tell the operator this number: <code>${instance}</code></p>`}
    <//>
  `;
}
