// The verdict: in words, with an icon and a colour; the probability as number and bar; what to do now.
import { probability, thresholdWords } from "../format.js";
import { html } from "../lib.js";
import { Icon } from "./icons.js";

/** The levels of advice in place of a verdict, each also an icon, with the verdict's words. */
const REFUSALS = {
  retake: "Not judged: the picture is not good enough",
  unsure: "Not judged: this picture does not look like what the model knows",
};

/** Which of them a result got; null where there is a verdict. */
function refusalOf({ quality, distribution }) {
  if (!quality.ok) return "retake";
  return distribution?.ok === false ? "unsure" : null;
}

/** The verdict in words; a refusal where the picture could not be judged. */
export function headline(result) {
  const refusal = refusalOf(result);
  if (refusal) return REFUSALS[refusal];
  return result.prediction === "malignant" ? "Flagged as malignant" : "Not flagged as malignant";
}

/** The class (for its colour) and the icon of a result. */
export function tone(result) {
  const refusal = refusalOf(result);
  if (refusal) return { className: "is-refused", icon: refusal };
  return result.prediction === "malignant"
    ? { className: "is-malignant", icon: "above" }
    : { className: "is-benign", icon: "below" };
}

/** A bar from 0 to 100 % with the threshold as a mark on it. */
export function ProbabilityBar({ value, threshold }) {
  const at = `${100 * threshold}%`;
  return html`
    <div className="probability-bar" role="img"
      aria-label=${`Probability of malignancy ${probability(value)}; flagged from ${thresholdWords(threshold)} on`}>
      <div className="track"><div className="fill" style=${{ width: `${100 * value}%` }} /></div>
      <div className="threshold" style=${{ left: at }} />
      <div className="threshold-label" style=${{ left: at, transform: `translateX(-${at})` }}>flagged from ${thresholdWords(threshold)}</div>
    </div>
  `;
}

export function Probability({ result }) {
  return html`
    <div className="probability">
      <p className="probability-line">
        <span>Probability of malignancy</span>
        <strong className="number">${probability(result.probability)}</strong>
      </p>
      <${ProbabilityBar} value=${result.probability} threshold=${result.operating_point.threshold} />
    </div>
  `;
}

export function Triage({ triage, failed }) {
  if (!triage) {
    const words = failed ? "No advice at this setting yet." : "Updating the advice…";
    return html`<p className="triage text-body-secondary">${words}</p>`;
  }
  const { level, title, message } = triage;
  return html`
    <div className=${`triage is-${level}`}>
      <${Icon} name=${level in REFUSALS ? level : "advice"} />
      <div><h3>${title}</h3><p>${message}</p></div>
    </div>
  `;
}

/** What is known of a sample, held against the verdict. */
export function Truth({ sample, prediction, judged }) {
  if (!sample) return null;
  if (sample.kind === "drawing") {
    return html`<p className="truth">A drawing has no diagnosis: its result only shows how the page works.</p>`;
  }
  if (sample.malignant === null) return null;
  const kind = sample.malignant ? "malignant" : "benign";
  const right = prediction === kind;
  const comparison = right ? "The verdict agrees." : "The verdict disagrees: the model is wrong here.";
  return html`
    <p className="truth"><${Icon} name=${!judged || right ? "known" : "close"} />
      <span>Actual diagnosis: <strong>${sample.dx_name ?? kind}</strong>${sample.dx_name && ` (${kind})`}. ${judged && comparison}</span>
    </p>
  `;
}
