// Which other map is wanted: by which method, for which target, how precise. And its making.
import { capitalised, percent } from "../format.js";
import { keyOf, nearestChoice, targetName } from "../evidence.js";
import { Button, Form, html, Input, Label, Progress, useEffect, useRef } from "../lib.js";
import { Choices } from "./choices.js";
import { Problem } from "./steps.js";
import { Waiting } from "./waiting.js";

const BUTTON = "make-map";

const KINDS = {
  exact: "Read off the network itself, at once.",
  sampling: "Tries the model on many altered copies of the picture.",
  gradient: "Follows the model's answer back to the pixels.",
};

function duration(seconds) {
  if (seconds === null) return null;
  return seconds < 1 ? "under 1 s" : `about ${Math.round(seconds)} s`;
}

const agreement = (stability) => stability !== null && `agreement ${stability.toFixed(2)}`;

const precisionOption = ({ name, samples, seconds, stability }) => ({
  value: name,
  label: capitalised(name),
  hint: [`${samples} samples`, duration(seconds), agreement(stability)].filter(Boolean).join(", "),
});

/** The choice of a precision, with what each costs, and brings. */
function Precision({ precisions, value, onChoose }) {
  const isRandom = precisions.some(({ stability }) => stability !== null);
  return html`
    <div>
      <${Choices} legend="Precision" name="precision" options=${precisions.map(precisionOption)} value=${value} onChoose=${onChoose} />
      ${isRandom && html`
        <p className="small text-body-secondary mt-2 mb-0">
          This method draws its samples by chance. Agreement says how alike two maps of one picture come out: 1 where they rank all
          places the same, 0 where they have nothing in common.
        </p>`}
    </div>
  `;
}

/** Why methods cannot be had here, in the server's words: each reason once, with the methods it holds for. */
function Unavailable({ methods }) {
  const lacking = methods.filter(({ unavailable }) => unavailable);
  if (!lacking.length) return null;
  const reasons = [...new Set(lacking.map(({ unavailable }) => unavailable))];
  const titles = (reason) => lacking.filter(({ unavailable }) => unavailable === reason).map(({ title }) => title);
  return html`
    <details className="unavailable">
      <summary>Why ${lacking.length === 1 ? "one method is" : `${lacking.length} methods are`} not available here</summary>
      <ul>${reasons.map((reason) => html`<li key=${reason}><strong>${titles(reason).join(", ")}:</strong> ${reason}</li>`)}</ul>
    </details>
  `;
}

function Field({ id, label, value, onChange, children, ...input }) {
  return html`
    <div>
      <${Label} for=${id}>${label}<//>
      <${Input} type="select" id=${id} value=${value} onChange=${({ target }) => onChange(target.value)} ...${input}>${children}<//>
    </div>
  `;
}

/** [what goes on, how far it is in words, that as a share]; the last two are null where nothing is counted. */
function stageOf({ state, uploaded, waiting, done, total }) {
  if (waiting) return ["Waiting for the server", null, null];
  if (state === "sending" && uploaded < 1) return ["Sending the picture", percent(uploaded), uploaded];
  if (state !== "running") return ["Waiting for its turn", null, null];
  return total > 1 ? ["Making the map", `${done} of ${total}`, done / total] : ["Getting ready", null, null];
}

function Making({ job, onCancel }) {
  const [words, count, share] = stageOf(job);
  return html`
    <div className="making">
      <div className="d-flex justify-content-between gap-3">
        <span id="making-title">${words}…</span><span className="number">${count}</span>
      </div>
      ${job.waiting && html`<${Waiting} waiting=${job.waiting} />`}
      <${Progress} value=${100 * (share ?? 1)} animated=${share === null} barAriaLabelledBy="making-title"
        barAriaValueText=${count ?? "under way"} />
      <${Button} color="secondary" size="sm" onClick=${onCancel}>Cancel<//>
    </div>
  `;
}

/** What the button does for a choice: make its map, show it where it is made, or nothing where there is nothing to do. */
function buttonOf(choice, made, { shownMap, mapJob }, actions) {
  const wanted = keyOf(choice);
  if (wanted === shownMap) return { label: "Shown above" };
  if (made.some(({ key }) => key === wanted)) return { label: "Show this map", act: () => actions.chooseMap(choice) };
  return { label: "Make this map", act: mapJob ? null : () => actions.askMap(choice) };
}

const isInView = ({ top, bottom }) => bottom > 0 && top < window.innerHeight;

/** Once a map is made, show the picture that it lies over, to whoever is still at the button `BUTTON`. */
function useLook({ mapJob, shownMap }) {
  const before = useRef(null);
  useEffect(() => {
    const made = before.current && !mapJob && keyOf(before.current.choice) === shownMap;
    before.current = mapJob;
    if (made && isInView(document.getElementById(BUTTON).getBoundingClientRect())) {
      document.querySelector(".pictures").scrollIntoView({ block: "nearest" });
    }
  }, [mapJob]);
}

/** `made` are all maps that are there, `offer` is {methods, targets} of the model, `diagnoses` tell their names. */
export function EvidenceForm({ offer, state, made, diagnoses, actions }) {
  const { mapChoice, mapJob, mapProblem } = state;
  useLook(state);
  const choice = nearestChoice(offer, mapChoice);
  const method = offer.methods.find(({ name }) => name === choice.method);
  const change = (name) => (value) => actions.chooseMap(nearestChoice(offer, { ...choice, [name]: value }));
  const { label, act } = buttonOf(choice, made, state, actions);
  const submit = (event) => {
    event.preventDefault();
    act?.();
  };
  const cancel = () => {
    actions.cancelMap();
    document.getElementById(BUTTON).focus(); // the button that had the focus is gone
  };
  return html`
    <${Form} className="evidence-form" onSubmit=${submit}>
      <${Field} id="map-method" label="Method" value=${choice.method} onChange=${change("method")} aria-describedby="method-kind">
        ${offer.methods.map(({ name, title, unavailable }) => html`
          <option key=${name} value=${name} disabled=${Boolean(unavailable)}>${title}${unavailable ? " (not available here)" : ""}</option>`)}
      <//>
      <${Field} id="map-target" label="Evidence for" value=${choice.target} onChange=${change("target")}>
        ${offer.targets.map((target) => html`<option key=${target} value=${target}>${capitalised(targetName(target, diagnoses))}</option>`)}
      <//>
      <p id="method-kind" className="small text-body-secondary">
        ${KINDS[method.kind]} ${keyOf(choice) !== state.shownMap && method.sentence /* else it stands beside the map */}
      </p>
      ${method.precisions.length > 0 && html`
        <${Precision} precisions=${method.precisions} value=${choice.precision} onChoose=${change("precision")} />`}
      <${Button} id=${BUTTON} type="submit" color="primary" aria-disabled=${!act}>${label}<//>
      ${mapJob && html`<${Making} job=${mapJob} onCancel=${cancel} />`}
      ${mapProblem && html`<${Problem} problem=${mapProblem} onRetry=${() => actions.askMap(choice)} />`}
      <${Unavailable} methods=${offer.methods} />
    <//>
  `;
}
