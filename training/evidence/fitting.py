"""The temperature and the thresholds that serve validation lesions best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from lesion.drift import bin_of
from lesion.errors import DataError
from lesion.manifest import OperatingPoint, ProbabilityReference
from lesion.measures import metrics
from lesion.measures.metrics import Bools, Floats

LOWEST, HIGHEST = 0.05, 20.0
"""Bounds of the temperature."""

BINS = 10
"""Of the reference that served probabilities are held against."""


class Wish(NamedTuple):
    """An operating point of the user's own: at least so much sensitivity, or specificity, 0..1."""

    side: Literal["sensitivity", "specificity"]
    least: float

    @property
    def name(self) -> str:
        """How the point is called: ``sensitivity-97``; keys are divided by points, so ``97_5`` for 97.5 %."""
        return f"{self.side}-{f'{100 * self.least:.6g}'.replace('.', '_')}"


def fit_temperature(logits: NDArray[np.floating], malignant: Bools, columns: list[int]) -> float:
    """Return the temperature at which the probability of malignancy has the least negative log-likelihood.

    C. Guo et al., ICML 2017, divide all logits by one number and fit it on the likelihood of the class.
    Here the likelihood is that of malignant against benign, since people are shown the probability of
    malignancy, the sum over the malignant classes: fitted on seven classes, the one degree of freedom
    would be spent on telling benign diagnoses from each other. With two classes both are the same.
    Dividing leaves the order of the classes alone.

    Args:
        logits: [N, C] of validation lesions.
        malignant: their outcomes [N].
        columns: positions of the malignant classes among the C.
    """

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits, malignant, columns, float(np.exp(log_temperature)))

    # The likelihood of a sum need not have one minimum alone: look everywhere coarsely, then closely.
    grid = np.linspace(np.log(LOWEST), np.log(HIGHEST), 61)
    best = int(np.argmin([loss(point) for point in grid]))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    return float(np.exp(minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-5}).x))


def negative_log_likelihood(
    logits: NDArray[np.floating], malignant: Bools, columns: list[int], temperature: float
) -> float:
    """Return the mean of -log of the probability given to what each lesion is, malignant or benign."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    is_malignant_class = np.isin(np.arange(scaled.shape[1]), columns)
    right = malignant[:, None] == is_malignant_class[None, :]
    of_truth = logsumexp(np.where(right, scaled, -np.inf), axis=1)
    return float(np.mean(logsumexp(scaled, axis=1) - of_truth))


def choose_operating_points(
    malignant: Bools, probability: Floats, wishes: Sequence[Wish] = ()
) -> tuple[OperatingPoint, ...]:
    """Return the three operating points and those wished for; what they are worth is still to be measured.

    ``balanced`` has the largest Youden index of the thresholds from ``sensitive`` to ``specific``: beyond
    them it would miss less than the point that promises to miss least, or flag less than the other.

    Raises:
        DataError: the model is too poor for the point ``specific``, or for a wish.
    """
    try:
        sensitive = metrics.pick_sensitive(malignant, probability)
        specific = metrics.pick_specific(malignant, probability)
    except ValueError as error:
        raise DataError(f"This bundle cannot be calibrated on these lesions: {error}.") from error
    balanced = metrics.pick_balanced(malignant, probability, *sorted((sensitive, specific)))
    thresholds = {"sensitive": sensitive, "balanced": balanced, "specific": specific}
    thresholds |= {wish.name: _fulfilled(wish, malignant, probability) for wish in wishes}
    return tuple(
        OperatingPoint(
            name=name, threshold=threshold, sensitivity=None, specificity=None, without_clinical=None
        )
        for name, threshold in thresholds.items()
    )


def fit_reference(probability: Floats) -> ProbabilityReference:
    """Return how probabilities of malignancy [N] fall, in bins parted by their deciles.

    Deciles are rounded to four digits, as bins are named by them; those that then agree, or are 0 or 1, part
    nothing.
    """
    deciles = np.quantile(probability, np.arange(1, BINS) / BINS, method="inverted_cdf").round(4)
    ends = tuple(float(end) for end in np.unique(deciles) if 0 < end < 1)
    empty = ProbabilityReference(below=ends, counts=(0,) * (len(ends) + 1))
    found = np.bincount([bin_of(empty, value) for value in probability], minlength=len(empty.counts))
    return ProbabilityReference(below=ends, counts=tuple(found.tolist()))


def _fulfilled(wish: Wish, malignant: Bools, probability: Floats) -> float:
    """Return the threshold that grants a wish at the least cost to the other side.

    Raises:
        DataError: only a verdict that is the same for every lesion of that side would grant it.
    """
    try:
        if wish.side == "sensitivity":
            threshold = metrics.pick_sensitive(malignant, probability, wish.least)
            left = metrics.specificity(malignant, probability, threshold)
        else:
            threshold = metrics.pick_specific(malignant, probability, wish.least)
            left = metrics.sensitivity(malignant, probability, threshold)
    except ValueError:
        left = None
    if left is None or left.k == 0:
        price = "benign lesion flagged" if wish.side == "sensitivity" else "malignant lesion missed"
        raise DataError(
            f"This bundle cannot have a {wish.side} of {wish.least:.6g}: on the validation part it would "
            f"cost every {price}. Ask for less."
        )
    return threshold
