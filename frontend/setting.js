// The part of the state that says by which threshold to judge, and for which share of malignant lesions.
import { ratesAt } from "./predictive.js";

export const OWN = "own"; // name of the operating point at a threshold of one's own, as the server calls it

export const SETTING = {
  operatingPoint: null, // name of the operating point in use
  threshold: null, // in use where that name is `OWN`
  roc: null, // what GET /api/models/<model>/roc answered
  rocProblem: null,
  prevalence: null, // share of malignant lesions; null for that among the held-out ones
};

const withoutOwn = ({ [OWN]: old, ...decisions }) => decisions;

export const SETTING_CHANGES = {
  operatingPointChosen: (state, { name }) => ({ operatingPoint: name, problem: null, request: null }),
  thresholdChosen: ({ decisions }, { threshold }) => ({
    operatingPoint: OWN,
    threshold,
    decisions: withoutOwn(decisions),
    problem: null,
    request: { uploaded: 0 }, // it will be under way in a moment
  }),
  rocLoaded: (state, { roc }) => ({ roc, rocProblem: null }),
  rocFailed: (state, { problem }) => ({ rocProblem: problem }),
  prevalenceChosen: (state, { prevalence }) => ({ prevalence }),
};

/** What another model has no use for: its curve is another one. */
export const otherModel = ({ operatingPoint }, model) => ({
  operatingPoint: model.operating_points.some(({ name }) => name === operatingPoint)
    ? operatingPoint
    : model.default_operating_point,
  threshold: null,
  roc: null,
  rocProblem: null,
});

/** The option that tells the server by what to judge. */
export const settingInUse = ({ operatingPoint, threshold }) =>
  operatingPoint === OWN ? { threshold } : { operating_point: operatingPoint };

/** The operating point in use among those of a model, or the one at a threshold of one's own. */
export function pointInUse({ operatingPoint, threshold, roc }, points) {
  if (operatingPoint !== OWN) return points.find(({ name }) => name === operatingPoint);
  const untold = roc.without_clinical;
  return { name: OWN, threshold, ...ratesAt(roc, threshold), without_clinical: untold && ratesAt(untold, threshold) };
}

/** Share of malignant ones among the held-out lesions that a point was measured on. */
export const heldOutShare = ({ sensitivity, specificity }) => sensitivity.n / (sensitivity.n + specificity.n);
