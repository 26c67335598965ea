// The picture and its maps as a file to keep, with what they are written below.
import { drawSheet, save } from "../drawing.js";
import { commonTarget } from "../evidence.js";
import { probability, thresholdWords } from "../format.js";
import { Button, html } from "../lib.js";
import { isOneSided, scaleEnds, unsigned } from "./colour-scale.js";
import { Icon } from "./icons.js";
import { credit } from "./picture.js";

/** What stands below the pictures: how far the methods can be trusted, of what answer the maps are, and who gave it. */
function linesOf({ image, maps, result, disclaimer }) {
  const { model, operating_point: point } = result;
  return [
    ...new Set(maps.map(({ told }) => told)),
    `Probability of malignancy ${probability(result.probability)}; flagged from ${thresholdWords(point.threshold)} on.`,
    `Model ${model.name} ${model.version}, SHA-256 ${model.sha256.slice(0, 16)}`,
    credit(image),
    disclaimer,
  ].filter(Boolean);
}

/** What the colours mean, for who has the picture alone. */
function wordsOf(maps, target) {
  const [against, towards] = scaleEnds(maps, target);
  return [...(isOneSided(maps) ? [] : [`Blue: ${against}.`]), `Red: ${towards}.`, ...unsigned(maps, target)].join(" ");
}

/** `result` is the answer that the maps belong to: until the server has given its own at the setting in use, nothing can be kept. */
export function SaveMaps({ image, maps, result, opacity, disclaimer }) {
  const target = commonTarget(maps, result.diagnoses);
  const keep = async () => {
    const sheet = await drawSheet({
      source: image.url,
      maps,
      opacity,
      scale: { oneSided: isOneSided(maps), words: wordsOf(maps, target) },
      lines: linesOf({ image, maps, result, disclaimer }),
    });
    save(sheet, `evidence-${maps.map(({ method, target }) => `${method}-${target}`).join("-")}.png`);
  };
  return html`
    <${Button} color="secondary" size="sm" disabled=${!result.triage} onClick=${keep}><${Icon} name="download" /> Save as PNG<//>
  `;
}
