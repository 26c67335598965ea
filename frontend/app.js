// The page, from one state: the picture on one side, what it means on the other, samples below.
import { About } from "./components/about.js";
import { ClinicalForm } from "./components/clinical.js";
import { Announcer, Disclaimer, Header } from "./components/frame.js";
import { Gallery } from "./components/gallery.js";
import { Given } from "./components/given.js";
import { History } from "./components/history.js";
import { useDropAndPaste } from "./components/intake.js";
import { Result } from "./components/result.js";
import { Idle, Problem, Steps, Working } from "./components/steps.js";
import { Waiting } from "./components/waiting.js";
import { Col, Container, createRoot, Fragment, html, Input, Label, Row, useEffect, useRef } from "./lib.js";
import { HISTORY } from "./route.js";
import { useSession } from "./session.js";
import { modelInUse, resultInUse } from "./state.js";

function ModelChoice({ models, model, onChoose }) {
  if (models.length < 2) return null;
  const choose = ({ target: { value } }) => onChoose(models.find(({ name }) => name === value));
  return html`
    <div className="model-choice">
      <${Label} for="model" className="mb-0">Model<//>
      <${Input} type="select" id="model" bsSize="sm" value=${model} onChange=${choose}>
        ${models.map(({ name, version, architecture }) => html`
          <option key=${name} value=${name}>${name} ${version} ${architecture !== name && `(${architecture})`}</option>`)}
      <//>
    </div>
  `;
}

function Outcome({ state, actions }) {
  const { config, image, request, problem, notice, stale } = state;
  const result = resultInUse(state);
  const nothing = !result && !request && !problem;
  return html`
    <${Fragment}>
      ${problem && html`<${Problem} problem=${problem} onRetry=${actions.ask} />`}
      ${notice && html`<p className="notice">${notice}</p>`}
      ${request && !result && html`<${Working} image=${image} request=${request} onCancel=${actions.cancel} />`}
      ${request?.waiting && result && html`<${Waiting} waiting=${request.waiting} />`}
      ${result && html`<${Result} result=${result} model=${modelInUse(state)} setting=${state} sample=${image.sample}
        keeping=${config.record} failed=${!request && !stale} stale=${stale} actions=${actions} />`}
      ${nothing && (image ? html`<${Idle} onAsk=${actions.ask} />` : html`<${Steps} record=${config.record} />`)}
    <//>
  `;
}

function Analyse({ state, actions, hovering }) {
  const { config, image, model, clinical } = state;
  const { clinical: fields } = modelInUse(state);
  return html`
    <${Fragment}>
      <${ModelChoice} models=${config.models} model=${model} onChoose=${actions.chooseModel} />
      <${Row} className="gx-lg-5 gy-4">
        <${Col} lg="6" className="given">
          <${Given} state=${state} actions=${actions} hovering=${hovering} />
          ${fields && html`<${ClinicalForm} fields=${fields} values=${clinical} onChange=${actions.changeClinical} />`}
        <//>
        <${Col} lg="6"><${Outcome} state=${state} actions=${actions} /><//>
      <//>
      <${Gallery} samples=${config.samples} chosen=${image?.sample?.id} onChoose=${actions.chooseSample} />
    <//>
  `;
}

/** Once another part of the page is shown, begin at its top: for the eye, and for the keyboard. */
function useTop(part, title) {
  const before = useRef(part);
  useEffect(() => {
    document.title = part === HISTORY ? `History · ${title}` : title;
    if (before.current === part) return;
    before.current = part;
    window.scrollTo(0, 0);
    document.getElementById("main").focus({ preventScroll: true });
  }, [part]);
}

function Ready({ state, actions }) {
  const { config, model, history } = state;
  const { part } = history.route;
  const hovering = useDropAndPaste(actions.chooseFiles);
  useTop(part, config.title);
  return html`
    <${Fragment}>
      <${Container} tag="main" id="main" className=${`page-main ${hovering ? "is-hovering" : ""}`} tabIndex="-1">
        ${part === HISTORY
          ? html`<${History} state=${state} actions=${actions} />`
          : html`<${Analyse} state=${state} actions=${actions} hovering=${hovering} />`}
      <//>
      <${Disclaimer} text=${config.disclaimer} />
      <${About} isOpen=${state.aboutOpen} model=${model} card=${state.card} problem=${state.cardProblem}
        disclaimer=${config.disclaimer} onLoad=${actions.loadCard} onToggle=${actions.toggleAbout} />
    <//>
  `;
}

/** Before the configuration is there: a word of patience, or what went wrong and how to try again. */
function Starting({ problem, waiting, onRetry }) {
  const patience = waiting ? html`<${Waiting} waiting=${waiting} />` : html`<p role="status">Loading the page…</p>`;
  return html`
    <main className="boot" id="main" tabIndex="-1">
      <h1>Skin lesion classifier</h1>
      ${problem ? html`<${Problem} problem=${problem} onRetry=${onRetry} />` : patience}
    </main>
  `;
}

/** Leads past the header. The address stays, since it tells which part of the page is shown. */
function SkipLink() {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  };
  return html`<a className="skip-link" href="#main" onClick=${skip}>Skip to the content</a>`;
}

function App() {
  const [state, actions] = useSession();
  const { config, problem, startWaiting } = state;
  return html`
    <${Fragment}>
      <${SkipLink} />
      ${config && html`<${Header} config=${config} part=${state.history.route.part} onAbout=${actions.toggleAbout} />`}
      ${config
        ? html`<${Ready} state=${state} actions=${actions} />`
        : html`<${Starting} problem=${problem} waiting=${startWaiting} onRetry=${actions.loadConfig} />`}
      <${Announcer} state=${state} />
    <//>
  `;
}

// Without it (an old browser, a page not served by HTTPS) the page only does not open offline.
navigator.serviceWorker?.register("/static/service-worker.js", { scope: "/" }).catch(() => null);

createRoot(document.getElementById("root")).render(html`<${App} />`);
