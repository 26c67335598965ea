// Whether the probabilities came true: on the diagonal they did, below it fewer lesions were malignant than said.
import { interval, percent } from "../format.js";
import { html } from "../lib.js";
import { proportion, reliabilityRows } from "../measures.js";

const SIDE = 100;
const across = (share) => SIDE * share;
const up = (share) => SIDE * (1 - share);

function Bin({ predicted, observed: { value, low, high } }) {
  return html`
    <g className="bin">
      <line x1=${across(predicted)} x2=${across(predicted)} y1=${up(low)} y2=${up(high)} />
      <circle cx=${across(predicted)} cy=${up(value)} r="2" />
    </g>
  `;
}

export function Calibration({ metrics }) {
  const bins = reliabilityRows(metrics);
  const observed = proportion(metrics, "observed");
  if (!bins.length || !observed) return null;
  return html`
    <figure className="calibration">
      <svg viewBox="-9 -2 111 112" aria-hidden="true">
        <path className="calibration-frame" d="M0 0V100H100M0 100 100 0" />
        <text x="50" y="107" textAnchor="middle">what it said</text>
        <text x="-3" y="50" textAnchor="middle" transform="rotate(-90 -3 50)">what came true</text>
        <text x="0" y="107">0%</text>
        <text x="100" y="107" textAnchor="end">100%</text>
        <text x="2" y="5">100%</text>
        ${bins.map((bin) => html`<${Bin} key=${bin.predicted} ...${bin} />`)}
      </svg>
      <figcaption>
        Of ${observed.n} lesions, ${observed.k} were malignant: ${percent(observed.value)} (${interval(observed)}). The model said
        ${" "}${percent(metrics.expected)} on average. Each mark is a group of like probability, with the interval of what came true: on the
        diagonal both agree.
      </figcaption>
    </figure>
  `;
}
