// The question before everything is deleted that is kept for this browser.
import { callOf } from "../calls.js";
import { Button, html } from "../lib.js";
import { isFiltered } from "../history.js";
import { Dialogue } from "./dialogue.js";
import { Problem } from "./steps.js";
import { Waiting } from "./waiting.js";

/** How many there are, where that is known: a filter hides some. */
function countWords({ records, ...history }) {
  if (!records || isFiltered(history)) return "All records";
  return records.total === 1 ? "The one record" : `All ${records.total.toLocaleString("en")} records`;
}

export function DeleteAll({ history, actions }) {
  const { running, asking, waiting, problem } = callOf(history, "all");
  return html`
    <${Dialogue} isOpen=${history.deletingAll || Boolean(problem)} id="delete-all-title" title="Delete everything?" onClose=${actions.keepAll}>
      <p>
        ${countWords(history)} of this browser will be deleted from the server, with notes, confirmed diagnoses and pictures. It cannot be
        undone. To keep a copy, save it as CSV first.
      </p>
      ${waiting && html`<${Waiting} waiting=${waiting} />`}
      ${problem && html`<${Problem} problem=${problem} onRetry=${actions.deleteAll} />`}
      <div className="d-flex flex-wrap gap-2">
        <${Button} color="danger" disabled=${running} onClick=${actions.deleteAll}>
          ${running ? "Deleting…" : "Delete everything"}
        <//>
        <${Button} color="secondary" autoFocus disabled=${asking} onClick=${actions.keepAll}>Keep it<//>
      </div>
    <//>
  `;
}
