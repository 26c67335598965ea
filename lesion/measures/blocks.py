"""Flat blocks of ``metrics.json``: one function measures any set of lesions, so all are measured alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lesion.manifest import OperatingPoint, Proportion
from lesion.measures import metrics
from lesion.measures.bootstrap import Estimate, ranking
from lesion.measures.metrics import Bools, Floats

Flat = dict[str, float | int | str]

FEWEST = 5
"""Lesions of either class below which a set gets no AUROC: its interval would span nearly everything."""

FEWEST_FOR_ECE = 150
"""Lesions below which a set gets no ECE, which in small sets measures chance: ten to a bin."""


def measure(malignant: Bools, probability: Floats, points: Sequence[OperatingPoint]) -> Flat:
    """Return counts, AUROC, AUPRC, and at each operating point sensitivity and specificity.

    What a set is too small for, or lacks a class for, has no key: see :data:`FEWEST`.
    """
    n_malignant = int(malignant.sum())
    n_benign = len(malignant) - n_malignant
    found: Flat = {"n_malignant": n_malignant, "n_benign": n_benign}
    if min(n_malignant, n_benign) >= FEWEST:
        auroc, auprc = ranking(malignant, probability)
        found |= estimate("auroc", auroc) | estimate("auprc", auprc)
    for point in points:
        key = f"operating_point.{point.name}"
        if n_malignant:
            found |= proportion(
                f"{key}.sensitivity", metrics.sensitivity(malignant, probability, point.threshold)
            )
        if n_benign:
            found |= proportion(
                f"{key}.specificity", metrics.specificity(malignant, probability, point.threshold)
            )
        if n_malignant and n_benign:
            both = float(found[f"{key}.sensitivity"]), float(found[f"{key}.specificity"])
            found[f"{key}.balanced_accuracy"] = sum(both) / 2
    return found


def calibration(
    malignant: Bools, probability: Floats, suffix: str = "", fewest: int = FEWEST_FOR_ECE
) -> Flat:
    """Return Brier score and, of ``fewest`` lesions or more, ECE by bins of equal numbers and equal width."""
    found: Flat = {f"brier{suffix}": metrics.brier(malignant, probability)}
    if len(malignant) >= fewest:
        found[f"ece{suffix}"] = metrics.ece(malignant, probability)
        found[f"ece_equal_width{suffix}"] = metrics.ece(malignant, probability, equal_width=True)
    return found


def roc_points(malignant: Bools, probability: Floats) -> Flat:
    """Return the ROC curve as counts, ``roc.000.threshold``, ``.tp``, ``.fp``, as `lesion.roc` reads it."""
    curve = metrics.roc(malignant, probability)
    # The first point lies above every probability; JSON has no infinity.
    thresholds = np.minimum(curve.threshold, 1.0)
    rows = zip(thresholds.tolist(), curve.tp.tolist(), curve.fp.tolist(), strict=True)
    return {
        f"roc.{i:03}.{name}": value
        for i, row in enumerate(rows)
        for name, value in zip(("threshold", "tp", "fp"), row, strict=True)
    }


def reliability_points(malignant: Bools, probability: Floats, name: str, bins: int = metrics.BINS) -> Flat:
    """Return the bins of the reliability diagram, ``reliability.<name>.00.predicted`` and ``.observed…``."""
    found: Flat = {}
    for i, bin_ in enumerate(metrics.reliability(malignant, probability, bins)):
        key = f"reliability.{name}.{i:02}"
        found |= {f"{key}.predicted": bin_.predicted} | proportion(f"{key}.observed", bin_.observed)
    return found


def histogram_points(malignant: Bools, probability: Floats, bins: int = 20) -> Flat:
    """Return counts of lesions in ``bins`` equal widths of probability, ``histogram.malignant.00`` …"""
    found: Flat = {}
    for name, rows in (("benign", ~malignant), ("malignant", malignant)):
        counts, _ = np.histogram(probability[rows], bins=bins, range=(0, 1))
        found |= {f"histogram.{name}.{i:02}": int(count) for i, count in enumerate(counts)}
    return found


def proportion(key: str, share: Proportion) -> Flat:
    """Return a proportion as five keys: ``key``, ``key_low``, ``key_high``, ``key_k``, ``key_n``."""
    ends = {f"{key}_low": share.low, f"{key}_high": share.high, f"{key}_k": share.k, f"{key}_n": share.n}
    return {key: share.value, **ends}


def estimate(key: str, found: Estimate) -> Flat:
    """Return an estimate as three keys: ``key``, ``key_low``, ``key_high``."""
    return {key: found.value, f"{key}_low": found.low, f"{key}_high": found.high}


def prefixed(prefix: str, block: Flat) -> Flat:
    """Return a block with ``prefix.`` before each key."""
    return {f"{prefix}.{key}": value for key, value in block.items()}
