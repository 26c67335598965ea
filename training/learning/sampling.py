"""Which rows an epoch shows: rare classes and small sources more often, validation never touched."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from fastai.data.core import TfmdDL
from numpy.typing import NDArray

from training.learning.config import TrainConfig

Draw = Callable[[random.Random], list[int]]
"""Draws the rows of one epoch, in order, with the loader's own generator, so that a resumed run goes on."""


class SampledDL(TfmdDL):  # type: ignore[misc]
    """A loader whose training epochs are drawn by a :data:`Draw`."""

    def __init__(self, dataset: Any = None, draw: Draw | None = None, **kwargs: Any) -> None:
        super().__init__(dataset=dataset, **kwargs)
        self.draw = draw
        if draw:
            self.n = len(draw(random.Random(0)))

    def get_idxs(self) -> list[int]:
        """Return the rows of the next epoch."""
        if self.draw and self.shuffle:
            return self.draw(self.rng)
        rows: list[int] = super().get_idxs()
        return rows


def inverse_frequency(values: Sequence[str], power: float) -> dict[str, float]:
    """Return a weight n^-power for each value that occurs n times, scaled so that the mean over all is 1."""
    counts = Counter(values)
    raw = {value: n**-power for value, n in counts.items()}
    mean = sum(raw[value] * n for value, n in counts.items()) / len(values)
    return {value: weight / mean for value, weight in raw.items()}


def row_weights(labels: Sequence[str], sources: Sequence[str], config: TrainConfig) -> NDArray[np.float64]:
    """Return each row's weight in the sampling: that of its class times that of its source [N]."""
    by_class = inverse_frequency(labels, config.class_power)
    by_source = inverse_frequency(sources, config.source_power)
    pairs = zip(labels, sources, strict=True)
    return np.array([by_class[label] * by_source[source] for label, source in pairs])


def epoch_draw(labels: Sequence[str], sources: Sequence[str], config: TrainConfig) -> Draw | None:
    """Return how an epoch's rows are drawn, ``None`` for each row once.

    ``weighted`` draws as many rows as there are, with replacement. ``upsample`` repeats the rows of rare
    classes and ``downsample`` leaves out rows of common ones, until a class that had n rows has in
    proportion to n^(1 - class_power) of them.
    """
    if config.sampling == "natural":
        return None
    if config.sampling == "weighted":
        cumulative = np.cumsum(row_weights(labels, sources, config)).tolist()
        everything = range(len(labels))
        return lambda rng: rng.choices(everything, cum_weights=cumulative, k=len(everything))
    rows = {name: [i for i, label in enumerate(labels) if label == name] for name in sorted(set(labels))}
    wanted = _wanted({name: len(found) for name, found in rows.items()}, config)
    return lambda rng: _shuffled([i for name in rows for i in _filled(rows[name], wanted[name], rng)], rng)


def _wanted(counts: dict[str, int], config: TrainConfig) -> dict[str, int]:
    """Return how many rows of each class an epoch shows; the most common one or the rarest stays whole."""
    shares = {name: n ** (1 - config.class_power) for name, n in counts.items()}
    whole = max(counts, key=counts.__getitem__)
    if config.sampling == "downsample":
        whole = min(counts, key=counts.__getitem__)
    scale = counts[whole] / shares[whole]
    return {name: max(1, round(scale * share)) for name, share in shares.items()}


def _filled(rows: list[int], wanted: int, rng: random.Random) -> list[int]:
    """Return ``wanted`` of the rows: whole rounds of all of them, then some without repeating."""
    rounds, rest = divmod(wanted, len(rows))
    return rows * rounds + rng.sample(rows, rest)


def _shuffled(rows: list[int], rng: random.Random) -> list[int]:
    return rng.sample(rows, len(rows))
