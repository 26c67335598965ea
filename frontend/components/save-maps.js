// The picture and its maps as a file to keep, with what they are written below.
import { drawSheet, save } from "../drawing.js";
import { commonTarget } from "../evidence.js";
import { Button, html } from "../lib.js";
import { isOneSided, scaleEnds } from "./colour-scale.js";
import { Icon } from "./icons.js";
import { credit } from "./picture.js";

export function SaveMaps({ image, maps, diagnoses, opacity, model, disclaimer }) {
  const [against, towards] = scaleEnds(maps, commonTarget(maps, diagnoses));
  const keep = async () => {
    const sheet = await drawSheet({
      source: image.url,
      maps,
      opacity,
      scale: { oneSided: isOneSided(maps), words: isOneSided(maps) ? `Red: ${towards}.` : `Blue: ${against}. Red: ${towards}.` },
      lines: [`Model ${model.name} ${model.version}, SHA-256 ${model.sha256.slice(0, 16)}`, credit(image), disclaimer].filter(Boolean),
    });
    save(sheet, `evidence-${maps.map(({ method, target }) => `${method}-${target}`).join("-")}.png`);
  };
  return html`<${Button} color="secondary" size="sm" onClick=${keep}><${Icon} name="download" /> Save as PNG<//>`;
}
