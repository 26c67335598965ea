// The whole result, in the order in which a person needs it.
import { Fragment, html, useEffect, useRef } from "../lib.js";
import { probability } from "../format.js";
import { recordAddress } from "../route.js";
import { isJudged, wasTold } from "../state.js";
import { ClinicalUsed } from "./clinical.js";
import { DiagnosisSet } from "./diagnosis-set.js";
import { Icon } from "./icons.js";
import { AkiecNote, MalignantMark } from "./malignant.js";
import { Meaning } from "./meaning.js";
import { OperatingPoints } from "./operating-points.js";
import { headline, Probability, tone, Triage, Truth } from "./verdict.js";

function DiagnosisRow({ diagnosis }) {
  const { dx, name, malignant } = diagnosis;
  return html`
    <li className=${malignant ? "is-malignant" : ""}>
      <span className="diagnosis-name">${name} ${malignant && html`<${MalignantMark} dx=${dx} />`}</span>
      <span className="number">${probability(diagnosis.probability)}</span>
      <div className="track" aria-hidden="true"><div className="fill" style=${{ width: `${100 * diagnosis.probability}%` }} /></div>
    </li>
  `;
}

function Diagnoses({ diagnoses, set, prediction }) {
  if (!diagnoses?.length) return null;
  const ranked = [...diagnoses].sort((a, b) => b.probability - a.probability);
  return html`
    <section className="diagnoses" aria-labelledby="diagnoses-title">
      <h3 id="diagnoses-title">Which diagnosis it looks like</h3>
      <${DiagnosisSet} set=${set} diagnoses=${ranked} prediction=${prediction} />
      <ol>${ranked.map((diagnosis) => html`<${DiagnosisRow} key=${diagnosis.dx} diagnosis=${diagnosis} />`)}</ol>
      <${AkiecNote} diagnoses=${ranked} />
    </section>
  `;
}

/** Where the answer is kept, on a server that keeps answers: `keeping` is null on one that does not. */
function Kept({ keeping, record, sample }) {
  if (!keeping || sample || record === undefined) return null; // undefined once it was deleted
  if (!record) return html`<p className="kept">This answer could not be kept in the history.</p>`;
  return html`
    <p className="kept">
      <a href=${recordAddress(record)}>Kept in the history</a>: once it is known what the lesion is, enter it there.
    </p>
  `;
}

function Provenance({ model, timing }) {
  return html`
    <p className="provenance">
      ${model.name} ${model.version} <span title=${`SHA-256 ${model.sha256}`} className="number">${model.sha256.slice(0, 8)}</span>
      ${" · "}analysed in <span className="number">${Math.round(timing.total)} ms</span>
    </p>
  `;
}

/** `model` is what the server offers of the model that answered. */
export function Result({ result, model, setting, sample, keeping, failed, stale, actions }) {
  const title = useRef(null);
  useEffect(() => {
    const inField = document.activeElement.matches("select, [type=number]"); // whoever is at a field stays there
    if (!inField) title.current.focus({ preventScroll: true });
    const beside = window.matchMedia("(min-width: 992px)").matches; // the picture, else it stands above
    title.current.scrollIntoView({ block: beside ? "nearest" : "start" });
  }, []);
  const { className, icon } = tone(result);
  const judged = isJudged(result);
  const likelihood = html`<${Probability} result=${result} />`;
  const details = html`
    <${Fragment}>
      <${OperatingPoints} points=${model.operating_points} current=${result.operating_point} told=${wasTold(result)}
        roc=${setting.roc} rocProblem=${setting.rocProblem} onChoose=${actions.chooseOperatingPoint}
        onThreshold=${actions.chooseThreshold} onRoc=${actions.loadRoc} />
      <${Meaning} point=${result.operating_point} prediction=${result.prediction} prevalence=${setting.prevalence}
        supposition=${model.supposition} onPrevalence=${actions.choosePrevalence} />
      <${Diagnoses} diagnoses=${result.diagnoses} set=${result.diagnosis_set} prediction=${result.prediction} />
    <//>
  `;
  return html`
    <section className=${`panel result ${className} ${stale ? "is-stale" : ""}`} aria-labelledby="verdict" aria-busy=${stale}>
      <h2 id="verdict" className="verdict" tabIndex="-1" ref=${title}><${Icon} name=${icon} /><span>${headline(result)}</span></h2>
      ${judged && likelihood}
      <${Triage} triage=${result.triage} failed=${failed} />
      <${ClinicalUsed} clinical=${result.clinical} />
      <${Truth} sample=${sample} prediction=${result.prediction} judged=${judged} />
      ${judged ? details : html`<details><summary>Show the model's numbers anyway</summary>${likelihood}${details}</details>`}
      <${Kept} keeping=${keeping} record=${result.record} sample=${sample} />
      <${Provenance} model=${result.model} timing=${result.timing_ms} />
    </section>
  `;
}
