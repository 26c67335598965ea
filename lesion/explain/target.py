"""What is explained: the calibrated log-odds of a target, malignancy or one diagnosis, against all else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lesion.errors import InvalidOption
from lesion.manifest import Manifest

MALIGNANT = "malignant"


def targets(manifest: Manifest) -> tuple[str, ...]:
    """Return what can be explained of a bundle's answers: malignancy, and each diagnosis that it knows."""
    return (MALIGNANT, *manifest.classes) if manifest.task == "dx" else (MALIGNANT,)


def target_columns(manifest: Manifest, target: str) -> list[int]:
    """Return the positions of the target's classes in the network's outputs. Raises InvalidOption."""
    if target not in targets(manifest):
        known = ", ".join(targets(manifest))
        raise InvalidOption(f"There is nothing called {target[:100]!r} to explain: choose one of {known}.")
    return manifest.malignant_columns if target == MALIGNANT else [manifest.classes.index(target)]


def target_score(logits: NDArray[np.floating], columns: list[int], temperature: float) -> NDArray[np.float64]:
    """Return the calibrated log-odds of the target [N] for logits [N, C].

    With z = logits / temperature it is log sum exp(z) over the target's columns, less the same over all
    others: log(p / (1 - p)) of the calibrated probability p, without the rounding of p near 0 and 1.
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    inside = np.isin(np.arange(scaled.shape[-1]), columns)
    return _log_sum_exp(scaled[..., inside]) - _log_sum_exp(scaled[..., ~inside])


def _log_sum_exp(values: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = values.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(values - highest).sum(axis=-1)) + highest[..., 0])
