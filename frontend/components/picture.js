// The picture under judgement: the square that the model sees, and the evidence map laid over it.
import { html, useState } from "../lib.js";

const DRAWING = "A drawing made by this project's own code, not a photo.";

/** Whose a sample is; nothing for a person's own file. */
export const credit = ({ sample }) => (sample ? caption({ sample }) : null);

function caption({ file, sample }) {
  if (file) return file.name;
  if (sample.kind === "drawing") return DRAWING;
  return [sample.title, sample.attribution, sample.licence].filter(Boolean).join(" · ");
}

/** In place of a picture that the browser cannot show: a word, and the square with what `children` lay over it. */
function NoPreview({ image, children }) {
  const photo = /\.(hei[cf]|hif|tiff?)$/i.test(image.file?.name ?? "");
  return html`
    <div className="picture-frame is-unknown">
      <p>This browser cannot show this kind of file. ${photo && "It is analysed all the same."}</p>
      ${children && html`<div className="bare-square">${children}</div>`}
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

/** The picture as often as it is needed: once, or once for each map in `maps` ([{key, heatmap, words}]). */
export function Picture({ image, maps, opacity, evidence, children }) {
  const [unknown, setUnknown] = useState(false);
  const pair = maps.length > 1;
  const copy = (map) => {
    const overlay = map && html`<img className="heatmap" src=${map.heatmap} alt="" draggable="false" style=${{ opacity }} />`;
    return html`
      <figure key=${map?.key ?? "bare"}>
        ${unknown
          ? html`<${NoPreview} image=${image}>${overlay}<//>`
          : html`<${Preview} image=${image} onUnknown=${() => setUnknown(true)}>${overlay}<//>`}
        ${pair && html`<figcaption>${map.words}</figcaption>`}
      </figure>
    `;
  };
  return html`
    <section className="picture" aria-label="The picture">
      <div className=${`pictures ${pair ? "is-pair" : ""}`}>${maps.length ? maps.map(copy) : copy(null)}</div>
      <p className="picture-caption"><span>${caption(image)}</span> ${!unknown && html`<span>The model sees the bright square.</span>`}</p>
      ${evidence}
      <div className="picture-actions d-flex flex-wrap gap-2">${children}</div>
    </section>
  `;
}
