// A question before something that cannot be taken back; the way out has the focus; `settled` says that it is
// closed, because the answer is on its way.
import { Button, html } from "../lib.js";

export function Question({ words, yes, no, settled = false, onYes, onNo }) {
  return html`
    <div className="question" role="group" aria-label=${words}>
      <p>${words}</p>
      <div className="d-flex flex-wrap gap-2">
        <${Button} color="danger" size="sm" onClick=${onYes}>${yes}<//>
        <${Button} color="secondary" size="sm" autoFocus disabled=${settled} onClick=${onNo}>${no}<//>
      </div>
    </div>
  `;
}
