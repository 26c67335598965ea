"""How well the diagnoses are told apart, and melanoma from nevus: blocks of ``metrics.json``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from lesion.calibrate import malignancy
from lesion.labels import TRAINED_AS
from lesion.manifest import Manifest
from lesion.measures import metrics
from lesion.measures.blocks import FEWEST, Flat, estimate, measure, prefixed, proportion
from lesion.measures.bootstrap import (
    Estimate,
    Weights,
    interval,
    ranking,
    resampled,
    sensitivity_at_specificity,
)
from lesion.measures.metrics import SPECIFICITY, Bools, Floats
from lesion.proportions import wilson


def by_diagnosis(manifest: Manifest, dx: pd.Series, shares: Floats) -> Flat:
    """Return :func:`diagnoses`, where the classes are diagnoses, and melanoma against nevus alone.

    The latter, ``melanoma_nevus.…``, goes by the probability of malignancy, as all the rest does; its
    ``alone.…`` by melanoma's share of the two, since a lesion that is one of them is no other.
    """
    found = diagnoses(dx.tolist(), shares, manifest.classes) if told_apart(manifest, dx) else {}
    if found and manifest.conformal is not None:
        counts = [manifest.conformal.classes[code].n for code in manifest.classes]
        found |= at_equal_priors(dx.tolist(), shares, manifest.classes, counts)
    pair = dx.isin(["mel", "nv"]).to_numpy()
    if pair.any():
        is_melanoma = dx.eq("mel").to_numpy()[pair]
        probability = malignancy(shares[pair], manifest)
        block = measure(is_melanoma, probability, manifest.operating_points)
        found |= prefixed("melanoma_nevus", block | _at_specificity(is_melanoma, probability))
        if {"mel", "nv"} <= set(manifest.classes):
            found |= prefixed("melanoma_nevus.alone", _alone(is_melanoma, shares[pair], manifest.classes))
    return found


def told_apart(manifest: Manifest, dx: pd.Series) -> bool:
    """Whether the bundle answers with diagnoses, and each of these labels is one that it knows."""
    return len(manifest.classes) > 2 and set(dx.replace(TRAINED_AS)) <= set(manifest.classes)


def diagnoses(dx: Sequence[str], shares: Floats, classes: Sequence[str]) -> Flat:
    """Return how well the classes are told apart, from probabilities [N, C]: the most probable one answers.

    :func:`answers`, and AUROC of each class against all others with its mean over the classes that occur;
    the confusion matrix, ``confusion.<truth>.<prediction>``; and the ECE of the answer's own probability.
    """
    truth, matrix = _confusion(dx, shares, classes)
    found = _answers(matrix, classes)
    for i, code in enumerate(classes):
        found |= _one_against_rest(code, truth == i, shares[:, i])
    found |= estimate("dx.balanced_accuracy", _mean_recall(dx, shares, classes))
    found |= _mean(found, "auroc.macro", "auroc", classes)
    found["dx.ece"] = metrics.ece(truth == shares.argmax(axis=1), shares.max(axis=1))
    for i, row in enumerate(classes):
        found |= {f"confusion.{row}.{column}": int(matrix[i, j]) for j, column in enumerate(classes)}
    return found


def at_equal_priors(dx: Sequence[str], shares: Floats, classes: Sequence[str], counts: Sequence[int]) -> Flat:
    """Return the balanced accuracy where the probability divided by the class's share decides.

    The most probable diagnosis is the answer that is right most often; with probabilities that hold for the
    given shares, this one has the largest mean recall (M. Saerens et al., Neural Comput. 14, 21, 2002,
    formula 2.4 with equal new priors). Where diagnoses are shared out otherwise it may be worse than none.

    Args:
        counts: lesions of each class in the part that the probabilities were calibrated on.
    """
    equalised = shares / np.maximum(counts, 1)
    return estimate("dx.balanced_accuracy_equal_priors", _mean_recall(dx, equalised, classes))


def answers(dx: Sequence[str], shares: Floats, classes: Sequence[str]) -> Flat:
    """Return accuracy, and per class recall and precision (with Wilson intervals) and F1, with their means.

    Means are over the classes that occur. Codes of other sources count as the class that holds them.
    """
    return _answers(_confusion(dx, shares, classes)[1], classes)


def _confusion(
    dx: Sequence[str], shares: Floats, classes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    truth = _truth(dx, classes)
    return truth, confusion_matrix(truth, shares.argmax(axis=1), labels=range(len(classes)))


def _mean_recall(dx: Sequence[str], scores: Floats, classes: Sequence[str]) -> Estimate:
    """The mean recall over the classes that occur, the class of the highest score answering.

    Resamples are drawn within each class, as for all other intervals.
    """
    truth = _truth(dx, classes)
    hit, of_class = truth == scores.argmax(axis=1), [truth == i for i in np.unique(truth)]

    def measure(weights: Weights) -> Floats:
        recalls = [weights @ (hit & rows) / rows.sum() for rows in of_class]
        return np.asarray(np.mean(recalls, axis=0), dtype=np.float64)

    value = float(measure(np.ones((1, len(truth)), dtype=np.int64))[0])
    return interval(value, resampled(measure, of_class))


def _truth(dx: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    return np.array([classes.index(TRAINED_AS.get(code, code)) for code in dx], dtype=np.int64)


def _answers(matrix: NDArray[np.int64], classes: Sequence[str]) -> Flat:
    found = proportion("dx.accuracy", wilson(int(matrix.trace()), int(matrix.sum())))
    for i, code in enumerate(classes):
        found |= _one_class(code, i, matrix)
    found |= _mean(found, "balanced_accuracy", "recall", classes)
    return found | _mean(found, "f1.macro", "f1", classes)


def _mean(found: Flat, name: str, key: str, classes: Sequence[str]) -> Flat:
    known = [float(found[f"dx.{key}.{code}"]) for code in classes if f"dx.{key}.{code}" in found]
    return {f"dx.{name}": float(np.mean(known))} if known else {}


def _alone(is_melanoma: Bools, shares: Floats, classes: Sequence[str]) -> Flat:
    """How well melanomas are ranked above nevi by p(mel) / (p(mel) + p(nv))."""
    if min(is_melanoma.sum(), (~is_melanoma).sum()) < FEWEST:
        return {}
    melanoma, nevus = shares[:, classes.index("mel")], shares[:, classes.index("nv")]
    # Both may round to nothing where the network is sure of a third diagnosis.
    share = melanoma / np.maximum(melanoma + nevus, np.finfo(np.float64).tiny)
    return estimate("auroc", ranking(is_melanoma, share)[0]) | _at_specificity(is_melanoma, share)


def _at_specificity(is_melanoma: Bools, probability: Floats) -> Flat:
    """Return the share of melanomas found where a threshold leaves 92.6 % of the nevi alone."""
    if min(is_melanoma.sum(), (~is_melanoma).sum()) < FEWEST:
        return {}
    key = f"sensitivity_at_specificity_{SPECIFICITY}".replace(".", "_")
    found = sensitivity_at_specificity(is_melanoma, probability, SPECIFICITY)
    n = int(is_melanoma.sum())
    return estimate(key, found) | {f"{key}_k": round(found.value * n), f"{key}_n": n}


def _one_class(code: str, i: int, matrix: NDArray[np.int64]) -> Flat:
    hits, of_truth, of_answer = int(matrix[i, i]), int(matrix[i].sum()), int(matrix[:, i].sum())
    found: Flat = {f"dx.n.{code}": of_truth}
    if of_truth:
        found |= proportion(f"dx.recall.{code}", wilson(hits, of_truth))
        found[f"dx.f1.{code}"] = 2 * hits / (of_truth + of_answer)
    if of_answer:
        found |= proportion(f"dx.precision.{code}", wilson(hits, of_answer))
    return found


def _one_against_rest(code: str, positive: NDArray[np.bool_], share: Floats) -> Flat:
    if min(positive.sum(), (~positive).sum()) < FEWEST:
        return {}
    return estimate(f"dx.auroc.{code}", ranking(positive, share)[0])
