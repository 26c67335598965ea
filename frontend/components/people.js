// A hundred lesions as people in a square of ten by ten: solid is malignant, framed is flagged.
import { html } from "../lib.js";

const SIDE = 10;

/** The groups in the order in which they fill the square. */
export const GROUPS = [
  { name: "flagged", className: "is-malignant is-flagged", words: "malignant and flagged" },
  { name: "missed", className: "is-malignant", words: "malignant and missed" },
  { name: "alarms", className: "is-flagged", words: "benign and flagged" },
  { name: "passed", className: "", words: "benign and not flagged" },
];

function Person({ className, place = 0 }) {
  const [x, y] = [place % SIDE, Math.floor(place / SIDE)];
  return html`
    <g className=${`person ${className}`} transform=${`translate(${SIDE * x} ${SIDE * y})`}>
      <rect x="0.6" y="0.6" width="8.8" height="8.8" rx="1.4" />
      <circle cx="5" cy="3.3" r="1.5" />
      <path d="M2.4 8.2v-.5a2.6 2.2 0 0 1 5.2 0v.5z" />
    </g>
  `;
}

/** `counts` holds how many fall into each group; the sentence beside the picture says the same. */
export function People({ counts, words }) {
  const everybody = GROUPS.flatMap(({ name, className }) => Array(counts[name]).fill(className));
  return html`
    <div className="people">
      <svg className="people-square" viewBox="0 0 100 100" aria-hidden="true">
        ${everybody.map((className, place) => html`<${Person} key=${place} className=${className} place=${place} />`)}
      </svg>
      <ul>
        ${GROUPS.map((group) => html`
          <li key=${group.name}>
            <svg viewBox="0 0 10 10" aria-hidden="true"><${Person} className=${group.className} /></svg>
            <span><strong className="number">${words(counts[group.name])}</strong> ${group.words}</span>
          </li>`)}
      </ul>
    </div>
  `;
}
