"""The measured ROC curve of a bundle: what sensitivity and specificity are at any threshold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import count
from typing import Any

import msgspec

from lesion.bundle import Bundle
from lesion.errors import BundleNotReady
from lesion.manifest import OperatingPoint, Rates
from lesion.proportions import check_inside, wilson

__all__ = ["OWN", "UNTOLD", "Roc", "read_roc", "roc_of"]

OWN = "own"
"""Name of the operating point at a threshold that the caller chose."""

UNTOLD = "without_clinical."
"""Prefix of what was measured of a bundle that takes age, sex and site where none of it was told."""


class Roc(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Counts of held-out lesions flagged at each of their own probabilities as threshold.

    ``threshold`` falls from 1 to the lowest probability, at which every lesion is flagged; ``tp`` malignant
    and ``fp`` benign lesions have that probability or a higher one. ``without_clinical`` is the curve of a
    bundle that takes age, sex and site where none of it is told, and is ``None`` for any other curve.
    """

    threshold: tuple[float, ...]
    tp: tuple[int, ...]
    fp: tuple[int, ...]
    without_clinical: Roc | None = None

    def point_at(self, threshold: float) -> OperatingPoint:
        """Return the operating point at a threshold of one's own. Raises InvalidOption outside 0..1."""
        check_inside("threshold", threshold)
        rates, untold = self.rates_at(threshold), self.without_clinical
        return OperatingPoint(
            name=OWN,
            threshold=threshold,
            sensitivity=rates.sensitivity,
            specificity=rates.specificity,
            without_clinical=untold.rates_at(threshold) if untold else None,
        )

    def rates_at(self, threshold: float) -> Rates:
        """Return sensitivity and specificity at any threshold, with their Wilson 95 % intervals.

        Between two probabilities the counts are those at the higher one, since no held-out lesion lies
        between them (of more than about 2000 lesions ``evaluate`` keeps 2000 points).
        """
        at = bisect_right(self.threshold, -threshold, key=lambda one: -one) - 1
        tp, fp = (0, 0) if at < 0 else (self.tp[at], self.fp[at])
        return Rates(sensitivity=wilson(tp, self.tp[-1]), specificity=wilson(self.fp[-1] - fp, self.fp[-1]))


def roc_of(bundle: Bundle) -> Roc:
    """Return the curve that a bundle's ``metrics.json`` holds. Raises BundleNotReady, HashMismatch."""
    metrics = bundle.metrics()
    untold = read_roc(metrics, UNTOLD) if bundle.manifest.clinical else None
    return msgspec.structs.replace(read_roc(metrics), without_clinical=untold)


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
