// How numbers are written. Everything here is a pure function of what the server measured.

/** A share in 0..1 as a percentage with one decimal. */
export const percent = (share) => `${(100 * share).toFixed(1)}%`;

/** A threshold: near 0 and 1 with more digits, where there is no end of them. */
export const thresholdWords = (share) => `${(100 * share).toFixed(share < 0.01 || share > 0.99 ? 3 : 1)}%`;

/** A share that a person set, with two digits or one decimal. */
export const sharePercent = (share) => `${Number((100 * share).toFixed(share < 0.01 ? 2 : 1))}%`;

/** A share in words: "about 1 in so many", or so many in 10 where it is large. */
export const oneIn = (share) =>
  share < 0.2 ? `about 1 in ${Math.round(1 / share).toLocaleString("en")}` : `about ${Math.round(10 * share)} in 10`;

/** A probability: as `percent`, but never rounded to certainty. */
export function probability(share) {
  if (share > 0 && share < 0.001) return "under 0.1%";
  if (share < 1 && share > 0.999) return "over 99.9%";
  return percent(share);
}

/** A share estimated from counts: where all or none were so, what its interval still allows, never certainty. */
export function estimate({ value, low, high }) {
  if (value === 0) return `at most ${probability(high)}`;
  return value === 1 ? `at least ${probability(low)}` : probability(value);
}

/** The share of all others, with its interval. */
export const complement = ({ value, low, high }) => ({ value: 1 - value, low: 1 - high, high: 1 - low });

/** A 95 % interval in percent, such as "88.0–94.2%". */
export const interval = ({ low, high }) => `${(100 * low).toFixed(1)}–${percent(high)}`;

/** A measure such as AUROC with three decimals, or a dash where it was not measured. */
export const measure = (value) => (typeof value === "number" ? value.toFixed(3) : "–");

export const megabytes = (count) => `${Number((count / 1e6).toFixed(1))} MB`;

export const capitalised = (word) => word.charAt(0).toUpperCase() + word.slice(1);

const HINTS = {
  sensitive: "misses least",
  balanced: "in between",
  specific: "fewest false alarms",
};

/** [label, hint] of an operating point; one of the owner's own is called `sensitivity-97`, or `-97_5`. */
export function settingWords(name) {
  const [, side, aim] = /^(sensitivity|specificity)-(\d+(?:_\d+)?)$/.exec(name) ?? [];
  return side ? [capitalised(side), `aims at ${aim.replace("_", ".")}%`] : [capitalised(name), HINTS[name]];
}

/** How many of a hundred; never none or all, since a share was measured on finitely many lesions. */
function ofHundred(share) {
  const count = Math.round(100 * share);
  if (count === 0) return "fewer than 1";
  return count === 100 ? "more than 99" : String(count);
}

/** What a model did in its test at an operating point, in one plain sentence; null where it was not measured. */
export function plainMeaning({ sensitivity, specificity }) {
  if (!sensitivity || !specificity) return null;
  return (
    `In its test the model missed ${ofHundred(1 - sensitivity.value)} of 100 malignant lesions, ` +
    `and flagged ${ofHundred(1 - specificity.value)} of 100 benign ones.`
  );
}
