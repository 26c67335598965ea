"""Occlusion: how much of the score goes when a window is covered (Zeiler and Fergus, ECCV 2014)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from lesion.explain.covering import cover
from lesion.explain.query import Drawn, Floats, Query

__all__ = ["occlusion"]

WINDOW = 5
"""How many windows fit into a side of the picture."""

Window = tuple[slice, slice]


def occlusion(query: Query) -> Drawn:
    """Return at each pixel the mean loss of log-odds over the windows that cover it.

    The windows' centres lie on a regular grid of as many places as the precision has samples.
    """
    picture = query.image[0]
    covered = cover(picture)
    windows = _windows(picture.shape[-1], isqrt(query.samples))
    scores = query.scores(_pictures(picture, covered, windows), len(windows) + 1)
    lost, times = np.zeros(picture.shape[1:]), np.zeros(picture.shape[1:])
    for window, score in zip(windows, scores[1:], strict=True):
        lost[window] += scores[0] - score
        times[window] += 1
    diagnostics: dict[str, float | int | str] = {
        "score": float(scores[0]),
        "windows": len(windows),
        "window_side": picture.shape[-1] // WINDOW,
    }
    return Drawn(map=_mean(lost, times), diagnostics=diagnostics)


def _windows(size: int, count: int) -> list[Window]:
    """Return count x count windows whose centres are spread evenly over the picture, cut at its edges."""
    half = size / WINDOW / 2
    centres = (np.arange(count) + 0.5) * size / count
    spans = [
        slice(max(0, round(float(centre - half))), min(size, round(float(centre + half))))
        for centre in centres
    ]
    return list(product(spans, spans))


def _pictures(picture: Floats, covered: Floats, windows: list[Window]) -> Iterator[Floats]:
    """Yield the picture as it is, and then once for each window with that window covered."""
    yield picture
    for window in windows:
        altered = picture.copy()
        altered[:, *window] = covered[:, *window]
        yield altered


def _mean(sums: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(sums / np.maximum(times, 1))
