"""What chance alone does beyond a threshold that was itself fitted to lesions, and so is chance too."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import numpy as np
from scipy.stats import betabinom

CHANCE = 0.025
"""Probability below which more beyond a threshold than was meant is not taken for chance: 95 %, two-sided."""


class Asked(NamedTuple):
    """So many lesions, asked about at a threshold that ``beyond`` of the ``fitted`` ones lie beyond."""

    n: int
    beyond: int
    fitted: int


def at_least(k: int, asked: Iterable[Asked]) -> float:
    """Return the probability that k or more lie beyond their thresholds if nothing but chance differs.

    If lesions come from where those of the threshold came from, their share beyond it has the distribution
    Beta(beyond + 1, fitted - beyond), that of an order statistic, and their number so is beta-binomial. Sets
    of lesions with thresholds of their own are independent.
    """
    counts = [betabinom(n, r + 1, m - r).pmf(np.arange(n + 1)) for n, r, m in asked]
    return float(reduce(np.convolve, counts, np.ones(1))[k:].sum())
