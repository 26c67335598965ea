// The picture under judgement: the square that the model sees, and the evidence map laid over it.
import { html, Input, Label, useEffect, useState } from "../lib.js";

const DRAWING = "A drawing made by this project's own code, not a photo.";

function caption({ file, sample }) {
  if (file) return file.name;
  if (sample.kind === "drawing") return DRAWING;
  return [sample.title, sample.attribution, sample.licence].filter(Boolean).join(" · ");
}

/** The whole picture with its centred square lit up; a sentence instead where the browser cannot show it. */
function Frame({ image, children }) {
  const [size, setSize] = useState(null); // {width, height}, or "unknown" where the browser cannot show it
  useEffect(() => setSize(null), [image.url]);
  if (size === "unknown") {
    return html`
      <div className="picture-frame is-unknown" style=${{ aspectRatio: "1" }}>
        <p>This browser cannot show this kind of file. It is analysed all the same.</p>
        <div className="model-square is-landscape">${children}</div>
      </div>
    `;
  }
  const { width, height } = size ?? { width: 4, height: 3 };
  return html`
    <div className="picture-frame" style=${{ aspectRatio: `${width} / ${height}`, "--shape": width / height }}>
      <img key=${image.url} src=${image.url} draggable="false" alt=${image.sample ? image.sample.title : "Your picture"}
        onLoad=${({ target }) => setSize({ width: target.naturalWidth, height: target.naturalHeight })}
        onError=${() => setSize("unknown")} />
      ${size && html`<div className=${`model-square ${width >= height ? "is-landscape" : "is-portrait"}`}>${children}</div>`}
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
        The tint shows where in the square the evidence for “${target}” lies. It is not the lesion's border.
      </p>
    </div>
  `;
}

export function Picture({ image, explanation, opacity, onOpacity, children }) {
  return html`
    <section className="picture" aria-label="The picture">
      <${Frame} image=${image}>
        ${explanation && html`<img className="heatmap" draggable="false" src=${explanation.heatmap} alt="" style=${{ opacity }} />`}
      <//>
      <p className="picture-caption"><span>${caption(image)}</span> <span>The model sees the bright square.</span></p>
      ${explanation && html`<${EvidenceControl} target=${explanation.target} opacity=${opacity} onOpacity=${onOpacity} />`}
      <div className="picture-actions d-flex flex-wrap gap-2">${children}</div>
    </section>
  `;
}
