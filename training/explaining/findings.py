"""What one map of one lesion tells: curves, the share inside the lesion, what survives a shuffled net."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from lesion.classifier import Classifier
from lesion.clinical import encode_for
from lesion.explain import explain, ignore
from lesion.explain.query import Query
from lesion.explain.target import MALIGNANT, target_columns
from lesion.preprocess import to_tensor
from training.explaining.baselines import BASELINES, Map
from training.explaining.curves import Curve, blurred_copy, curves, order_of
from training.explaining.sample import Lesion


class Found(NamedTuple):
    """What was found of one lesion.

    ``inside`` is the share of the positive evidence that lies inside the lesion's mask, NaN where there is
    none; ``area`` the mask's share of the square. ``correlation``, see :func:`rank_correlation`, is that with
    the map of the shuffled net, NaN of one that is empty, and of a baseline, which knows no net.
    """

    deletion: Curve
    insertion: Curve
    inside: float
    area: float
    correlation: float


class Subject(NamedTuple):
    """The classifier whose explanations are measured, and copies of it with shuffled weights."""

    real: Classifier
    shuffled: Sequence[Classifier]

    def both(self, image_id: str) -> tuple[Classifier, Classifier]:
        """Return the classifier and one of the copies: always the same for the same photo."""
        return self.real, self.shuffled[zlib.crc32(image_id.encode()) % len(self.shuffled)]


def by_baseline(classifier: Classifier, name: str, lesions: list[Lesion]) -> Iterator[Found]:
    """Yield what a map of :data:`~training.explaining.baselines.BASELINES` tells of each lesion."""
    for lesion in lesions:
        values = BASELINES[name](lesion.image_id, lesion.picture.width)
        yield found_of(classifier, lesion, values, float("nan"))


def by_method(subject: Subject, method: str, precision: str, lesions: list[Lesion]) -> Iterator[Found]:
    """Yield what a method's map of malignancy tells of each lesion.

    Raises:
        LesionError: as :func:`lesion.explain.explain`.
    """
    for lesion in lesions:
        real, shuffled = (
            explain(one, lesion.picture, method=method, precision=precision, clinical=lesion.clinical).map
            for one in subject.both(lesion.image_id)
        )
        yield found_of(subject.real, lesion, real, rank_correlation(real, shuffled))


def inside_share(values: Map, mask: NDArray[np.bool_]) -> float:
    """Return the share of the positive part of a map [S, S] that lies in a mask [S, S]; NaN without any."""
    positive = np.maximum(values, 0)
    total = float(positive.sum())
    return float(positive[mask].sum()) / total if total else float("nan")


def rank_correlation(one: Map, other: Map) -> float:
    """Return the absolute value of Spearman's rank correlation of two maps [S, S].

    NaN where either is the same everywhere: an empty map has no order that could agree with another.
    """
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return abs(float(spearmanr(one.ravel(), other.ravel()).statistic))


def found_of(classifier: Classifier, lesion: Lesion, values: Map, correlation: float) -> Found:
    """Return what a map [S, S] of malignancy tells of a lesion, by the answers of a classifier."""
    deletion, insertion = curves(_query(classifier, lesion), blurred_copy(lesion.picture), order_of(values))
    inside = inside_share(values, lesion.mask)
    return Found(deletion, insertion, inside, float(lesion.mask.mean()), correlation)


def _query(classifier: Classifier, lesion: Lesion) -> Query:
    manifest = classifier.bundle.manifest
    return Query(
        classifier=classifier,
        image=to_tensor([lesion.picture]),
        clinical=encode_for(lesion.clinical, manifest.clinical, manifest.name),
        columns=target_columns(manifest, MALIGNANT),
        samples=1,
        seed=0,
        progress=ignore,
    )
