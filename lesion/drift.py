"""Whether probabilities of malignancy still fall as they did on the validation lesions.

Bins are those of the manifest's ``reference``, each with about a tenth of the validation lesions. How far the
shares of new pictures are from theirs is told by one number, the population stability index:
``sum((found - expected) * ln(found / expected))``, the symmetrised Kullback-Leibler divergence (N. Siddiqi,
Credit Risk Scorecards, Wiley 2006, chapter 6, where 0.1 and 0.25 are named as small and large).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from lesion.manifest import ProbabilityReference

__all__ = ["LARGE", "LEAST", "SMALL", "bin_names", "bin_of", "shares", "stability_index"]

SMALL, LARGE = 0.1, 0.25
"""Below the one a difference is taken for none, above the other for a shift that wants looking into."""

LEAST = 200
"""Predictions below which the index tells nothing.

Without any drift its mean is about (bins - 1) (1/n + 1/m) for n new and m validation lesions (B. Yurdakul,
Statistical Properties of Population Stability Index, 2018): 0.05 for 200 against a thousand in ten bins.
"""

_UNSEEN = 0.5
"""Added to each bin's count, so that an empty one has a logarithm."""


def bin_of(reference: ProbabilityReference, probability: float) -> int:
    """Return the place of the bin that holds a probability, from 0."""
    return bisect_right(reference.below, probability)


def bin_names(reference: ProbabilityReference) -> tuple[str, ...]:
    """Return each bin's upper end as text, whose alphabetical order is that of the bins."""
    return tuple(f"{end:.4f}" for end in (*reference.below, 1.0))


def stability_index(expected: Sequence[float], found: Sequence[float]) -> float:
    """Return the population stability index of counts ``found`` in the bins that have ``expected`` counts."""
    pairs = zip(shares(expected), shares(found), strict=True)
    return sum((new - old) * math.log(new / old) for old, new in pairs)


def shares(counts: Sequence[float]) -> list[float]:
    """Return what share of all each bin holds, which is never 0."""
    total = sum(counts) + _UNSEEN * len(counts)
    return [(count + _UNSEEN) / total for count in counts]
