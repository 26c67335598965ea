// One record: what was said of which picture, what came of the lesion, and how to be rid of it.
import { callOf } from "../calls.js";
import { OWN } from "../setting.js";
import { plainMeaning, settingWords, thresholdWords } from "../format.js";
import { asDrafted, asResult, isUnsaved, pointOf, taskOf } from "../history.js";
import { Button, Fragment, html, useEffect, useState } from "../lib.js";
import { isJudged } from "../state.js";
import { Dialogue } from "./dialogue.js";
import { Icon } from "./icons.js";
import { OutcomeForm } from "./outcome-form.js";
import { Question } from "./question.js";
import { Moment } from "./record-list.js";
import { Problem } from "./steps.js";
import { headline, Probability, tone } from "./verdict.js";
import { Waiting } from "./waiting.js";

function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

const settingName = ({ operating_point: name, threshold }) =>
  `${name === OWN ? "Own threshold" : settingWords(name)[0]}, flagged from ${thresholdWords(threshold)} on`;

function Facts({ record }) {
  const { model, quality, width, height, image_sha256: hash } = record;
  return html`
    <dl className="facts">
      <${Fact} name="Analysed"><${Moment} time=${record.time} /><//>
      <${Fact} name="Setting">${settingName(record)}<//>
      <${Fact} name="Picture">${width} × ${height} pixels, SHA-256 <span className="number" title=${hash}>${hash.slice(0, 12)}</span><//>
      <${Fact} name="Quality">${quality.ok ? "Good enough to judge" : quality.advice}<//>
      <${Fact} name="Model">
        ${model.name} ${model.version}, SHA-256 <span className="number" title=${model.sha256}>${model.sha256.slice(0, 12)}</span>
      <//>
    </dl>
  `;
}

/** What a verdict without its advice would leave out: the share that is missed, and when to see a doctor. */
function adviceOn(record, { models, advice }) {
  const point = isJudged(asResult(record)) && pointOf(record, models);
  const rates = point && !point.without_clinical && plainMeaning(point); // else they hang on what was told, which is not kept
  const told = [rates, advice[record.prediction]].filter(Boolean);
  return (record.prediction === "malignant" ? told.toReversed() : told).join(" ");
}

function Verdict({ record, config }) {
  const result = asResult(record);
  const { className, icon } = tone(result);
  const likelihood = html`<${Probability} result=${result} />`;
  return html`
    <div className=${`record-result ${className}`}>
      <p className="verdict"><${Icon} name=${icon} /> <span>${headline(result)}</span></p>
      <p className="record-advice">${adviceOn(record, config)}</p>
      ${isJudged(result) ? likelihood : html`<details><summary>Show the model's number anyway</summary>${likelihood}</details>`}
    </div>
  `;
}

/** The button, and the question that comes before anything is done. */
function Deletion({ task, asking, onDelete, onKeep }) {
  const [asked, setAsked] = useState(null);
  if (!asked) {
    return html`
      <${Button} key="ask" color="secondary" size="sm" autoFocus=${asked === false} onClick=${() => setAsked(true)}>
        <${Icon} name="bin" /> Delete this record
      <//>`;
  }
  const deleting = task === "deleting";
  const keep = () => {
    onKeep();
    setAsked(false);
  };
  return html`
    <${Question} words="Delete this record for good?" yes=${deleting ? "Deleting…" : "Delete"} no="Keep it" settled=${deleting && asking}
      onYes=${onDelete} onNo=${keep} />
  `;
}

/** What stands in the way of closing: what was entered and is not saved. */
function Unsaved({ task, actions, onStay }) {
  const discard = () => {
    actions.dropDraft();
    actions.leaveRecord();
  };
  if (task === "saving") return html`<p role="status">Saving; then it closes…</p>`;
  return html`
    <${Question} words="What you entered is not saved." yes="Close without saving" no="Go on with it" onYes=${discard} onNo=${onStay} />`;
}

/** The picture where it was kept and the browser can show it; else the file, where that was kept. */
function Image({ record: { image, width, height } }) {
  const [unknown, setUnknown] = useState(false);
  if (!image) return null;
  if (unknown) return html`<p>This browser cannot show this kind of file. <a href=${image} download>Save the picture</a></p>`;
  return html`
    <img className="record-image" src=${image} alt="The analysed picture" width=${width} height=${height} onError=${() => setUnknown(true)} />`;
}

function Entry({ history, config, actions }) {
  const { entry, saved } = history;
  const { task: last, asking, waiting, problem } = callOf(history, entry.id);
  const task = taskOf(history, entry.id);
  const retry = last === "deleting" ? actions.deleteOpenRecord : actions.saveRecord;
  return html`
    <${Fragment}>
      <${Image} key=${entry.image} record=${entry} />
      <${Verdict} record=${entry} config=${config} />
      <${OutcomeForm} record=${asDrafted(history)} diagnoses=${config.diagnoses} changed=${isUnsaved(history, entry)}
        task=${task} saved=${saved === entry.id} onChange=${actions.changeDraft} onSave=${actions.saveRecord} />
      ${waiting && html`<${Waiting} waiting=${waiting} />`}
      ${problem && html`<${Problem} problem=${problem} onRetry=${retry} />`}
      <${Facts} record=${entry} />
      <${Deletion} key=${entry.id} task=${task} asking=${asking} onDelete=${actions.deleteOpenRecord} onKeep=${actions.keepOpenRecord} />
    <//>
  `;
}

/** While a record is fetched, or where it cannot be. */
function NoEntry({ call: { waiting, problem }, onRetry }) {
  if (problem) return html`<${Problem} problem=${problem} onRetry=${onRetry} />`;
  return waiting ? html`<${Waiting} waiting=${waiting} />` : html`<p role="status">Loading the record…</p>`;
}

export function RecordDialogue({ history, config, actions }) {
  const [leaving, setLeaving] = useState(false);
  const { entry, drafts, saved } = history;
  const { record } = history.route;
  useEffect(() => {
    if (leaving && saved) actions.leaveRecord(); // whoever closed it while it was being saved
    setLeaving(false);
  }, [record, drafts[record], saved]);
  const stay = () => {
    setLeaving(false);
    document.getElementById("confirmed-dx").focus(); // the button that had the focus is gone
  };
  const close = () => (isUnsaved(history, entry) ? setLeaving(true) : actions.leaveRecord());
  return html`
    <${Dialogue} isOpen=${Boolean(record)} id="record-title" title="Record" onClose=${close}>
      ${leaving && html`<${Unsaved} task=${taskOf(history, record)} actions=${actions} onStay=${stay} />`}
      ${entry
        ? html`<${Entry} history=${history} config=${config} actions=${actions} />`
        : html`<${NoEntry} call=${callOf(history, "entry")} onRetry=${actions.loadEntry} />`}
    <//>
  `;
}
