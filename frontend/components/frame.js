// What stands around every state of the page: header, disclaimer, and the voice for screen readers.
import { waitingIn } from "../calls.js";
import { Button, Container, html } from "../lib.js";
import { probability } from "../format.js";
import { historyWords } from "../history.js";
import { ANALYSE, HISTORY } from "../route.js";
import { isJudged, resultInUse } from "../state.js";
import { headline } from "./verdict.js";
import { Mark } from "./icons.js";
import { waitingWords } from "./waiting.js";

/** The way from one part of the page to the other. */
function Parts({ part }) {
  const link = (address, words) => html`
    <a href=${address} className="part-link" aria-current=${part === address ? "page" : undefined}>${words}</a>`;
  return html`<nav className="parts" aria-label="Parts of the page">${link(ANALYSE, "Analyse")}${link(HISTORY, "History")}</nav>`;
}

export function Header({ config: { title, record }, part, onAbout }) {
  return html`
    <header className="page-header">
      <${Container} className="d-flex align-items-center gap-3">
        <${Mark} />
        <h1 className="page-title">${title}</h1>
        <div className="header-actions">
          ${record && html`<${Parts} part=${part} />`}
          <${Button} color="link" className="about-button" onClick=${onAbout}>
            About<span className="d-none d-sm-inline">${"\u00a0"}the model</span>
          <//>
        </div>
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
  const { history, request } = state;
  const asked = waitingIn(history);
  if (history.route.part === HISTORY) return asked ? waitingWords(asked) : historyWords(history);
  if (request?.waiting) return waitingWords(request.waiting);
  const result = resultInUse(state);
  if (result) {
    const likelihood = isJudged(result) ? `Probability of malignancy ${probability(result.probability)}. ` : "";
    return `${headline(result)}. ${likelihood}${result.triage?.message ?? ""}`;
  }
  if (!request) return state.notice ?? "";
  const { uploaded } = request;
  return state.image.sample || uploaded >= 1
    ? "Analysing the picture."
    : `Uploading, ${Math.floor(4 * uploaded) * 25}%.`;
}

export function Announcer({ state }) {
  return html`<div className="visually-hidden" role="status" aria-live="polite">${announcement(state)}</div>`;
}
