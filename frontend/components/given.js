// What was given to judge: the picture under its evidence maps, or the place to put one.
import { Button, html } from "../lib.js";
import { mapsInUse, modelInUse, resultInUse } from "../state.js";
import { Evidence, mapsInWords } from "./evidence.js";
import { FileButtons, Intake } from "./intake.js";
import { Picture } from "./picture.js";
import { SaveMaps } from "./save-maps.js";

/** The maps and all that belongs to them, where the picture was judged. */
function evidenceOf(state, actions) {
  const maps = mapsInUse(state);
  if (!maps) return { shown: [], evidence: null };
  const { config, image, opacity } = state;
  const result = resultInUse(state);
  const { diagnoses } = result;
  const offer = modelInUse(state).explanations;
  const { all, shown } = mapsInWords(state, maps, offer, diagnoses);
  const evidence = html`
    <${Evidence} state=${state} all=${all} shown=${shown} offer=${offer} diagnoses=${diagnoses} actions=${actions}>
      <${SaveMaps} image=${image} maps=${shown} result=${result} opacity=${opacity} disclaimer=${config.disclaimer} />
    <//>
  `;
  return { shown, evidence };
}

export function Given({ state, actions, hovering }) {
  const { config, image, opacity } = state;
  if (!image) return html`<${Intake} limits=${config.limits} hovering=${hovering} onFiles=${actions.chooseFiles} />`;
  const { shown, evidence } = evidenceOf(state, actions);
  const clear = () => {
    actions.clear();
    document.getElementById("main").focus(); // the button that had the focus is gone
  };
  return html`
    <${Picture} key=${image.url} image=${image} maps=${shown} opacity=${opacity} evidence=${evidence}>
      <${FileButtons} again accept=${config.limits.accept} onFiles=${actions.chooseFiles} />
      <${Button} color="secondary" onClick=${clear}>Clear<//>
    <//>
  `;
}
