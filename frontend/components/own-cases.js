// How the model did on the lesions whose diagnosis this browser's person has confirmed.
import { callOf } from "../calls.js";
import { settingWords, thresholdWords } from "../format.js";
import { modelWords } from "../history.js";
import { Fragment, html, Input, Label, Progress } from "../lib.js";
import { casePointRows, caseRows } from "../measures.js";
import { Measures, QualityTable, Share } from "./about-tables.js";
import { Calibration } from "./calibration.js";
import { Problem } from "./steps.js";
import { Waiting } from "./waiting.js";

function TooFew({ n, needed, children }) {
  return html`
    <${Fragment}>
      <p>
        Enter what came of the lesions, and once ${needed} diagnoses are confirmed, this place shows how often the model was right on them.
      </p>
      ${children}
      <div className="d-flex justify-content-between gap-3">
        <span id="own-progress">Confirmed diagnoses</span><span className="number">${n} of ${needed}</span>
      </div>
      <${Progress} value=${(100 * n) / needed} barAriaLabelledBy="own-progress" barAriaValueText=${`${n} of ${needed}`} />
    <//>
  `;
}

/** Sensitivity and specificity, for a narrow place. */
function Points({ rows }) {
  const words = ({ name, threshold }) =>
    name ? [settingWords(name)[0], `from ${thresholdWords(threshold)}`] : ["As judged", "at the time"];
  return html`
    <${Measures} columns=${["Setting", "Sensitivity", "Specificity"]}>
      ${rows.map((row) => html`
        <tr key=${row.name}>
          <th scope="row">${words(row)[0]}<small>${words(row)[1]}</small></th>
          <${Share} proportion=${row.sensitivity} />
          <${Share} proportion=${row.specificity} />
        </tr>`)}
    <//>
  `;
}

/** What became of the pictures that were not judged: they have a probability, but nobody was given a verdict. */
function Abstained({ metrics: { abstained, abstained_malignant: malignant } }) {
  if (!abstained) return null;
  return html`
    <p className="small text-body-secondary">
      ${abstained} of them, ${malignant} malignant, were not judged: poor pictures, or unlike what the model knows. They are left out
      of “As judged”; all other numbers hold them too.
    </p>
  `;
}

function Measured({ n, metrics, children }) {
  return html`
    <${Fragment}>
      <p>On the ${n} of your pictures whose diagnosis is confirmed, with 95% intervals.</p>
      ${children}
      <${Abstained} metrics=${metrics} />
      <${Points} rows=${casePointRows(metrics)} />
      <${QualityTable} rows=${caseRows(metrics)} />
      <${Calibration} metrics=${metrics} />
      <p className="small text-body-secondary mb-0">
        It holds for lesions that come to you as these did. Of few, the intervals are wide; and where mostly suspicious lesions were
        confirmed, this is not how the model does on all.
      </p>
    <//>
  `;
}

/** Which model's cases; nothing to choose while only one has any. */
function ModelChoice({ models, chosen, onChoose }) {
  if (models.length < 2) return null;
  // One that was calibrated anew has another version, though its file may be the same; another engine's has another file.
  const nameOf = ({ name, version }) => `${name} ${version}`;
  const isShared = (model) => models.filter((other) => nameOf(other) === nameOf(model)).length > 1;
  const shown = (model) => (isShared(model) ? `${nameOf(model)}, SHA-256 ${model.sha256.slice(0, 8)}` : nameOf(model));
  return html`
    <div>
      <${Label} for="measured-model">Model<//>
      <${Input} type="select" id="measured-model" bsSize="sm" value=${chosen ?? modelWords(models[0])} onChange=${({ target }) => onChoose(target.value)}>
        ${models.map((model) => html`
          <option key=${modelWords(model)} value=${modelWords(model)}>${shown(model)} (${model.n} confirmed)</option>`)}
      <//>
    </div>
  `;
}

/** What the server found of the model `chosen`, or of that with most cases. */
function Found({ found: { n, needed, evaluation, models }, chosen, onChoose }) {
  const choice = html`<${ModelChoice} models=${models} chosen=${chosen} onChoose=${onChoose} />`;
  return evaluation
    ? html`<${Measured} n=${n} metrics=${evaluation}>${choice}<//>`
    : html`<${TooFew} n=${n} needed=${needed}>${choice}<//>`;
}

export function OwnCases({ history, onChoose, onRetry }) {
  const { evaluation: found, measuredModel } = history;
  const { waiting, problem } = callOf(history, "evaluation");
  const list = callOf(history, "list");
  const isSaid = list.waiting || list.problem; // what keeps the list keeps this too, and is said there
  if (!found && (isSaid || !(waiting || problem))) return null;
  return html`
    <section className="own-cases panel" aria-labelledby="own-title">
      <h3 id="own-title">The model on your own cases</h3>
      ${!isSaid && waiting && html`<${Waiting} waiting=${waiting} />`}
      ${!isSaid && problem && html`<${Problem} problem=${problem} onRetry=${onRetry} />`}
      ${found && html`<${Found} found=${found} chosen=${measuredModel} onChoose=${onChoose} />`}
    </section>
  `;
}
