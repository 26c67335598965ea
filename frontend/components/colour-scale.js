// The colours of maps and what they mean; and what they do not.
import { html } from "../lib.js";

/** Whether only the map is shown that comes with every answer, which has no blue. */
export const isOneSided = (maps) => maps.every(({ isFree }) => isFree);

/** The words at a scale's two ends. */
export const scaleEnds = (maps, target) => [isOneSided(maps) ? "against it" : `against ${target}`, `for ${target}`];

export function ColourScale({ maps, target }) {
  const [against, towards] = scaleEnds(maps, target);
  return html`
    <div className=${`colour-scale ${isOneSided(maps) ? "is-one-sided" : ""}`}>
      <div className="colour-scale-bar" aria-hidden="true" />
      <div className="colour-scale-ends"><span>${against}</span> <span>${towards}</span></div>
    </div>
  `;
}

const FREE = "The darker the red, the more that place speaks for “malignant” at the chosen setting; a place without a tint speaks against it.";
const FREE_TOO = "The map that comes with the answer has no blue: a place without a tint speaks against it at the chosen setting.";
const NOT = "It shows what moves the model's answer: not where the lesion ends, not which part of it is diseased, and not how sure the model is.";

function meanings(maps, target) {
  if (isOneSided(maps)) return [FREE, NOT];
  const signed = `Red places speak for ${target}, blue ones against it; the darkest is a map's own strongest.`;
  return maps.some(({ isFree }) => isFree) ? [signed, FREE_TOO, NOT] : [signed, NOT];
}

export function Meaning({ id, maps, target }) {
  return html`<p id=${id} className="small text-body-secondary">${meanings(maps, target).join(" ")}</p>`;
}
