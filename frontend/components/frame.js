// What stands around every state of the page: header, disclaimer, and the voice for screen readers.
import { Button, Container, html } from "../lib.js";
import { probability } from "../format.js";
import { isJudged, resultInUse } from "../state.js";
import { headline } from "./verdict.js";
import { Mark } from "./icons.js";

export function Header({ title, onAbout }) {
  return html`
    <header className="page-header">
      <${Container} className="d-flex align-items-center gap-3">
        <${Mark} />
        <h1 className="page-title">${title}</h1>
        <${Button} color="link" className="ms-auto about-button" onClick=${onAbout}>
          About<span className="d-none d-sm-inline">${"\u00a0"}the model</span>
        <//>
      <//>
    </header>
  `;
}

export function Disclaimer({ text }) {
  return html`
    <footer className="disclaimer">
      <${Container}><p>${text}</p><//>
    </footer>
  `;
}

/** What a screen reader hears as the work goes on; steps of a quarter, so that it can keep up. */
function announcement(state) {
  const result = resultInUse(state);
  if (result) {
    const likelihood = isJudged(result) ? `Probability of malignancy ${probability(result.probability)}. ` : "";
    return `${headline(result)}. ${likelihood}${result.triage?.message ?? ""}`;
  }
  if (!state.request) return state.notice ?? "";
  const { uploaded } = state.request;
  return state.image.sample || uploaded >= 1
    ? "Analysing the picture."
    : `Uploading, ${Math.floor(4 * uploaded) * 25}%.`;
}

export function Announcer({ state }) {
  return html`<div className="visually-hidden" role="status" aria-live="polite">${announcement(state)}</div>`;
}
