"""What is measured, and how: pure functions of labels and probabilities. Malignant is the positive class.

Everywhere ``malignant`` is a boolean array [N], ``probability`` the probability of malignancy [N] in 0..1,
and the verdict at a threshold is malignant where ``probability >= threshold``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lesion.manifest import Proportion
from lesion.proportions import wilson

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

BINS = 15
"""Bins of calibration errors and diagrams, as in C. Guo et al., ICML 2017."""

SENSITIVITY = 0.95
"""Least sensitivity, on the validation part, of the operating point ``sensitive``."""

SPECIFICITY = 0.926
"""Least specificity, on the validation part, of ``specific``: that of an earlier project, for comparison."""

MOST_POINTS = 2000
"""Thresholds that a ROC curve is kept at, at the most."""


class Bin(NamedTuple):
    """One bin of a reliability diagram: mean probability, and the share that came true."""

    predicted: float
    observed: Proportion


class Roc(NamedTuple):
    """A ROC curve by falling threshold: at each, counts of true and false positives."""

    threshold: Floats
    tp: NDArray[np.int64]
    fp: NDArray[np.int64]


def sensitivity(malignant: Bools, probability: Floats, threshold: float) -> Proportion:
    """Return the share of malignant lesions at or above the threshold. Raises ValueError if there is none."""
    return wilson(int((probability[malignant] >= threshold).sum()), int(malignant.sum()))


def specificity(malignant: Bools, probability: Floats, threshold: float) -> Proportion:
    """Return the share of benign lesions below the threshold. Raises ValueError if there is none."""
    return wilson(int((probability[~malignant] < threshold).sum()), int((~malignant).sum()))


def brier(malignant: Bools, probability: Floats) -> float:
    """Return the mean squared difference of probability and outcome (G. Brier, Mon. Weather Rev., 1950)."""
    return float(np.mean((probability - malignant) ** 2))


def ece(malignant: Bools, probability: Floats, bins: int = BINS, equal_width: bool = False) -> float:
    """Return the expected calibration error: Σ n_bin / N · |mean probability - share that came true|.

    M. Naeini et al., AAAI 2015. The bins hold equal numbers of lesions, since most probabilities are near
    zero and equal widths would leave nearly all of them in one bin; equal numbers are also the less biased
    choice (R. Roelofs et al., AISTATS 2022). ``equal_width`` gives the older definition of Guo et al.
    """
    table = reliability(malignant, probability, bins, equal_width)
    gaps = [bin_.observed.n * abs(bin_.predicted - bin_.observed.value) for bin_ in table]
    return float(sum(gaps) / len(probability))


def reliability(
    malignant: Bools, probability: Floats, bins: int = BINS, equal_width: bool = False
) -> list[Bin]:
    """Return the non-empty bins of the reliability diagram, by rising probability.

    Equal probabilities share a bin, so the order of the rows does not matter.
    """
    cuts = np.linspace(0, 1, bins + 1)[1:-1]
    edges = cuts if equal_width else np.unique(np.quantile(probability, cuts))
    index = np.searchsorted(edges, probability, side="right")
    return [
        Bin(float(probability[rows].mean()), wilson(int(malignant[rows].sum()), int(rows.sum())))
        for rows in (index == number for number in np.unique(index))
    ]


def roc(malignant: Bools, probability: Floats, points: int = MOST_POINTS) -> Roc:
    """Return the ROC curve from (0, 0) at every observed probability, thinned evenly to ``points``.

    Not its corners alone: between two of them nobody could say what a threshold of one's own is worth.
    """
    curve = _curve(malignant, probability)
    keep = np.unique(np.linspace(0, len(curve.tp) - 1, min(points, len(curve.tp))).round().astype(int))
    return Roc(*(values[keep] for values in curve))


def pick_sensitive(malignant: Bools, probability: Floats, least: float = SENSITIVITY) -> float:
    """Return the highest threshold at which sensitivity is at least ``least``; one always exists."""
    _, tpr, threshold = _cuts(malignant, probability)
    return float(threshold[np.argmax(tpr >= least)])


def pick_balanced(malignant: Bools, probability: Floats, lowest: float = 0.0, highest: float = 1.0) -> float:
    """Return the threshold of the largest sensitivity + specificity - 1 (W. Youden, Cancer 3, 32, 1950).

    Only thresholds from ``lowest`` to ``highest`` are looked at, of which one at least must be an observed
    probability. Among equals the lowest threshold is taken, which misses fewer malignant lesions.
    """
    fpr, tpr, threshold = _cuts(malignant, probability)
    youden = np.where((threshold >= lowest) & (threshold <= highest), tpr - fpr, -np.inf)
    return float(threshold[np.flatnonzero(youden >= youden.max() - 1e-12)[-1]])


def pick_specific(malignant: Bools, probability: Floats, least: float = SPECIFICITY) -> float:
    """Return the lowest observed probability that, as a threshold, has specificity of at least ``least``.

    Raises:
        ValueError: even the highest probability is too common among benign lesions.
    """
    fpr, _, threshold = _cuts(malignant, probability)
    enough = np.flatnonzero(1 - fpr >= least - 1e-12)
    if not len(enough):
        raise ValueError(f"no threshold has a specificity of {least:.1%}")
    return float(threshold[enough[-1]])


def _cuts(malignant: Bools, probability: Floats) -> tuple[Floats, Floats, Floats]:
    """False and true positive rate at every observed probability as threshold, by falling threshold."""
    threshold, tp, fp = _curve(malignant, probability)
    return fp[1:] / fp[-1], tp[1:] / tp[-1], threshold[1:]


def _curve(malignant: Bools, probability: Floats) -> Roc:
    """Counts of true and false positives at every observed probability, after a threshold above them all."""
    order = np.argsort(-probability, kind="stable")
    falling = probability[order]
    last = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)
    tp, fp = np.cumsum(malignant[order])[last], np.cumsum(~malignant[order])[last]
    return Roc(np.append(np.inf, falling[last]), np.append(0, tp), np.append(0, fp))
