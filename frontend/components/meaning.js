// What a verdict means where a given share of lesions is malignant, in numbers that a person can picture.
import { complement, estimate, interval, oneIn, sharePercent } from "../format.js";
import { Button, html, Input, Label } from "../lib.js";
import { naturalFrequencies, predictiveValues } from "../predictive.js";
import { heldOutShare } from "../setting.js";
import { People } from "./people.js";

const [LEAST, MOST] = [0.001, 0.5];
const STEPS_A_DECADE = 50;
const LAST = Math.round(STEPS_A_DECADE * Math.log10(MOST / LEAST));
const ROUND = [0.001, 0.01, 0.1, 0.5];

const placeOf = (share) => Math.min(Math.max(0, Math.round(STEPS_A_DECADE * Math.log10(share / LEAST))), LAST);
const shareAt = (place) => Number((LEAST * 10 ** (place / STEPS_A_DECADE)).toPrecision(2));

const isOrAre = (count) => (count > 1 ? "are" : "is");
const countOf = (count) => (count ? count.toLocaleString("en") : "fewer than 1");

/** One sentence on `people` lesions; whole numbers, so that of few malignant ones more people tell more. */
function frequencySentence(rates, prevalence, people) {
  const { malignant, flagged, missed, alarms } = naturalFrequencies(rates, prevalence, people);
  const found = malignant
    ? `; ${countOf(flagged)} of those ${isOrAre(flagged)} flagged, ${countOf(missed)} ${isOrAre(missed)} missed`
    : "";
  return (
    `Of ${people.toLocaleString("en")} lesions like these, ${malignant ? "about " : ""}${countOf(malignant)} ` +
    `${isOrAre(malignant)} malignant${found}; ${countOf(alarms)} benign ${alarms > 1 ? "ones are" : "one is"} flagged too.`
  );
}

/** What this picture's verdict is worth, in one sentence. */
function verdictSentence(flagged, { positive, negative }, prevalence, own) {
  const share = `${sharePercent(prevalence)} of lesions are malignant, as ${own ? "you set" : "among the held-out ones"}`;
  const here = `If ${share}, and the model does there as in its test, `;
  const value = flagged ? positive : negative;
  if (!value) return `No held-out lesion was ${flagged ? "" : "not "}flagged at this threshold: what that is worth is not known.`;
  return flagged
    ? `${here}${estimate(value)} of those flagged are malignant.`
    : `${here}${estimate(complement(value))} of those not flagged are malignant all the same.`;
}

function PrevalenceSlider({ prevalence, heldOut, onPrevalence }) {
  const words = `${sharePercent(prevalence)}, ${oneIn(prevalence)}`;
  const at = (share) => ({ "--at": placeOf(share) / LAST });
  return html`
    <div className="prevalence-slider">
      <div className="slider-line">
        <${Label} for="prevalence" className="mb-0">Share of malignant lesions<//>
        <output htmlFor="prevalence" className="number">${words}</output>
      </div>
      <div className="slider-with-marks has-axis">
        <div className="slider-marks" aria-hidden="true">
          <span className="slider-mark is-between" style=${at(heldOut)}><span>held-out lesions</span></span>
          ${ROUND.map((share) => html`<span key=${share} className="slider-mark is-axis" style=${at(share)}><span>${100 * share}%</span></span>`)}
        </div>
        <${Input} type="range" id="prevalence" min="0" max=${LAST} step="1" value=${placeOf(prevalence)} aria-valuetext=${words}
          aria-describedby="prevalence-meaning" onChange=${({ target: { value } }) => onPrevalence(shareAt(Number(value)))} />
      </div>
    </div>
  `;
}

function Value({ name, words, value }) {
  if (!value) return html`<div className="measured"><dt>${name}</dt><dd>not known: no held-out lesion got that verdict</dd></div>`;
  return html`
    <div className="measured">
      <dt>${name}</dt>
      <dd>
        <strong className="number">${estimate(value)}</strong>
        <span>95% interval <span className="number text-nowrap">${interval(value)}</span></span>
        <span>${words}</span>
      </dd>
    </div>
  `;
}

/** `point` is the operating point in use with what was measured at it, `prevalence` null until it is set, `supposition` the server's words. */
export function Meaning({ point, prediction, prevalence, supposition, onPrevalence }) {
  if (!point.sensitivity || !point.specificity) return null;
  const heldOut = heldOutShare(point);
  const share = prevalence ?? heldOut;
  const values = predictiveValues(point, share);
  const counts = naturalFrequencies(point, share);
  const few = counts.malignant < 5;
  const { n: malignant } = point.sensitivity;
  return html`
    <section className="meaning" aria-labelledby="meaning-title">
      <h3 id="meaning-title">What it means here</h3>
      <p className="plain-meaning">${verdictSentence(prediction === "malignant", values, share, prevalence !== null)}</p>
      <details>
        <summary>Set the share for where you are</summary>
        <${PrevalenceSlider} prevalence=${share} heldOut=${heldOut} onPrevalence=${onPrevalence} />
        <p id="prevalence-meaning" className="small text-body-secondary">
          It starts at the share among the held-out lesions, ${malignant} of ${malignant + point.specificity.n}: the only one that was
          measured here. The percentages along the slider are round numbers. Where you are it may be far lower: set what you know of it.
        </p>
        ${prevalence !== null && html`
          <div><${Button} color="secondary" size="sm" onClick=${() => onPrevalence(null)}>Back to ${sharePercent(heldOut)}<//></div>`}
        <p className="frequencies">${frequencySentence(point, share, 100)}</p>
        ${few && html`<p className="small text-body-secondary">${frequencySentence(point, share, 10_000)}</p>`}
        <${People} counts=${counts} words=${countOf} />
        <dl>
          <${Value} name="Positive predictive value" value=${values.positive} words="of those flagged are malignant" />
          <${Value} name="Negative predictive value" value=${values.negative} words="of those not flagged are benign" />
        </dl>
        <p className="small text-body-secondary">${supposition}</p>
        <p className="small text-body-secondary mb-0">
          From the sensitivity and specificity above. The probability of malignancy at the top does not follow this slider: it
          is calibrated for lesions such as the held-out ones.
        </p>
      </details>
    </section>
  `;
}
