"""Scores of how unlike those learned from a picture is, from the logits or the embedding of one forward pass.

They are what `benchmarks.distribution` compares. The one that is shipped is :mod:`lesion.distribution`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from lesion.distribution import unit
from lesion.measures.metrics import Floats
from training.evidence.predict import Answers
from training.evidence.unlike import DIMENSIONS, fit_subspace

RESIDUALS = {dimensions: f"residual, {dimensions} dimensions" for dimensions in (16, 32, DIMENSIONS, 128)}
"""Names of the scores of the shipped kind, by rising dimensions."""

SHIPPED = RESIDUALS[DIMENSIONS]

Score = Callable[[Answers], Floats]


class Known(NamedTuple):
    """Lesions learned from: what the graph gives for them, and their classes [N]."""

    answers: Answers
    dx: NDArray[np.str_]


def energy(answers: Answers) -> Floats:
    """Return minus the log of the sum of exponentials of the logits (W. Liu et al., NeurIPS 2020)."""
    return np.asarray(-logsumexp(answers.logits.astype(np.float64), axis=1))


def confidence(answers: Answers) -> Floats:
    """Return minus the highest probability (D. Hendrycks and K. Gimpel, ICLR 2017)."""
    logits = answers.logits.astype(np.float64)
    return np.asarray(-np.exp(logits.max(axis=1) - logsumexp(logits, axis=1)))


def neighbours(known: Known, k: int) -> Score:
    """Return the distance to the k-th nearest of those learned from, at length one (Y. Sun et al., 2022)."""
    reference = unit(known.answers.embedding).astype(np.float64)

    def score(answers: Answers) -> Floats:
        # Of vectors of length one the squared distance is 2 - 2 cos.
        cosine = unit(answers.embedding).astype(np.float64) @ reference.T
        nearest = np.partition(cosine, -k, axis=1)[:, -k]
        return np.asarray(np.sqrt(np.maximum(2 - 2 * nearest, 0)))

    return score


def mahalanobis(known: Known, dimensions: int, of_length_one: bool) -> Score:
    """Return the distance to the nearest class mean, by one covariance (K. Lee et al., NeurIPS 2018).

    It is taken in the first principal ``dimensions``; ``of_length_one`` says of what embeddings.
    """

    def form(answers: Answers) -> Floats:
        embedding = unit(answers.embedding) if of_length_one else answers.embedding
        return np.asarray(embedding, dtype=np.float64)

    rows = form(known.answers)
    mean = rows.mean(axis=0)
    _, _, directions = np.linalg.svd(rows - mean, full_matrices=False)
    basis = directions[:dimensions].T
    places = (rows - mean) @ basis
    means = np.stack([places[known.dx == code].mean(axis=0) for code in np.unique(known.dx)])
    within = places - means[np.unique(known.dx, return_inverse=True)[1]]
    covariance = within.T @ within / len(within)
    ridge = 1e-6 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    whitening = np.linalg.cholesky(np.linalg.inv(covariance + ridge))

    def score(answers: Answers) -> Floats:
        found = (form(answers) - mean) @ basis @ whitening
        apart = found[:, None] - (means @ whitening)[None]
        return np.asarray(np.sqrt((apart**2).sum(axis=2).min(axis=1)))

    return score


def residual(known: Known, dimensions: int) -> Score:
    """Return the distance off the principal subspace, as :mod:`lesion.distribution` has it."""
    subspace = fit_subspace(known.answers.embedding, dimensions)
    return lambda answers: subspace.score(answers.embedding)


def candidates(known: Known) -> dict[str, Score]:
    """Return the scores that are compared, by name; higher is less alike."""
    found: dict[str, Score] = {"energy": energy, "highest probability": confidence}
    found |= {f"nearest neighbours, k = {k}": neighbours(known, k) for k in (1, 5, 20)}
    for of_length_one, words in ((False, ""), (True, ", length one")):
        for dimensions in (32, 128, 512):
            name = f"Mahalanobis, {dimensions} dimensions{words}"
            found[name] = mahalanobis(known, dimensions, of_length_one)
    return found | {name: residual(known, dimensions) for dimensions, name in RESIDUALS.items()}
