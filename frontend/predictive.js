// What a verdict is worth where a given share of lesions is malignant: the formulas of lesion/proportions.py,
// lesion/roc.py and lesion/predictive.py, which name their sources. A test holds both to the same numbers.

const Z = 1.959963984540054;

/** k / n with its Wilson 95 % interval. */
export function wilson(k, n) {
  const value = k / n;
  const centre = (value + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2));
  return { value, low: Math.max(centre - half, 0), high: Math.min(centre + half, 1), k, n };
}

/** Sensitivity and specificity at any threshold, from the counts of a measured ROC curve. */
export function ratesAt({ threshold, tp, fp }, cut) {
  const at = threshold.findLastIndex((one) => one >= cut);
  const [malignant, benign] = [tp.at(-1), fp.at(-1)];
  return { sensitivity: wilson(tp[at] ?? 0, malignant), specificity: wilson(benign - (fp[at] ?? 0), benign) };
}

/** The share that has these log-odds. */
function shareOf(logOdds) {
  const odds = Math.exp(-Math.abs(logOdds));
  return logOdds >= 0 ? 1 / (1 + odds) : odds / (1 + odds);
}

/** One predictive value; the pairs are those of `_value` in lesion/predictive.py. */
function predictiveValue(right, wrong, shares, extra) {
  if (!right[0] && !wrong[0]) return null;
  const sum = ([one, other]) => one + other;
  const [forIt, againstIt] = [shares[0] * right[0] * sum(wrong), shares[1] * wrong[0] * sum(right)];
  const value = forIt / (forIt + againstIt);
  const [[a, b], [c, d]] = [right, wrong].map((pair) => pair.map((count) => count + extra));
  const middle = Math.log(shares[0] / shares[1]) + Math.log(a / (a + b)) - Math.log(c / (c + d));
  const half = Z * Math.sqrt(b / (a * (a + b)) + d / (c * (c + d)));
  return { value, low: Math.min(shareOf(middle - half), value), high: Math.max(shareOf(middle + half), value) };
}

/** {positive, negative} predictive value with 95 % intervals; null for a verdict that no held-out lesion got. */
export function predictiveValues({ sensitivity, specificity }, prevalence) {
  const [flagged, missed] = [sensitivity.k, sensitivity.n - sensitivity.k];
  const [passed, alarms] = [specificity.k, specificity.n - specificity.k];
  const extra = flagged && missed && passed && alarms ? 0 : Z ** 2 / 2;
  const shares = [prevalence, 1 - prevalence];
  return {
    positive: predictiveValue([flagged, missed], [alarms, passed], shares, extra),
    negative: predictiveValue([passed, alarms], [missed, flagged], shares.toReversed(), extra),
  };
}

/** How many of `people` fall into each of four groups: whole numbers that add up. */
export function naturalFrequencies({ sensitivity, specificity }, prevalence, people = 100) {
  const malignant = Math.round(people * prevalence);
  const flagged = Math.round(malignant * sensitivity.value);
  const passed = Math.round((people - malignant) * specificity.value);
  return { malignant, flagged, missed: malignant - flagged, alarms: people - malignant - passed, passed };
}
