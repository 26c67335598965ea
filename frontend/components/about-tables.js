// The tables of the About dialogue; each number as the bundle's metrics hold it.
import { capitalised, interval, measure, percent } from "../format.js";
import { Fragment, html, Table } from "../lib.js";
import { diagnosisRows, externalRows, operatingPointRows, qualityRows } from "../measures.js";

export function QualityTable({ metrics }) {
  return html`
    <${Table} size="sm" className="measures">
      <thead><tr><th scope="col">Measure</th><th scope="col">Value</th><th scope="col">Interval</th></tr></thead>
      <tbody>
        ${qualityRows(metrics).map(({ name, value, low, high }) => html`
          <tr key=${name}>
            <th scope="row">${name}</th>
            <td>${measure(value)}</td>
            <td className="text-nowrap">${low === undefined ? "" : `${measure(low)}–${measure(high)}`}</td>
          </tr>`)}
      </tbody>
    <//>
  `;
}

function Share({ proportion }) {
  if (!proportion) return html`<td>${measure(null)}</td>`;
  return html`<td>${percent(proportion.value)}<small className="text-nowrap">${interval(proportion)}</small><small className="text-nowrap">${proportion.k} of ${proportion.n}</small></td>`;
}

export function OperatingPointTable({ manifest, metrics }) {
  return html`
    <${Table} size="sm" className="measures">
      <thead><tr>${["Setting", "Threshold", "Sensitivity", "Specificity"].map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
      <tbody>
        ${operatingPointRows(manifest, metrics).map((row) => html`
          <tr key=${row.name}>
            <th scope="row">${capitalised(row.name)}</th>
            <td>${percent(row.threshold)}</td>
            <${Share} proportion=${row.sensitivity} />
            <${Share} proportion=${row.specificity} />
          </tr>`)}
      </tbody>
    <//>
  `;
}

export function ExternalTable({ manifest, metrics }) {
  const rows = externalRows(manifest, metrics);
  if (!rows.length) return null;
  return html`
    <${Fragment}>
      <h3>On pictures from elsewhere</h3>
      <p>At the setting “${manifest.default_operating_point}”, nothing having been adjusted to them.</p>
      <${Table} size="sm" className="measures">
        <thead><tr>${["Source", "AUROC", "Sensitivity", "Specificity"].map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
        <tbody>
          ${rows.map(({ source, n, trainedOn, auroc, sensitivity, specificity }) => html`
            <tr key=${source}>
              <th scope="row">${source}<small>${n} lesions${trainedOn && ", others of this source were trained on"}</small></th>
              <td>${measure(auroc)}</td>
              <${Share} proportion=${sensitivity} />
              <${Share} proportion=${specificity} />
            </tr>`)}
        </tbody>
      <//>
    <//>
  `;
}

export function DiagnosisTable({ manifest, metrics, names }) {
  const rows = diagnosisRows(manifest, metrics);
  if (!rows.length) return null;
  return html`
    <${Fragment}>
      <h3>By diagnosis</h3>
      <${Table} size="sm" className="measures">
        <thead><tr>${["Diagnosis", "Lesions", "Recall", "AUROC"].map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
        <tbody>
          ${rows.map(({ dx, malignant, n, recall, auroc }) => html`
            <tr key=${dx}>
              <th scope="row">${names[dx] ?? dx} ${malignant && html`<span className="mark-malignant">malignant${dx === "akiec" && "*"}</span>`}</th>
              <td>${n}</td>
              <td>${percent(recall)}</td>
              <td>${measure(auroc)}</td>
            </tr>`)}
        </tbody>
      <//>
      ${rows.some(({ dx }) => dx === "akiec") && html`<p className="small text-body-secondary">* Pre-malignant or in situ, counted as malignant.</p>`}
    <//>
  `;
}
