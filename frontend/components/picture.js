// The picture under judgement: the square that the model sees, and the evidence map laid over it.
import { html, Input, Label, useState } from "../lib.js";

const DRAWING = "A drawing made by this project's own code, not a photo.";

function caption({ file, sample }) {
  if (file) return file.name;
  if (sample.kind === "drawing") return DRAWING;
  return [sample.title, sample.attribution, sample.licence].filter(Boolean).join(" · ");
}

function NoPreview({ image }) {
  const photo = /\.(hei[cf]|hif|tiff?)$/i.test(image.file?.name ?? "");
  return html`
    <div className="picture-frame is-unknown">
      <p>This browser cannot show this kind of file. ${photo && "It is analysed all the same."}</p>
    </div>
  `;
}

/** The whole picture with its centred square lit up, and what `children` lay over that square. */
function Preview({ image, onUnknown, children }) {
  const [{ width, height }, setSize] = useState({ width: 4, height: 3 });
  return html`
    <div className="picture-frame" style=${{ aspectRatio: `${width} / ${height}`, "--shape": width / height }}>
      <img src=${image.url} alt=${image.sample ? image.sample.title : "Your picture"} draggable="false" onError=${onUnknown}
        onLoad=${({ target }) => setSize({ width: target.naturalWidth, height: target.naturalHeight })} />
      <div className=${`model-square ${width >= height ? "is-landscape" : "is-portrait"}`}>${children}</div>
    </div>
  `;
}

function EvidenceControl({ target, opacity, onOpacity }) {
  return html`
    <div className="evidence">
      <div className="d-flex justify-content-between">
        <${Label} for="opacity" className="mb-0">Evidence map<//>
        <output htmlFor="opacity" className="number">${Math.round(100 * opacity)}%</output>
      </div>
      <${Input} type="range" id="opacity" min="0" max="100" step="5" value=${Math.round(100 * opacity)}
        aria-valuetext=${`${Math.round(100 * opacity)}% opaque`} aria-describedby="evidence-meaning"
        onChange=${({ target: { value } }) => onOpacity(value / 100)} />
      <p id="evidence-meaning" className="small text-body-secondary mb-0">
        The darker the red, the more that place speaks for “${target}” at the chosen setting; a place without a
        tint speaks against it. It is coarse: it shows where about the evidence lies, not the lesion's border.
      </p>
    </div>
  `;
}

export function Picture({ image, explanation, opacity, onOpacity, children }) {
  const [unknown, setUnknown] = useState(false);
  const heatmap = explanation && html`<img className="heatmap" src=${explanation.heatmap} alt="" draggable="false" style=${{ opacity }} />`;
  return html`
    <section className="picture" aria-label="The picture">
      ${unknown
        ? html`<${NoPreview} image=${image} />`
        : html`<${Preview} image=${image} onUnknown=${() => setUnknown(true)}>${heatmap}<//>`}
      <p className="picture-caption"><span>${caption(image)}</span> ${!unknown && html`<span>The model sees the bright square.</span>`}</p>
      ${explanation && !unknown && html`<${EvidenceControl} target=${explanation.target} opacity=${opacity} onOpacity=${onOpacity} />`}
      <div className="picture-actions d-flex flex-wrap gap-2">${children}</div>
    </section>
  `;
}
