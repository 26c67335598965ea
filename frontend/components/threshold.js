// A slider over every threshold of the measured ROC curve, on which the operating points are marks.
import { html, Input, Label, useRef, useState } from "../lib.js";
import { percent, settingWords, thresholdWords } from "../format.js";
import { OWN } from "../setting.js";

const SNAP = 0.012; // of the slider's length: nearer to a mark than this, a pointer means the mark

const inside = (threshold) => threshold > 0 && threshold < 1;

/** Place of a threshold among `cuts`, which rise: that of the first one at or above it. */
function placeOf(cuts, threshold) {
  const place = cuts.findIndex((cut) => cut >= threshold);
  return place < 0 ? cuts.length - 1 : place;
}

function Mark({ point, at, className }) {
  return html`
    <span className=${`slider-mark ${className}`} style=${{ "--at": at }}>
      ${className && html`<span>${settingWords(point.name)[0]}</span>`}
    </span>
  `;
}

/** Names stand outside of the outer marks and above the one between, so that they fit a phone. */
function Marks({ marks, last }) {
  const classes = (i) => (i === 0 ? "is-first" : i === marks.length - 1 ? "is-last" : marks.length === 3 ? "is-between" : "");
  return html`
    <div className="slider-marks" aria-hidden="true">
      ${marks.map(({ point, place }, i) => html`<${Mark} key=${point.name} point=${point} at=${place / last} className=${classes(i)} />`)}
    </div>
  `;
}

function Slider({ roc, points, current, onThreshold, onOperatingPoint }) {
  const byKey = useRef(false); // whoever steps through the thresholds shall not be caught by a mark
  const cuts = roc.threshold.filter(inside).toReversed();
  const last = cuts.length - 1;
  const marks = [...points]
    .sort((a, b) => a.threshold - b.threshold)
    .map((point) => ({ point, place: placeOf(cuts, point.threshold) }));
  const change = ({ target }) => {
    const place = Number(target.value);
    const near = byKey.current ? 0 : SNAP * last;
    const [mark] = marks
      .filter((one) => Math.abs(one.place - place) <= near)
      .sort((a, b) => Math.abs(a.place - place) - Math.abs(b.place - place));
    if (!mark) onThreshold(cuts[place]);
    else if (mark.point.name !== current.name) onOperatingPoint(mark.point.name);
  };
  const { sensitivity, specificity } = current;
  const name = current.name === OWN ? "" : `${settingWords(current.name)[0]}, `;
  const words = `${name}flagged from ${thresholdWords(current.threshold)} on: sensitivity ${percent(sensitivity.value)}, ` +
    `specificity ${percent(specificity.value)}`;
  return html`
    <div className="threshold-slider">
      <div className="slider-line">
        <${Label} for="threshold" className="mb-0">Threshold<//>
        <output htmlFor="threshold" className="number">flagged from ${thresholdWords(current.threshold)} on</output>
      </div>
      <div className="slider-with-marks">
        <${Marks} marks=${marks} last=${last} />
        <${Input} type="range" id="threshold" min="0" max=${last} step="1" value=${placeOf(cuts, current.threshold)}
          aria-valuetext=${words} aria-describedby="threshold-meaning" onChange=${change}
          onKeyDown=${() => { byKey.current = true; }} onPointerDown=${() => { byKey.current = false; }} />
      </div>
      <p id="threshold-meaning" className="small text-body-secondary mb-0">
        To the left it misses less and flags more benign lesions, to the right the reverse. Each step is a probability that a
        held-out lesion got.
      </p>
    </div>
  `;
}

/** Closed until asked for; the curve is loaded then. */
export function ThresholdChoice({ roc, problem, current, onOpen, ...choice }) {
  const [open, setOpen] = useState(current.name === OWN);
  const toggle = ({ target }) => {
    setOpen(target.open);
    if (target.open && !roc) onOpen();
  };
  const nothing = problem ? html`<p className="mb-0">${problem.title}. ${problem.detail}</p>` : html`<p className="mb-0">Loading…</p>`;
  return html`
    <details className="own-threshold" open=${open} onToggle=${toggle}>
      <summary>Any other threshold</summary>
      ${open && (roc ? html`<${Slider} roc=${roc} current=${current} ...${choice} />` : nothing)}
    </details>
  `;
}
