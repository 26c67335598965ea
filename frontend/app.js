// The page, from one state: the picture on one side, what it means on the other, samples below.
import { About } from "./components/about.js";
import { ClinicalForm } from "./components/clinical.js";
import { Announcer, Disclaimer, Header } from "./components/frame.js";
import { Gallery } from "./components/gallery.js";
import { Given } from "./components/given.js";
import { useDropAndPaste } from "./components/intake.js";
import { Result } from "./components/result.js";
import { Idle, Problem, Steps, Working } from "./components/steps.js";
import { Col, Container, createRoot, Fragment, html, Input, Label, Row } from "./lib.js";
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
  const { image, request, problem, notice, stale } = state;
  const result = resultInUse(state);
  const nothing = !result && !request && !problem;
  return html`
    <${Fragment}>
      ${problem && html`<${Problem} problem=${problem} onRetry=${actions.ask} />`}
      ${notice && html`<p className="notice">${notice}</p>`}
      ${request && !result && html`<${Working} image=${image} uploaded=${request.uploaded} onCancel=${actions.cancel} />`}
      ${result && html`<${Result} result=${result} points=${modelInUse(state).operating_points} setting=${state} sample=${image.sample}
        failed=${!request && !stale} stale=${stale} actions=${actions} />`}
      ${nothing && (image ? html`<${Idle} onAsk=${actions.ask} />` : html`<${Steps} />`)}
    <//>
  `;
}

function Ready({ state, actions }) {
  const { config, image, model, clinical } = state;
  const { clinical: fields } = modelInUse(state);
  const hovering = useDropAndPaste(actions.chooseFiles);
  return html`
    <${Fragment}>
      <${Container} tag="main" id="main" className=${`page-main ${hovering ? "is-hovering" : ""}`} tabIndex="-1">
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
      <${Disclaimer} text=${config.disclaimer} />
      <${About} isOpen=${state.aboutOpen} model=${model} card=${state.card} problem=${state.cardProblem}
        disclaimer=${config.disclaimer} onLoad=${actions.loadCard} onToggle=${actions.toggleAbout} />
    <//>
  `;
}

/** Before the configuration is there: a word of patience, or what went wrong and how to try again. */
function Starting({ problem, onRetry }) {
  return html`
    <main className="boot" id="main" tabIndex="-1">
      <h1>Skin lesion classifier</h1>
      ${problem ? html`<${Problem} problem=${problem} onRetry=${onRetry} />` : html`<p role="status">Loading the page…</p>`}
    </main>
  `;
}

function App() {
  const [state, actions] = useSession();
  const { config, problem } = state;
  return html`
    <${Fragment}>
      <a className="skip-link" href="#main">Skip to the content</a>
      ${config && html`<${Header} title=${config.title} onAbout=${actions.toggleAbout} />`}
      ${config
        ? html`<${Ready} state=${state} actions=${actions} />`
        : html`<${Starting} problem=${problem} onRetry=${actions.loadConfig} />`}
      <${Announcer} state=${state} />
    <//>
  `;
}

// Without it (an old browser, a page not served by HTTPS) the page only does not open offline.
navigator.serviceWorker?.register("/static/service-worker.js", { scope: "/" }).catch(() => null);

createRoot(document.getElementById("root")).render(html`<${App} />`);
