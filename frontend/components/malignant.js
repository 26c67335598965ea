// How a malignant diagnosis is marked wherever one is named, and what is to be said of `akiec`.
import { html } from "../lib.js";

export function MalignantMark({ dx }) {
  return html`<span className="mark-malignant">malignant${dx === "akiec" && "*"}</span>`;
}

/** The footnote to the mark of `akiec`, where it is among the diagnoses shown. */
export function AkiecNote({ diagnoses }) {
  if (!diagnoses.some(({ dx }) => dx === "akiec")) return null;
  return html`<p className="small text-body-secondary mb-0">* Pre-malignant or in situ, counted as malignant.</p>`;
}
