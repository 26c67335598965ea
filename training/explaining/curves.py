"""Deletion and insertion: how the probability falls and rises as places go and come in a map's order.

V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models",
BMVC 2018. Here both replace pixels by those of a blurred copy, which leaves no hard edge and no colour that
skin does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy.special import expit

from lesion.explain.query import Query
from lesion.preprocess import to_tensor
from training.explaining.baselines import Map

Floats = NDArray[np.float32]
Curve = NDArray[np.float64]

STEPS = 10
"""Steps from the whole picture to the blurred copy, each of as many pixels."""
BLUR = 0.05
"""Standard deviation of the blur, as a share of the side: at it, the net sees no malignancy."""


class Curves(NamedTuple):
    """The probability of the target after each step, from none to all, [STEPS + 1] each."""

    deletion: Curve
    insertion: Curve


def curves(query: Query, blurred: Floats, order: NDArray[np.intp]) -> Curves:
    """Take the pixels of a query's picture away, and add them to its blurred copy, in an order [S * S]."""
    scores = query.scores(_states(query.image[0], blurred, order), 2 * STEPS)
    shares = np.asarray(expit(scores), dtype=np.float64)
    # What deletion ends with, insertion begins with, and the other way round.
    whole, gone = shares[0], shares[STEPS]
    return Curves(shares[: STEPS + 1], np.concatenate([[gone], shares[STEPS + 1 :], [whole]]))


def blurred_copy(picture: Image.Image) -> Floats:
    """Return a square picture blurred by :data:`BLUR`, as the network takes it [3, S, S]."""
    [blurred] = to_tensor([picture.filter(ImageFilter.GaussianBlur(BLUR * picture.width))])
    return np.asarray(blurred)


def area(curve: Curve) -> float:
    """Return the area under a curve over 0..1, by the trapezoidal rule."""
    return float((curve.sum() - (curve[0] + curve[-1]) / 2) / (len(curve) - 1))


def order_of(values: Map, seed: int = 0) -> NDArray[np.intp]:
    """Return the pixels of a map [S, S] by falling value; those that are equal, in an order of chance.

    Maps of superpixels have few values: in the order of memory, their equals would go from top to bottom.
    """
    chance = np.random.default_rng(seed).permutation(values.size)
    return np.lexsort((chance, -values.ravel()))


def _states(picture: Floats, blurred: Floats, order: NDArray[np.intp]) -> Iterator[Floats]:
    """Yield the picture at each step of deletion, ends included, then of insertion without its ends."""
    counts = np.rint(np.linspace(0, order.size, STEPS + 1)).astype(int)
    for count in counts:
        yield _mixed(picture, blurred, order[:count])
    for count in counts[1:-1]:
        yield _mixed(blurred, picture, order[:count])


def _mixed(ground: Floats, other: Floats, pixels: NDArray[np.intp]) -> Floats:
    """Return ``ground`` [3, S, S] with some of its pixels from ``other``."""
    mixed = ground.reshape(3, -1).copy()
    mixed[:, pixels] = other.reshape(3, -1)[:, pixels]
    return mixed.reshape(ground.shape)
