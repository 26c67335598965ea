// The tables of the About dialogue; each number as the bundle's metrics hold it.
import { interval, measure, percent, settingWords } from "../format.js";
import { Fragment, html, Table } from "../lib.js";
import { diagnosisRows, externalRows } from "../measures.js";
import { AkiecNote, MalignantMark } from "./malignant.js";

export function Measures({ columns, children }) {
  return html`
    <${Table} size="sm" className="measures">
      <thead><tr>${columns.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
      <tbody>${children}</tbody>
    <//>
  `;
}

/** A cell with a proportion, its interval and its counts; a dash where it was not measured. */
export function Share({ proportion }) {
  if (!proportion) return html`<td>–</td>`;
  return html`
    <td>
      ${percent(proportion.value)}
      <small className="text-nowrap">${interval(proportion)}</small>
      <small className="text-nowrap">${proportion.k} of ${proportion.n}</small>
    </td>
  `;
}

function QualityRow({ row: { name, value, low, high } }) {
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td>${measure(value)}</td>
      <td className="text-nowrap">${low !== undefined && `${measure(low)}–${measure(high)}`}</td>
    </tr>
  `;
}

/** `rows` as `qualityRows` gives them. */
export function QualityTable({ rows }) {
  return html`
    <${Measures} columns=${["Measure", "Value", "Interval"]}>
      ${rows.map((row) => html`<${QualityRow} key=${row.name} row=${row} />`)}
    <//>
  `;
}

function OperatingPointRow({ row: { name, note, threshold, sensitivity, specificity } }) {
  const [label, hint] = settingWords(name);
  return html`
    <tr>
      <th scope="row">${label}<small>${note ?? hint}</small></th>
      <td>${percent(threshold)}</td>
      <${Share} proportion=${sensitivity} />
      <${Share} proportion=${specificity} />
    </tr>
  `;
}

/** `rows` as `operatingPointRows` gives them. */
export function OperatingPointTable({ rows }) {
  return html`
    <${Measures} columns=${["Setting", "Threshold", "Sensitivity", "Specificity"]}>
      ${rows.map((row) => html`
        <${OperatingPointRow} key=${`${row.name} ${row.note}`} row=${row} />`)}
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
      <${Measures} columns=${["Source", "AUROC", "Sensitivity", "Specificity"]}>
        ${rows.map(({ source, n, trainedOn, auroc, sensitivity, specificity }) => html`
          <tr key=${source}>
            <th scope="row">${source}<small>${n} lesions${trainedOn && ", related images were trained on"}</small></th>
            <td>${measure(auroc)}</td>
            <${Share} proportion=${sensitivity} />
            <${Share} proportion=${specificity} />
          </tr>`)}
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
      <${Measures} columns=${["Diagnosis", "Lesions", "Recall", "AUROC"]}>
        ${rows.map(({ dx, malignant, n, recall, auroc }) => html`
          <tr key=${dx}>
            <th scope="row">${names[dx] ?? dx} ${malignant && html`<${MalignantMark} dx=${dx} />`}</th>
            <td>${n}</td>
            <td>${percent(recall)}</td>
            <td>${measure(auroc)}</td>
          </tr>`)}
      <//>
      <${AkiecNote} diagnoses=${rows} />
    <//>
  `;
}
