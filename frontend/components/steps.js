// What stands where the result will be: how it works, the work going on, or what went wrong.
import { Alert, Button, html, Progress, Spinner, useEffect, useState } from "../lib.js";
import { percent } from "../format.js";

const STEPS = [
  ["Add a picture", "A sharp close-up, the lesion in the middle and filling half of the picture."],
  [
    "Read the result",
    "A calibrated probability that the lesion is malignant, and how often the model is right at the setting in use, " +
      "measured on lesions it had never seen.",
  ],
  ["See where it looked", "A tint over the picture shows where the evidence lies."],
];

export function Steps() {
  return html`
    <section className="steps" aria-labelledby="steps-title">
      <h2 id="steps-title">How it works</h2>
      <ol>
        ${STEPS.map(([title, text]) => html`<li key=${title}><h3>${title}</h3><p>${text}</p></li>`)}
      </ol>
      <p className="small text-body-secondary mb-0">Your picture is analysed in the server's memory and not kept.</p>
    </section>
  `;
}

export function Working({ image, uploaded, onCancel }) {
  const uploading = !image.sample && uploaded < 1;
  const label = uploading ? "Uploading the picture" : "Analysing the picture";
  return html`
    <section className="panel working" aria-labelledby="working-title">
      <div className="d-flex align-items-center gap-3">
        <${Spinner} size="sm" aria-hidden="true">${null}<//>
        <h2 id="working-title" className="h5 mb-0">${label}…</h2>
        <span className="ms-auto number">${uploading && percent(uploaded)}</span>
      </div>
      <${Progress} value=${uploading ? 100 * uploaded : 100} animated=${!uploading} barAriaLabelledBy="working-title"
        barAriaValueText=${uploading ? percent(uploaded) : "under way"} />
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

/** Whether the seconds that the server asked for have passed since `problem` came. */
function useWaited(problem) {
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    setWaited(false);
    const timer = setTimeout(() => setWaited(true), 1000 * (problem.retryAfter ?? 0));
    return () => clearTimeout(timer);
  }, [problem]);
  return waited;
}

export function Problem({ problem, onRetry }) {
  const waited = useWaited(problem);
  const { title, detail, canRetry, retryAfter, instance } = problem;
  return html`
    <${Alert} color="" className="problem" fade=${false}>
      <h2 className="h5">${title}</h2>
      <p>${detail} ${retryAfter > 0 && `The server asks to wait ${retryAfter} ${retryAfter === 1 ? "second" : "seconds"}.`}</p>
      ${canRetry && html`<${Button} color="primary" size="sm" disabled=${!waited} onClick=${onRetry}>Try again<//>`}
      ${canRetry && instance && html`
        <p className="small mt-2 mb-0">If it happens again, tell the operator this number: <code>${instance}</code></p>`}
    <//>
  `;
}
