"""What a method is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from lesion.classifier import Classifier
from lesion.explain.methods import Precision
from lesion.explain.target import target_score

__all__ = ["BATCH", "Drawn", "Explained", "Progress", "Query", "ignore"]

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (done, total) after each batch of passes; what it raises ends the explanation."""

BATCH = 4
"""Images in one pass: more of them are no faster on a processor and hold more memory."""


def ignore(done: int, total: int) -> None:
    """Take no notice of progress."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A map of one picture for one target.

    ``map`` is float32 [S, S] in -1..1 over the centred square that the network sees: positive speaks for
    the target, and the strongest place has 1 or -1 (all is 0 where nothing matters). ``outlines``
    [S, S] marks the borders of the parts that were tried as wholes, where a method has such.
    ``diagnostics`` holds at least ``score``, the log-odds explained, and ``strongest``, what 1 stands for in
    the method's own unit. ``precision`` is ``None`` for a method that has nothing to choose.
    """

    method: str
    target: str
    precision: Precision | None
    map: Floats
    outlines: NDArray[np.bool_] | None
    seconds: float
    diagnostics: dict[str, float | int | str]


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What a method gives back: a map [S, S] in its own unit, and what else it has to say."""

    map: NDArray[np.floating]
    outlines: NDArray[np.bool_] | None = None
    diagnostics: dict[str, float | int | str] = {}


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One picture and what is asked of it.

    ``image`` is the network's input [1, 3, S, S], ``clinical`` [1, K] what the bundle takes beside it.
    ``columns`` are the target's classes; ``samples`` and ``seed`` are for methods that try altered pictures.
    """

    classifier: Classifier
    image: Floats
    clinical: Floats | None
    columns: list[int]
    samples: int
    seed: int
    progress: Progress

    @property
    def temperature(self) -> float:
        """The bundle's temperature, by which logits are divided."""
        return self.classifier.bundle.manifest.temperature

    def scores(self, pictures: Iterable[Floats], total: int) -> NDArray[np.float64]:
        """Return the target's log-odds [total] of altered pictures [3, S, S], made and run in batches."""
        found: list[NDArray[np.float64]] = []
        done = 0
        for batch in _batches(pictures):
            beside = None if self.clinical is None else np.repeat(self.clinical, len(batch), axis=0)
            logits = self.classifier.engine(batch, beside).logits
            found.append(target_score(logits, self.columns, self.temperature))
            done += len(batch)
            self.progress(done, total)
        return np.concatenate(found)


def _batches(pictures: Iterable[Floats]) -> Iterator[Floats]:
    batch: list[Floats] = []
    for picture in pictures:
        batch.append(picture)
        if len(batch) == BATCH:
            yield np.stack(batch)
            batch = []
    if batch:
        yield np.stack(batch)
