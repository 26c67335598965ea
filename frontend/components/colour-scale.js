// The colours of maps and what they mean; and what they do not.
import { capitalised } from "../format.js";
import { html } from "../lib.js";

/** Whether no map that is shown has blue: that which comes with every answer has none, nor has one without a sign. */
export const isOneSided = (maps) => maps.every(({ isFree, signed }) => isFree || !signed);

/** Whether no map that is shown tells for from against. */
const isUnsigned = (maps) => maps.every(({ signed }) => !signed);

/** The words at a scale's two ends. */
export function scaleEnds(maps, target) {
  if (isUnsigned(maps)) return ["matters little", `matters most for ${target}, either way`];
  return [isOneSided(maps) ? "against it" : `against ${target}`, `for ${target}`];
}

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

const hangs = (target) => `the darker the red, the more the answer for ${target} hangs on single pixels there, whichever way it moves.`;
const leavesOut = (target) => `Guided Grad-CAM leaves empty what does not speak for ${target} by Grad-CAM.`;
const twoSided = (target) => `Red places speak for ${target}, blue ones against it; the darkest is a map's own strongest.`;

/** Sentences on what maps without sides tell, with their methods' names where other maps are shown too; none where all have sides. */
export function unsigned(maps, target) {
  const blind = maps.filter(({ signed }) => !signed);
  if (!blind.length) return [];
  const titles = [...new Set(blind.map(({ title }) => title))].join(" and ");
  return [
    maps.length > 1 ? `Of ${titles}: ${hangs(target)}` : capitalised(hangs(target)),
    ...(blind.some(({ method }) => method === "guided_gradcam") ? [leavesOut(target)] : []),
  ];
}

function meanings(maps, target) {
  const isMixed = maps.some(({ isFree, signed }) => signed && !isFree);
  return [
    isMixed && twoSided(target),
    maps.some(({ isFree }) => isFree) && (isMixed ? FREE_TOO : FREE),
    ...unsigned(maps, target),
    NOT,
  ].filter(Boolean);
}

export function Meaning({ id, maps, target }) {
  return html`<p id=${id} className="small text-body-secondary">${meanings(maps, target).join(" ")}</p>`;
}
