// What belongs to the maps over the picture: which they are, what their colours mean, how good they are, and others.
import { commonTarget, mapWords } from "../evidence.js";
import { capitalised } from "../format.js";
import { html, Input, Label } from "../lib.js";
import { ColourScale, Meaning } from "./colour-scale.js";
import { EvidenceForm } from "./evidence-form.js";

function Opacity({ opacity, onOpacity }) {
  const percentage = Math.round(100 * opacity);
  return html`
    <div className="opacity">
      <${Label} for="opacity">Opacity<//>
      <${Input} type="range" id="opacity" min="0" max="100" step="5" value=${percentage} aria-valuetext=${`${percentage}% opaque`}
        aria-describedby="evidence-meaning" onChange=${({ target: { value } }) => onOpacity(value / 100)} />
      <output htmlFor="opacity" className="number">${percentage}%</output>
    </div>
  `;
}

/** Which other map lies over a second copy of the picture; nothing to choose while there is but one. */
function Beside({ others, value, onChange }) {
  if (!others.length) return null;
  return html`
    <div className="beside">
      <${Label} for="beside">Side by side with<//>
      <${Input} type="select" id="beside" value=${value ?? ""} onChange=${({ target }) => onChange(target.value || null)}>
        <option value="">No other map</option>
        ${others.map(({ key, words }) => html`<option key=${key} value=${key}>${words}</option>`)}
      <//>
    </div>
  `;
}

/** What a screen reader hears of a map's making: steps of a quarter, so that it can keep up. */
function announcement(job, [{ words }]) {
  if (!job) return `Shown: ${words}.`;
  const quarter = job.total ? Math.floor((4 * job.done) / job.total) * 25 : 0;
  return quarter ? `Making the map, ${quarter}%.` : "Making the map.";
}

/** All maps that are made, with `key`, in `words` and with how far they can be trusted (`told` names the method); and those that are shown. */
export function mapsInWords({ shownMap, besideMap }, maps, { methods }, diagnoses) {
  const all = Object.entries(maps).map(([key, map]) => {
    const method = methods.find(({ name }) => name === map.method);
    const { title, signed, sentence: told } = method;
    const sentence = capitalised(told.replace(`${title}: `, "")); // the words name it already
    return { ...map, key, title, signed, words: mapWords(map, method, diagnoses), told, sentence };
  });
  const find = (wanted) => all.filter(({ key }) => key === wanted);
  return { all, shown: [...find(shownMap), ...find(besideMap)] };
}

export function Evidence({ state, all, shown, offer, diagnoses, actions, children }) {
  const { shownMap, besideMap, mapJob, mapsOpen, opacity } = state;
  const target = commonTarget(shown, diagnoses);
  return html`
    <section className="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Where the evidence lies</h2>
      <p className="visually-hidden" role="status">${announcement(mapJob, shown)}</p>
      ${shown.map(({ key, words, sentence }) => html`<p key=${key} className="shown-map"><strong>${words}</strong> ${sentence}</p>`)}
      <${ColourScale} maps=${shown} target=${target} />
      <${Meaning} id="evidence-meaning" maps=${shown} target=${target} />
      <${Opacity} opacity=${opacity} onOpacity=${actions.setOpacity} />
      <details className="other-maps" open=${mapsOpen} onToggle=${({ target: { open } }) => actions.toggleMaps(open)}>
        <summary>Other methods and diagnoses</summary>
        <${EvidenceForm} offer=${offer} state=${state} made=${all} diagnoses=${diagnoses} actions=${actions} />
      </details>
      <${Beside} others=${all.filter(({ key }) => key !== shownMap)} value=${besideMap} onChange=${actions.layBeside} />
      ${children}
    </section>
  `;
}
