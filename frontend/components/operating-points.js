// The choice among operating points, and what the model showed on held-out lesions at the one in use.
import { interval, percent, plainMeaning, settingWords } from "../format.js";
import { html } from "../lib.js";
import { Choices } from "./choices.js";
import { ThresholdChoice } from "./threshold.js";

/** An operating point among the choices. */
function option({ name }) {
  const [label, hint] = settingWords(name);
  return { value: name, label, hint };
}

function Measured({ name, meaning, proportion }) {
  return html`
    <div className="measured">
      <dt>${name}</dt>
      <dd>
        <strong className="number">${percent(proportion.value)}</strong>
        <span>95% interval <span className="number text-nowrap">${interval(proportion)}</span></span>
        <span>${proportion.k} of ${proportion.n} ${meaning}</span>
      </dd>
    </div>
  `;
}

/** What a model that takes age, sex and site was told of the lesions that it was measured on. */
function withWhat(point, told) {
  if (!point.without_clinical) return "";
  return told ? ", with age, sex and site where they are known" : ", without age, sex and site";
}

function Performance({ point, told }) {
  return html`
    <div>
      <p className="plain-meaning">${plainMeaning(point)}</p>
      <dl>
        <${Measured} name="Sensitivity" proportion=${point.sensitivity} meaning="malignant lesions flagged" />
        <${Measured} name="Specificity" proportion=${point.specificity} meaning="benign lesions not flagged" />
      </dl>
      <p className="small text-body-secondary mb-0">Measured on held-out lesions that the model never saw${withWhat(point, told)}.</p>
    </div>
  `;
}

export function OperatingPoints({ points, current, told, roc, rocProblem, onChoose, onThreshold, onRoc }) {
  return html`
    <section className="operating-points">
      <${Choices} legend="Setting" name="operating-point" options=${points.map(option)} value=${current.name} onChoose=${onChoose} />
      <${ThresholdChoice} roc=${roc} problem=${rocProblem} points=${points} current=${current} onOpen=${onRoc}
        onThreshold=${onThreshold} onOperatingPoint=${onChoose} />
      ${current.sensitivity && current.specificity && html`<${Performance} point=${current} told=${told} />`}
    </section>
  `;
}
