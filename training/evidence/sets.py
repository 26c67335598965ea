"""Sets of diagnoses: their thresholds, fitted on validation lesions, and what they hold of others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lesion.conformal import membership
from lesion.labels import TRAINED_AS
from lesion.manifest import Conformal, ConformalClass, Manifest
from lesion.measures.blocks import Flat, prefixed, proportion
from lesion.measures.metrics import Floats
from lesion.proportions import wilson

LEVEL = 0.9
"""Least probability with which the set is made to hold the right diagnosis, whichever it is."""


def fit_sets(dx: Sequence[str], shares: Floats, classes: Sequence[str], level: float = LEVEL) -> Conformal:
    """Return the threshold of each diagnosis from validation lesions that have it.

    Of n lesions and one more, each is as likely as any other to be the one with the k-th lowest probability
    of the right diagnosis, provided that they decided nothing before. So the k-th lowest of the n,
    k = floor((1 - level) (n + 1)), leaves out at most 1 - level of those to come. Where k is 0 there is no
    such threshold: the diagnosis is always in the set.

    Args:
        dx: diagnoses [N].
        shares: calibrated probabilities [N, C].
        classes: those of the columns.
        level: see :data:`LEVEL`.
    """
    truth = np.array([TRAINED_AS.get(code, code) for code in dx])
    fitted = {
        code: _threshold(np.sort(shares[truth == code, column]), level) for column, code in enumerate(classes)
    }
    return Conformal(level=level, classes=fitted)


def _threshold(rising: Floats, level: float) -> ConformalClass:
    place = threshold_place(len(rising), level)
    return ConformalClass(threshold=float(rising[place - 1]) if place else 0.0, n=len(rising))


def threshold_place(n: int, level: float) -> int:
    """Return which of n probabilities, from the lowest on, is the threshold; 0 where none can be."""
    return math.floor((1 - level) * (n + 1) + 1e-9)


def measure_sets(manifest: Manifest, dx: pd.Series, shares: Floats) -> Flat:
    """Return how often the sets hold the right diagnosis, and how large they are: ``conformal.…``.

    ``coverage`` of all, ``coverage.<dx>`` of each that occurs, ``size`` the mean number of diagnoses in a set
    and ``single`` the share of sets that hold one alone. Lesions whose diagnosis is none of the model's, as
    other sources have them, are left out and counted: ``n_other``. Nothing for a bundle without sets.

    Args:
        manifest: that of the bundle.
        dx: diagnoses [N].
        shares: calibrated probabilities [N, C].
    """
    if manifest.conformal is None:
        return {}
    truth = dx.replace(TRAINED_AS).to_numpy(dtype=str)
    known = np.isin(truth, manifest.classes)
    truth, inside = truth[known], membership(shares, manifest.classes, manifest.conformal)[known]
    if not len(truth):
        return {}
    right = inside[np.arange(len(truth)), [manifest.classes.index(code) for code in truth]]
    sizes = inside.sum(axis=1)
    found: Flat = {"n": len(truth), "n_other": int((~known).sum()), "size": float(sizes.mean())}
    found |= proportion("single", wilson(int((sizes == 1).sum()), len(sizes)))
    found |= proportion("coverage", wilson(int(right.sum()), len(right)))
    for code in manifest.classes:
        rows = truth == code
        if rows.any():
            found |= proportion(f"coverage.{code}", wilson(int(right[rows].sum()), int(rows.sum())))
            found[f"size.{code}"] = float(sizes[rows].mean())
    return prefixed("conformal", found)
