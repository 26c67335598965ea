// Rows of tables, taken from flat metrics: a bundle's, or those of a person's own cases. Nothing is computed here, and a measure
// that is lacking gives no row.

const has = (metrics, key) => typeof metrics[key] === "number";

const QUALITY = [
  ["AUROC", "auroc"],
  ["AUPRC (malignant positive)", "auprc"],
  ["Balanced accuracy", "balanced_accuracy"],
  ["Calibration error (ECE) before calibration", "ece_before"],
  ["Calibration error (ECE) as served", "ece_after"],
  ["Brier score before calibration", "brier_before"],
  ["Brier score as served", "brier_after"],
];

const ON_CASES = [
  ["AUROC", "auroc"],
  ["Brier score", "brier"],
  ["Calibration error (ECE)", "ece"],
];

const rowsOf = (measures, metrics) =>
  measures.filter(([, key]) => has(metrics, key)).map(([name, key]) => ({
    name,
    value: metrics[key],
    low: metrics[`${key}_low`],
    high: metrics[`${key}_high`],
  }));

/** [{name, value, low, high}], the interval undefined where none was measured. */
export const qualityRows = (metrics) => rowsOf(QUALITY, metrics);

/** The same of a person's own cases. */
export const caseRows = (metrics) => rowsOf(ON_CASES, metrics);

/** The proportion stored under `key`; null where it was not measured. */
export function proportion(metrics, key) {
  const [value, low, high, k, n] = ["", "_low", "_high", "_k", "_n"].map((suffix) => metrics[key + suffix]);
  return value === undefined ? null : { value, low, high, k, n };
}

/** {threshold, sensitivity, specificity} at an operating point; `prefix` names another source's block. */
const atPoint = (metrics, name, prefix = "") => ({
  name,
  threshold: metrics[`operating_point.${name}.threshold`],
  sensitivity: proportion(metrics, `${prefix}operating_point.${name}.sensitivity`),
  specificity: proportion(metrics, `${prefix}operating_point.${name}.specificity`),
});

/** [{name, note, threshold, sensitivity, specificity}] of the manifest's operating points, and with nothing told. */
export const operatingPointRows = (manifest, metrics) =>
  manifest.operating_points.flatMap(({ name, without_clinical: untold }) => [
    atPoint(metrics, name),
    ...(untold ? [{ ...atPoint(metrics, name, "without_clinical."), note: "without age, sex and site" }] : []),
  ]);

/** The same of a person's own cases: as they were judged then, which has no name, and at every setting that was in use. */
export const casePointRows = (metrics) => [
  { name: null, sensitivity: proportion(metrics, "verdict.sensitivity"), specificity: proportion(metrics, "verdict.specificity") },
  ...Object.keys(metrics)
    .map((key) => /^operating_point\.([^.]+)\.threshold$/.exec(key)?.[1])
    .filter(Boolean)
    .map((name) => atPoint(metrics, name)),
];

/** [{predicted, observed}] of the reliability diagram's bins, by rising probability. */
export const reliabilityRows = (metrics) =>
  Object.keys(metrics)
    .map((key) => /^(reliability\.after\.\d+)\.predicted$/.exec(key)?.[1])
    .filter(Boolean)
    .map((bin) => ({ predicted: metrics[`${bin}.predicted`], observed: proportion(metrics, `${bin}.observed`) }));

/** [{source, n, trainedOn, auroc, sensitivity, specificity}] of the data from elsewhere, at the default point. */
export const externalRows = (manifest, metrics) =>
  Object.keys(metrics)
    .map((key) => /^external\.([^.]+)\.trained_on$/.exec(key)?.[1])
    .filter(Boolean)
    .map((source) => ({
      source,
      n: metrics[`external.${source}.n`],
      trainedOn: metrics[`external.${source}.trained_on`] === "yes",
      auroc: metrics[`external.${source}.auroc`],
      ...atPoint(metrics, manifest.default_operating_point, `external.${source}.`),
    }));

/** [{dx, malignant, n, recall, auroc}] of the diagnoses that a seven-class bundle tells apart. */
export const diagnosisRows = (manifest, metrics) =>
  manifest.classes
    .filter((dx) => has(metrics, `dx.recall.${dx}`))
    .map((dx) => ({
      dx,
      malignant: manifest.malignant.includes(dx),
      n: metrics[`dx.n.${dx}`],
      recall: metrics[`dx.recall.${dx}`],
      auroc: metrics[`dx.auroc.${dx}`],
    }));
