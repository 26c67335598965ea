// Age, sex and site beside the picture, for a model that takes them; each may stay “not known”.
import { capitalised } from "../format.js";
import { Col, Form, FormFeedback, html, Input, Label, Row } from "../lib.js";
import { ageIsUsable } from "../state.js";

function Choice({ id, label, words, value, onChange, ...width }) {
  return html`
    <${Col} ...${width}>
      <${Label} for=${id}>${label}<//>
      <${Input} type="select" id=${id} value=${value} onChange=${onChange}>
        <option value="">Not known</option>
        ${words.map((word) => html`<option key=${word} value=${word}>${capitalised(word)}</option>`)}
      <//>
    <//>
  `;
}

export function ClinicalForm({ fields, values, onChange }) {
  const change = (name) => ({ target: { value } }) => onChange({ ...values, [name]: value });
  const usable = ageIsUsable(values.age, fields);
  return html`
    <${Form} className="clinical" aria-labelledby="clinical-title" noValidate onSubmit=${(event) => event.preventDefault()}>
      <h2 id="clinical-title">What is known of the person <small>optional</small></h2>
      <${Row} className="g-3">
        <${Col} xs="6">
          <${Label} for="age">Age in years<//>
          <${Input} type="number" inputMode="numeric" id="age" min=${fields.age_min} max=${fields.age_max} placeholder="Not known"
            value=${values.age} invalid=${!usable} aria-describedby=${usable ? undefined : "age-problem"} onChange=${change("age")} />
          <${FormFeedback} id="age-problem">Not used: give ${fields.age_min} to ${fields.age_max} years.<//>
        <//>
        <${Choice} xs="6" id="sex" label="Sex" words=${fields.sexes} value=${values.sex} onChange=${change("sex")} />
        <${Choice} xs="12" id="localization" label="Site" words=${fields.sites} value=${values.localization} onChange=${change("localization")} />
      <//>
    <//>
  `;
}

/** What the answer says was used; nothing for a model that judges by the image alone. */
export function ClinicalUsed({ clinical }) {
  if (!clinical) return null;
  const { age, sex, localization } = clinical;
  const known = [age !== null && `age ${age}`, sex, localization].filter(Boolean);
  return html`
    <p className="clinical-used">
      ${known.length ? `Judged with the picture and: ${known.join(", ")}.` : "Judged by the picture alone; age, sex and site are not known."}
    </p>
  `;
}
