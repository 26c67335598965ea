// One choice among a few that all fit beside each other, each with a word and, where there is one, a hint.
import { html } from "../lib.js";

function Choice({ id, name, label, hint, chosen, onChoose }) {
  return html`
    <div className="choice">
      <input type="radio" className="btn-check" name=${name} id=${id} checked=${chosen} onChange=${onChoose} />
      <label className="btn" htmlFor=${id}>
        ${label}${hint && html`<small>${hint}</small>`}
      </label>
    </div>
  `;
}

/** `options` are [{value, label, hint}], of which `value` is the chosen one's. */
export function Choices({ legend, name, options, value, onChoose }) {
  return html`
    <fieldset className="choice-set">
      <legend>${legend}</legend>
      <div className="choices">
        ${options.map((option) => html`
          <${Choice} key=${option.value} id=${`${name}-${option.value}`} name=${name} label=${option.label} hint=${option.hint}
            chosen=${option.value === value} onChoose=${() => onChoose(option.value)} />`)}
      </div>
    </fieldset>
  `;
}
