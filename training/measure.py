"""Flat blocks of ``metrics.json``: one function measures any set of lesions, so all are measured alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from lesion.calibrate import malignancy
from lesion.labels import TRAINED_AS
from lesion.manifest import Manifest, OperatingPoint, Proportion
from training import metrics
from training.bootstrap import Estimate, ranking
from training.metrics import Bools, Floats

Flat = dict[str, float | int | str]

FEWEST = 5
"""Lesions of either class below which a set gets no AUROC: its interval would span nearly everything."""

FEWEST_FOR_ECE = 150
"""Lesions below which a set gets no ECE, which in small sets measures chance: ten to a bin."""

AGES = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 200))
SUBGROUPS = ("sex", "age", "localization", "dx_type", "dx", "pixels")


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


def subgroups(
    frame: pd.DataFrame, malignant: Bools, probability: Floats, points: Sequence[OperatingPoint]
) -> Iterator[Flat]:
    """Yield for each value of each column of :data:`SUBGROUPS` its block, ``subgroup.<column>.<value>.…``."""
    columns = frame.assign(age=frame["age"].map(age_band))
    for column in SUBGROUPS:
        values = columns[column].astype(str).to_numpy()
        for value in sorted(set(values)):
            rows = values == value
            block = {"n": int(rows.sum())} | measure(malignant[rows], probability[rows], points)
            block |= calibration(malignant[rows], probability[rows])
            yield prefixed(f"subgroup.{column}.{value.replace('.', '_')}", block)


def age_band(age: float) -> str:
    """Return the band of an age in years, such as ``40-59``; ``unknown`` for NaN."""
    for low, high in AGES:
        if low <= age < high:
            return f"{low}+" if high > 120 else f"{low}-{high - 1}"
    return "unknown"


def by_diagnosis(manifest: Manifest, dx: pd.Series, shares: Floats) -> Flat:
    """Return :func:`diagnoses`, where the classes are diagnoses, and melanoma against nevus alone.

    The latter, ``melanoma_nevus.…``, goes by the probability of malignancy, as all the rest does.
    """
    found: Flat = {}
    if len(manifest.classes) > 2 and set(dx.replace(TRAINED_AS)) <= set(manifest.classes):
        found |= diagnoses(dx.tolist(), shares, manifest.classes)
    pair = dx.isin(["mel", "nv"]).to_numpy()
    if pair.any():
        is_melanoma = dx.eq("mel").to_numpy()[pair]
        block = measure(is_melanoma, malignancy(shares[pair], manifest), manifest.operating_points)
        found |= prefixed("melanoma_nevus", block)
    return found


def diagnoses(dx: Sequence[str], shares: Floats, classes: Sequence[str]) -> Flat:
    """Return how well the classes are told apart, from probabilities [N, C]: the most probable one answers.

    Per class recall and precision (with Wilson intervals), F1, and AUROC against all others; their means
    over the classes that occur; the confusion matrix, ``confusion.<truth>.<prediction>``; and the ECE of
    the answer's own probability. Codes of other sources count as the class that holds them.
    """
    truth = np.array([classes.index(TRAINED_AS.get(code, code)) for code in dx])
    answer = shares.argmax(axis=1)
    matrix = confusion_matrix(truth, answer, labels=range(len(classes)))
    right = truth == answer
    found = proportion("dx.accuracy", metrics.wilson(int(right.sum()), len(right)))
    for i, code in enumerate(classes):
        found |= _one_class(code, i, matrix) | _one_against_rest(code, truth == i, shares[:, i])
    for name, key in (("balanced_accuracy", "recall"), ("f1.macro", "f1"), ("auroc.macro", "auroc")):
        known = [float(found[f"dx.{key}.{code}"]) for code in classes if f"dx.{key}.{code}" in found]
        if known:
            found[f"dx.{name}"] = float(np.mean(known))
    found["dx.ece"] = metrics.ece(right, shares.max(axis=1))
    for i, row in enumerate(classes):
        found |= {f"confusion.{row}.{column}": int(matrix[i, j]) for j, column in enumerate(classes)}
    return found


def roc_points(malignant: Bools, probability: Floats) -> Flat:
    """Return the corners of the ROC curve as counts, ``roc.000.threshold``, ``.tp``, ``.fp``."""
    corners = metrics.roc(malignant, probability)
    # The first corner lies above every probability; JSON has no infinity.
    thresholds = np.minimum(corners.threshold, 1.0)
    rows = zip(thresholds.tolist(), corners.tp.tolist(), corners.fp.tolist(), strict=True)
    return {
        f"roc.{i:03}.{name}": value
        for i, row in enumerate(rows)
        for name, value in zip(("threshold", "tp", "fp"), row, strict=True)
    }


def reliability_points(malignant: Bools, probability: Floats, name: str) -> Flat:
    """Return the bins of the reliability diagram, ``reliability.<name>.00.predicted`` and ``.observed…``."""
    found: Flat = {}
    for i, bin_ in enumerate(metrics.reliability(malignant, probability)):
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


def _one_class(code: str, i: int, matrix: NDArray[np.int64]) -> Flat:
    hits, of_truth, of_answer = int(matrix[i, i]), int(matrix[i].sum()), int(matrix[:, i].sum())
    found: Flat = {f"dx.n.{code}": of_truth}
    if of_truth:
        found |= proportion(f"dx.recall.{code}", metrics.wilson(hits, of_truth))
        found[f"dx.f1.{code}"] = 2 * hits / (of_truth + of_answer)
    if of_answer:
        found |= proportion(f"dx.precision.{code}", metrics.wilson(hits, of_answer))
    return found


def _one_against_rest(code: str, positive: NDArray[np.bool_], share: Floats) -> Flat:
    if min(positive.sum(), (~positive).sum()) < FEWEST:
        return {}
    return estimate(f"dx.auroc.{code}", ranking(positive, share)[0])
