// The About dialogue: what the model is, how well it does and on what, from the bundle's own measurements.
import { cardURL } from "../api.js";
import { Fragment, html, useEffect } from "../lib.js";
import { operatingPointRows, qualityRows } from "../measures.js";
import { DiagnosisTable, ExternalTable, OperatingPointTable, QualityTable } from "./about-tables.js";
import { Dialogue } from "./dialogue.js";
import { Report } from "./report.js";
import { Problem } from "./steps.js";

function Learned({ manifest }) {
  const { training, licence } = manifest;
  return html`
    <p>
      <strong>${manifest.name}</strong>: ${manifest.ensemble ? "an ensemble of networks" : "a network"} (${manifest.architecture}), trained on ${training.n_images.toLocaleString("en")} images of
      ${" "}${training.n_lesions.toLocaleString("en")} lesions (${training.data.join(", ")}), version ${manifest.version} of
      ${" "}${manifest.created.slice(0, 10)}. Licence: ${licence}.
    </p>
  `;
}

function Card({ card: { manifest, metrics, report, names }, url }) {
  return html`
    <${Fragment}>
      <${Learned} manifest=${manifest} />
      <h3>How well it does</h3>
      <p>
        Measured on ${metrics.n_lesions} held-out lesions, ${metrics.n_malignant} of them malignant, none of which it
        saw in training. Temperature and thresholds were chosen on other lesions. All are of ${metrics.data}. Intervals are 95%
        intervals.
      </p>
      <${QualityTable} rows=${qualityRows(metrics)} />
      <h3>At each setting</h3>
      <${OperatingPointTable} rows=${operatingPointRows(manifest, metrics)} />
      <${DiagnosisTable} manifest=${manifest} metrics=${metrics} names=${names} />
      <${ExternalTable} manifest=${manifest} metrics=${metrics} />
      <h3>What it is not</h3>
      <p>
        It knows dermoscopic images like those it learned from, and ${manifest.clinical ? "of the person no more than age, sex and site: no" : "nothing of the person: no age, no"} history,
        and not how the lesion changed. On other cameras, phones without a dermatoscope, or skin tones that are rare in its training data, these
        numbers do not hold.
      </p>
      <${Report} report=${report} address=${`${url}/report`} />
      <p className="mb-0">
        <a href=${url} target="_blank">Everything measured, as JSON</a> · <a href="/api/docs" target="_blank">Use it by API</a>
      </p>
    <//>
  `;
}

export function About({ isOpen, model, card, problem, disclaimer, onLoad, onToggle }) {
  useEffect(() => {
    if (isOpen && !card) onLoad();
  }, [isOpen]);
  return html`
    <${Dialogue} isOpen=${isOpen} id="about-title" title="About the model" size="lg" onClose=${onToggle}>
      <p className="dialogue-disclaimer">${disclaimer}</p>
      ${problem && html`<${Problem} problem=${problem} onRetry=${onLoad} />`}
      ${!card && !problem && html`<p role="status">Loading the model card…</p>`}
      ${card && html`<${Card} card=${card} url=${cardURL(model)} />`}
    <//>
  `;
}
