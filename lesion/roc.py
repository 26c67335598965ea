"""The measured ROC curve of a bundle: what sensitivity and specificity are at any threshold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import count
from typing import Any

import msgspec

from lesion.errors import BundleNotReady
from lesion.manifest import Rates
from lesion.proportions import wilson

__all__ = ["UNTOLD", "Roc", "read_roc"]

UNTOLD = "without_clinical."
"""Prefix of what was measured of a bundle that takes age, sex and site where none of it was told."""


class Roc(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Counts of held-out lesions flagged at each of their own probabilities as threshold.

    ``threshold`` falls from 1 to the lowest probability, at which every lesion is flagged; ``tp`` malignant
    and ``fp`` benign lesions have that probability or a higher one.
    """

    threshold: tuple[float, ...]
    tp: tuple[int, ...]
    fp: tuple[int, ...]

    def rates_at(self, threshold: float) -> Rates:
        """Return sensitivity and specificity at any threshold, with their Wilson 95 % intervals.

        Between two probabilities the counts are those at the higher one, since no held-out lesion lies
        between them (of more than about 2000 lesions ``evaluate`` keeps 2000 points).
        """
        at = bisect_right(self.threshold, -threshold, key=lambda one: -one) - 1
        tp, fp = (0, 0) if at < 0 else (self.tp[at], self.fp[at])
        return Rates(sensitivity=wilson(tp, self.tp[-1]), specificity=wilson(self.fp[-1] - fp, self.fp[-1]))


def read_roc(metrics: Mapping[str, Any], prefix: str = "") -> Roc:
    """Return the curve that ``evaluate`` wrote under ``<prefix>roc.000.threshold`` and so on.

    Raises:
        BundleNotReady: there is none.
    """
    rows = []
    for i in count():
        key = f"{prefix}roc.{i:03}"
        if f"{key}.threshold" not in metrics:
            break
        rows.append((metrics[f"{key}.threshold"], metrics[f"{key}.tp"], metrics[f"{key}.fp"]))
    if not rows:
        raise BundleNotReady(
            "This bundle's metrics lack the ROC curve that a threshold of one's own is read from: run "
            "`python -m training evaluate` on it again, or name one of its operating points."
        )
    threshold, tp, fp = zip(*rows, strict=True)
    return Roc(threshold=threshold, tp=tp, fp=fp)
