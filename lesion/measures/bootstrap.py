"""How well a score ranks, with intervals from a bootstrap over lesions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lesion.measures.metrics import Bools, Floats

Weights = NDArray[np.int64]
"""How often each row counts, in some resamples [R, N]."""

RESAMPLES = 2000
SEED = 0
CELLS = 1_000_000
"""Rows times resamples that are worked out at a time: eight megabytes an array."""


class Estimate(NamedTuple):
    """A number with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def ranking(
    positive: Bools,
    score: Floats,
    groups: NDArray[np.object_] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[Estimate, Estimate]:
    """Return AUROC and AUPRC of ``score`` [N] for ``positive`` [N], with bootstrap intervals.

    AUROC is the probability that a positive is scored above a negative, ties counting half (J. Hanley and
    B. McNeil, Radiology 143, 29, 1982); AUPRC is average precision. Both are as in scikit-learn.

    The intervals are the 2.5th and 97.5th percentiles over bootstrap resamples, drawn within positives and
    within negatives (J. Carpenter and J. Bithell, Stat. Med. 19, 1141, 2000; the default of pROC, X. Robin
    et al., BMC Bioinformatics 12, 77, 2011), so that prevalence stays what it is.

    Args:
        positive: the class to find; both classes must occur.
        score: higher means more likely positive.
        groups: lesion of each row; whole lesions are drawn. ``None``: each row is a lesion.
        resamples: number of resamples.
        seed: seed of the draws; the same input gives the same interval.
    """
    areas = areas_of(positive, score)
    draws = resampled(areas, (positive, ~positive), groups, resamples, seed)
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    values = areas(_each_once(score))[0]
    auroc, auprc = (Estimate(float(v), float(a), float(b)) for v, a, b in zip(values, low, high, strict=True))
    return auroc, auprc


def auroc_difference(
    positive: Bools,
    first: Floats,
    second: Floats,
    groups: NDArray[np.object_] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Estimate:
    """Return AUROC of ``first`` less that of ``second``, two scores [N] of the same rows.

    The interval is that of the paired bootstrap: in each resample, drawn as in :func:`ranking`, both scores
    are measured on the same lesions, so that what makes lesions easy or hard for both falls out.
    """
    one, other = areas_of(positive, first), areas_of(positive, second)
    draws = resampled(lambda w: one(w) - other(w), (positive, ~positive), groups, resamples, seed)
    once = _each_once(first)
    return interval((one(once) - other(once))[0, 0], draws[:, 0])


def sensitivity_at_specificity(
    positive: Bools, score: Floats, specificity: float, resamples: int = RESAMPLES, seed: int = SEED
) -> Estimate:
    """Return the largest sensitivity that a threshold with at least ``specificity`` has on these lesions.

    The threshold is chosen anew in each resample, drawn as in :func:`ranking`, so that the interval holds
    the chance in the negatives that set it, which an interval for a fixed threshold would leave out.
    """
    order, last = _by_falling_score(score)
    of_positive, of_negative = positive[order], ~positive[order]

    def best(weights: Weights) -> Floats:
        tp = np.cumsum(weights[:, order] * of_positive, axis=1)[:, last]
        fp = np.cumsum(weights[:, order] * of_negative, axis=1)[:, last]
        allowed = fp <= (1 - specificity) * fp[:, -1:] + 1e-9
        return np.asarray(np.where(allowed, tp, 0).max(axis=1) / tp[:, -1])

    draws = resampled(best, (positive, ~positive), None, resamples, seed)
    return interval(best(_each_once(score))[0], draws)


def resampled(
    measure: Callable[[Weights], Floats],
    strata: Sequence[Bools],
    groups: NDArray[np.object_] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Floats:
    """Return what ``measure`` makes of all resamples, a row each.

    The same strata, groups and seed give the same resamples: measures of several models on the same rows
    are then paired, resample by resample, and so are their differences.

    Args:
        measure: from some resamples [R, N], how often each row counts, to a number or several of each.
        strata: masks [N] that part the rows; lesions are drawn within each.
        groups: as in :func:`ranking`.
        resamples: as there.
        seed: as there.
    """
    return np.concatenate([measure(weights) for weights in _resamples(strata, groups, resamples, seed)])


def interval(value: float, draws: Floats) -> Estimate:
    """Return ``value`` with the percentile interval of its resamples [R]."""
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))


def two_sided_p(differences: Floats) -> float:
    """Return the p-value of "no difference" from resampled differences [R].

    Twice the share of resamples on the rarer side of zero, counting the observed data as one more
    (A. Davison and D. Hinkley, Bootstrap Methods and their Application, 1997, section 4.2).
    """
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    return float(min(1.0, 2 * (rarer + 1) / (len(differences) + 1)))


def _each_once(score: Floats) -> Weights:
    """The rows as they are, as one resample [1, N]."""
    return np.ones((1, len(score)), dtype=np.int64)


def _by_falling_score(score: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order of the rows by falling score, and in it the last row of each distinct score."""
    order = np.argsort(-score, kind="stable")
    _, first = np.unique(-score[order], return_index=True)
    return order, np.append(first[1:], len(score)) - 1


def areas_of(positive: Bools, score: Floats) -> Callable[[Weights], Floats]:
    """Return a function from how often each row counts, [R, N], to AUROC and average precision, [R, 2].

    They are those of scikit-learn, from cumulated counts, at a thousandth of its time.
    """
    order, last = _by_falling_score(score)
    of_positive, of_negative = positive[order], ~positive[order]

    def areas(weights: Weights) -> Floats:
        tp = np.cumsum(weights[:, order] * of_positive, axis=1)[:, last]
        fp = np.cumsum(weights[:, order] * of_negative, axis=1)[:, last]
        tp_steps, fp_steps = np.diff(tp, prepend=0), np.diff(fp, prepend=0)
        auroc = np.sum(fp_steps * (tp - tp_steps / 2), axis=1) / (tp[:, -1] * fp[:, -1])
        auprc = np.sum(tp_steps * tp / np.maximum(tp + fp, 1), axis=1) / tp[:, -1]
        return np.stack([auroc, auprc], axis=1)

    return areas


def _resamples(
    strata: Sequence[Bools], groups: NDArray[np.object_] | None, resamples: int, seed: int
) -> Iterator[Weights]:
    """How often each row occurs in each resample, [R, N], so many at a time as memory is good for."""
    rng = np.random.default_rng(seed)
    n = len(strata[0])
    lesions = [_lesions_of(rows, np.arange(n) if groups is None else groups) for rows in strata]
    at_once = max(1, CELLS // n)
    for first in range(0, resamples, at_once):
        yield _draw(lesions, min(at_once, resamples - first), rng)


def _lesions_of(stratum: Bools, groups: NDArray[np.generic]) -> tuple[NDArray[np.intp], int]:
    """The lesion number of the rows of a stratum (-1 for all others), and how many lesions it has."""
    names, number = np.unique(groups[stratum].astype(str), return_inverse=True)
    rows = np.full(len(stratum), -1)
    rows[stratum] = number
    return rows, len(names)


def _draw(lesions: list[tuple[NDArray[np.intp], int]], resamples: int, rng: np.random.Generator) -> Weights:
    """How often each row occurs in some resamples [R, N] of the lesions, drawn within each stratum."""
    drawn = [[rng.integers(count, size=count) for _, count in lesions] for _ in range(resamples)]
    weights = np.zeros((resamples, len(lesions[0][0])), dtype=np.int64)
    for place, (rows, count) in enumerate(lesions):
        numbers = np.stack([row[place] for row in drawn]) + count * np.arange(resamples)[:, None]
        times = np.bincount(numbers.ravel(), minlength=resamples * count).reshape(resamples, count)
        weights += np.where(rows >= 0, times[:, rows], 0)
    return weights
