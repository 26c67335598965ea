"""Test-time augmentation: the views of an image that a network is asked about, and how a map is turned back.

The views of a square are a group, so that a picture and the same picture turned or mirrored within the group
have the same views in another order: the mean answer is the same, and the mean map turns with the picture.
(T. Cohen and M. Welling, "Group equivariant convolutional networks", ICML 2016, for the symmetries.)
"""

from __future__ import annotations

from itertools import product
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.bundling.graphs import Glue

Floats = NDArray[np.float32]


Views = Literal[1, 2, 4, 8]


class View(NamedTuple):
    """A symmetry of the square: rows and columns exchanged, then the rows, then the columns reversed."""

    transposed: bool
    upside_down: bool
    mirrored: bool


_ALL = tuple(View(*flags) for flags in product((False, True), repeat=3))
VIEWS = {number: _ALL[:number] for number in (1, 2, 4, 8)}
"""The image; and its mirror image; and all its flips; and these with quarter turns."""


def turn(images: Floats, view: View) -> Floats:
    """Return images or maps [N, C, S, S] as the view shows them."""
    shown = images.swapaxes(2, 3) if view.transposed else images
    return np.ascontiguousarray(np.flip(shown, _reversed(view)))


def turn_back(images: Floats, view: View) -> Floats:
    """Undo :func:`turn`."""
    flipped = np.flip(images, _reversed(view))
    return np.ascontiguousarray(flipped.swapaxes(2, 3) if view.transposed else flipped)


def add_turn(glue: Glue, images: str, view: View) -> str:
    """Add :func:`turn` to a graph and return the name of its output."""
    return _add_flips(glue, _add_transposition(glue, images, view), view)


def add_turn_back(glue: Glue, images: str, view: View) -> str:
    """Add :func:`turn_back` to a graph and return the name of its output."""
    return _add_transposition(glue, _add_flips(glue, images, view), view)


def _reversed(view: View) -> tuple[int, ...]:
    return tuple(axis for axis, flipped in ((2, view.upside_down), (3, view.mirrored)) if flipped)


def _add_transposition(glue: Glue, images: str, view: View) -> str:
    return glue.node("Transpose", images, perm=[0, 1, 3, 2]) if view.transposed else images


def _add_flips(glue: Glue, images: str, view: View) -> str:
    axes = _reversed(view)
    if not axes:
        return images
    # Slice from the last to before the first: ONNX's way to reverse.
    ends = ([-1] * len(axes), [np.iinfo(np.int64).min] * len(axes), axes, [-1] * len(axes))
    return glue.node("Slice", images, *(glue.constant(np.array(each, dtype=np.int64)) for each in ends))
