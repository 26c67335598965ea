"""How unlike those learned from a picture is: the detector that is fitted, and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesion.bundle import Bundle, save
from lesion.distribution import FILE, Detector, Subspace, open_detector, unit
from lesion.manifest import DistributionSpec
from lesion.measures.blocks import Flat, estimate, prefixed, proportion
from lesion.measures.bootstrap import ranking
from lesion.measures.metrics import Bools, Floats
from lesion.preprocess import square
from lesion.proportions import wilson
from lesion.quality import assess
from training.evidence.predict import ask_of
from training.evidence.strangers import KINDS, Picture, strangers

DIMENSIONS = 64
"""Of the subspace, set once; docs/benchmarks/distribution.md has for each bundle what others would refuse."""

REFUSED = 0.01
"""Share of validation lesions that the threshold may refuse."""

FEWEST = 100
"""Lesions learned from below which no subspace is fitted: it would be that of these very lesions."""


def fit_subspace(embedding: NDArray[np.floating], dimensions: int = DIMENSIONS) -> Subspace:
    """Return the mean and the first principal directions of embeddings [N, D] brought to length one.

    At least one direction is left to lie off in, and there are four lesions to each that is kept.
    """
    centred = unit(embedding).astype(np.float64)
    mean = centred.mean(axis=0)
    _, _, directions = np.linalg.svd(centred - mean, full_matrices=False)
    kept = directions[: min(dimensions, embedding.shape[1] - 1, len(embedding) // 4)].T
    return Subspace(mean.astype(np.float32), kept.astype(np.float32))


def fit_threshold(score: Floats, refused: float = REFUSED) -> float:
    """Return the lowest observed score above which lie at most the share ``refused`` of the scores [N]."""
    return float(np.sort(score)[math.ceil((1 - refused) * len(score) - 1e-9) - 1])


def fit_distribution(
    bundle: Bundle, reference: NDArray[np.floating], validation: NDArray[np.floating]
) -> Bundle:
    """Write the subspace of lesions learned from, and the threshold that refuses 1 % of validation lesions.

    From fewer than :data:`FEWEST` lesions learned from nothing is fitted: the bundle cannot tell then.

    Args:
        bundle: a bundle.
        reference: embeddings [N, D] of lesions learned from.
        validation: embeddings [M, D] of validation lesions.
    """
    path = bundle.path / FILE
    path.unlink(missing_ok=True)
    spec = None
    if len(reference) >= FEWEST:
        fit_subspace(reference).write(path)
        score = Subspace.read(path).score(validation)
        threshold = fit_threshold(score)
        refused = wilson(int((score > threshold).sum()), len(score))
        spec = DistributionSpec(file=FILE, threshold=threshold, n_reference=len(reference), refused=refused)
    return save(Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, distribution=spec)))


def refusals(bundle: Bundle, embedding: NDArray[np.floating], malignant: Bools) -> Flat:
    """Return the share of lesions refused, of all, of the malignant and of the benign: ``distribution.…``.

    Nothing for a bundle that cannot tell; so too below.
    """
    detector = open_detector(bundle)
    if detector is None:
        return {}
    above = detector.subspace.score(embedding) > detector.threshold
    found = proportion("distribution.refused", wilson(int(above.sum()), len(above)))
    for side, rows in {"malignant": malignant, "benign": ~malignant}.items():
        if rows.any():
            of_side = wilson(int(above[rows].sum()), int(rows.sum()))
            found |= proportion(f"distribution.refused_{side}", of_side)
    return found


def against_strangers(bundle: Bundle, frame: pd.DataFrame, embedding: NDArray[np.floating]) -> Flat:
    """Measure pictures that show no lesion against lesions: ``distribution.<kind>.…``.

    ``auroc`` is that of the score, strangers positive, with an interval over whole pictures; ``refused`` the
    share above the threshold, ``stopped`` the share that either this or the quality gate keeps from being
    judged.

    Args:
        bundle: a calibrated bundle.
        frame: lesions that it did not learn from, a row each; some of them are spoilt to make strangers.
        embedding: [N, D] of these lesions.
    """
    detector = open_detector(bundle)
    if detector is None:
        return {}
    real = detector.subspace.score(embedding)
    found: Flat = {}
    for kind, meaning in KINDS.items():
        pictures = list(strangers(kind, frame))
        score = detector.subspace.score(_embedding(bundle, pictures, f"Strangers: {kind}"))
        block: Flat = {"meaning": meaning, "n": len(pictures)}
        block |= _ranked(real, score, pictures) | _stopped(bundle, detector, score, pictures)
        found |= prefixed(f"distribution.{kind}", block)
    return found


def _embedding(bundle: Bundle, pictures: Sequence[Picture], title: str) -> NDArray[np.float32]:
    squares = (square(picture.image, bundle.manifest.input.size) for picture in pictures)
    nobody = pd.DataFrame({"image_id": [picture.source for picture in pictures]})
    return ask_of(bundle, squares, nobody, title).embedding


def _ranked(real: Floats, score: Floats, pictures: Sequence[Picture]) -> Flat:
    sources = [picture.source for picture in pictures]
    groups = np.array([*map(str, range(len(real))), *sources], dtype=object)
    positive = np.repeat([False, True], [len(real), len(score)])
    auroc, _ = ranking(positive, np.concatenate([real, score]), groups)
    return {"n_sources": len(set(sources))} | estimate("auroc", auroc)


def _stopped(bundle: Bundle, detector: Detector, score: Floats, pictures: Sequence[Picture]) -> Flat:
    above = score > detector.threshold
    poor = np.array([not assess(picture.image, bundle.manifest.quality).ok for picture in pictures])
    return proportion("refused", wilson(int(above.sum()), len(above))) | proportion(
        "stopped", wilson(int((above | poor).sum()), len(above))
    )
