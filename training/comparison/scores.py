"""How well one model tells lesions apart: numbers with intervals, and the resamples that differences need.

Proportions have Wilson intervals; what is none has that of the bootstrap over lesions, one photo a lesion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lesion.labels import TRAINED_AS
from lesion.measures.blocks import FEWEST, Flat, estimate, proportion
from lesion.measures.bootstrap import Weights, areas_of, interval, resampled, two_sided_p
from lesion.measures.metrics import Bools, Floats
from lesion.proportions import wilson
from training.evidence.diagnoses import answers

COMPARED = ("auroc", "dx.auroc.macro", "dx.balanced_accuracy")
"""Measures whose differences between models are reported."""


class Scores(NamedTuple):
    """What was measured: flat numbers, named as in ``metrics.json``, and resamples [R] of some of them."""

    found: Flat
    draws: dict[str, Floats]


def malignancy_scores(malignant: Bools, probability: Floats, threshold: float) -> Scores:
    """Measure verdicts of malignancy: ``auroc``, ``auprc``, and at the threshold all that counts errors.

    Args:
        malignant: outcomes [N]; both occur.
        probability: of malignancy [N].
        threshold: the verdict is malignant at or above it.
    """
    areas, verdict = areas_of(malignant, probability), probability >= threshold
    hits, misses = malignant & verdict, malignant & ~verdict
    alarms, passed = ~malignant & verdict, ~malignant & ~verdict

    def measure(weights: Weights) -> Floats:
        tp, fn, fp, tn = (weights[:, rows].sum(axis=1) for rows in (hits, misses, alarms, passed))
        balanced = (tp / (tp + fn) + tn / (tn + fp)) / 2
        return np.column_stack([areas(weights), balanced, 2 * tp / (2 * tp + fp + fn)])

    names = ["auroc", "auprc", "balanced_accuracy", "f1"]
    scores = _scores(names, measure, [malignant, ~malignant])
    right = verdict == malignant
    return Scores(
        scores.found
        | {"n": len(malignant), "n_malignant": int(malignant.sum()), "threshold": threshold}
        | _share("accuracy", right)
        | _share("recall", right[malignant])
        | _share("specificity", right[~malignant])
        | _share("precision", malignant[verdict]),
        scores.draws,
    )


def diagnosis_scores(dx: pd.Series, shares: Floats, classes: Sequence[str]) -> Scores | None:
    """Measure how well diagnoses are told apart; the most probable class answers.

    Means, called ``macro``, are over the classes that occur; AUROC is that of a class against all others.

    Args:
        dx: diagnosis of each lesion [N]; codes of other sources count as the class that holds them.
        shares: probabilities [N, C].
        classes: codes of the C classes.

    Returns:
        ``None`` where a label is none of the classes, as for a model of malignancy alone.
    """
    labels = dx.replace(TRAINED_AS)
    if not set(labels) <= set(classes):
        return None
    truth = np.array([classes.index(code) for code in labels])
    answer, present = shares.argmax(axis=1), np.unique(truth)
    ranked = [i for i in present if min((truth == i).sum(), (truth != i).sum()) >= FEWEST]
    names = [f"dx.f1.{classes[i]}" for i in present] + [f"dx.auroc.{classes[i]}" for i in ranked]
    names += ["dx.balanced_accuracy", "dx.precision.macro", "dx.f1.macro"]
    names += ["dx.auroc.macro"] if ranked else []
    areas = [areas_of(truth == i, shares[:, i]) for i in ranked]
    # A row of this names the cell of the confusion matrix that the lesion falls into.
    cells = np.eye(len(classes) ** 2)[truth * len(classes) + answer]

    def measure(weights: Weights) -> Floats:
        matrix = (weights @ cells).reshape(-1, len(classes), len(classes))
        of_truth, of_answer = matrix.sum(axis=2)[:, present], matrix.sum(axis=1)[:, present]
        hits = matrix[:, present, present]
        f1 = 2 * hits / (of_truth + of_answer)
        # A class that is never answered has no precision; it counts as 0, as in scikit-learn.
        macro = [value.mean(axis=1) for value in (hits / of_truth, hits / np.maximum(of_answer, 1), f1)]
        aurocs = [area(weights)[:, 0] for area in areas]
        return np.column_stack([f1, *aurocs, *macro, *([np.mean(aurocs, axis=0)] if aurocs else [])])

    scores = _scores(names, measure, [truth == i for i in present])
    return Scores(answers(dx.tolist(), shares, classes) | scores.found, scores.draws)


def difference(name: str, scores: Scores, reference: Scores) -> Flat:
    """Return how much better than a reference a model is, from paired resamples; nothing if one lacks it.

    Keys are ``name`` with its interval, ``name_p`` (two-sided) and ``name_better``, the share of resamples
    in which the model is the better one.
    """
    if name not in scores.draws or name not in reference.draws:
        return {}
    draws = scores.draws[name] - reference.draws[name]
    value = float(scores.found[name]) - float(reference.found[name])
    extra: Flat = {f"{name}_p": two_sided_p(draws), f"{name}_better": float((draws > 0).mean())}
    return estimate(name, interval(value, draws)) | extra


def _scores(names: list[str], measure: Callable[[Weights], Floats], strata: list[Bools]) -> Scores:
    values = measure(np.ones((1, len(strata[0])), dtype=np.int64))[0]
    columns = resampled(measure, strata).T
    found: Flat = {}
    for name, value, draws in zip(names, values, columns, strict=True):
        found |= estimate(name, interval(value, draws))
    kept = {name: draws for name, draws in zip(names, columns, strict=True) if name in COMPARED}
    return Scores(found, kept)


def _share(key: str, right: Bools) -> Flat:
    return proportion(key, wilson(int(right.sum()), len(right))) if len(right) else {}
