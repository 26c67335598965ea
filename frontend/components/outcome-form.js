// What came of the lesion: the confirmed diagnosis, and a note.
import { outcomeOf, SIDES } from "../history.js";
import { Button, Form, html, Input, Label } from "../lib.js";
import { Icon } from "./icons.js";

const NOTE_LENGTH = 2000;

function Side({ label, diagnoses, malignant }) {
  const known = [...diagnoses, ...SIDES].filter((diagnosis) => diagnosis.malignant === malignant);
  return html`
    <optgroup label=${label}>
      ${known.map(({ dx, name }) => html`<option key=${dx} value=${dx}>${name}${dx === "akiec" && " *"}</option>`)}
    </optgroup>
  `;
}

/** The confirmed diagnosis held against the verdict. */
function Comparison({ outcome }) {
  if (!outcome) return null;
  const { malignant, agrees } = outcome;
  return html`
    <p className="comparison"><${Icon} name=${agrees ? "known" : "close"} />
      <span>${malignant ? "Malignant" : "Benign"}: ${agrees ? "the verdict agrees." : "the verdict disagrees: the model was wrong here."}</span>
    </p>
  `;
}

function Buttons({ changed, task, saved }) {
  return html`
    <div className="d-flex align-items-center gap-3">
      <${Button} type="submit" color="primary" size="sm" aria-disabled=${!changed || Boolean(task)}>
        ${task === "saving" ? "Saving…" : "Save"}
      <//>
      <span role="status">${saved && "Saved."}</span>
    </div>
  `;
}

/** `record` as the fields hold it; `changed` says whether that is to be saved. */
export function OutcomeForm({ record, diagnoses, changed, task, saved, onChange, onSave }) {
  const submit = (event) => {
    event.preventDefault();
    if (changed) onSave();
  };
  const note = record.note ?? "";
  return html`
    <${Form} className="outcome-form" onSubmit=${submit}>
      <div>
        <${Label} for="confirmed-dx">Confirmed diagnosis<//>
        <${Input} type="select" id="confirmed-dx" value=${record.confirmed_dx ?? ""} aria-describedby="confirmed-help"
          onChange=${({ target }) => onChange({ confirmed_dx: target.value || null })}>
          <option value="">Not confirmed yet</option>
          <${Side} label="Malignant" diagnoses=${diagnoses} malignant=${true} />
          <${Side} label="Benign" diagnoses=${diagnoses} malignant=${false} />
        <//>
        <p id="confirmed-help" className="small text-body-secondary">
          As found by a biopsy or by a doctor. * Pre-malignant or in situ, counted as malignant.
        </p>
        <${Comparison} outcome=${outcomeOf(record, diagnoses)} />
      </div>
      <div>
        <${Label} for="record-note">Note<//>
        <${Input} type="textarea" id="record-note" rows="3" maxLength=${NOTE_LENGTH} value=${note} aria-describedby="note-help"
          onChange=${({ target }) => onChange({ note: target.value })} />
        <p id="note-help" className="small text-body-secondary">Write no names here: whoever runs this server can read it.</p>
      </div>
      <${Buttons} changed=${changed} task=${task} saved=${saved} />
    <//>
  `;
}
