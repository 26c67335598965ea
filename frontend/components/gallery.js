// Samples to try: photos where the server has some, else drawings that say that they are drawings.
import { Badge, html } from "../lib.js";

const DRAWINGS = "These are drawings made by this project's own code, not photos: they show how the page works.";

function SampleCard({ sample, current, onChoose }) {
  return html`
    <li>
      <button type="button" className="sample" aria-pressed=${current} onClick=${() => onChoose(sample)}>
        <img src=${sample.thumbnail} alt="" draggable="false" loading="lazy" width="150" height="112" />
        ${sample.kind === "drawing" && html`<${Badge} color="" className="sample-badge">Drawing<//>`}
        <span className="sample-title">${sample.title}</span>
      </button>
    </li>
  `;
}

export function Gallery({ samples, chosen, onChoose }) {
  if (!samples.length) return null;
  const drawings = samples.every(({ kind }) => kind === "drawing");
  return html`
    <section className="gallery" aria-labelledby="gallery-title">
      <h2 id="gallery-title">Samples to try</h2>
      ${drawings && html`<p className="small text-body-secondary">${DRAWINGS}</p>`}
      <ul>
        ${samples.map((sample) => html`
          <${SampleCard} key=${sample.id} sample=${sample} current=${sample.id === chosen} onChoose=${onChoose} />`)}
      </ul>
    </section>
  `;
}
