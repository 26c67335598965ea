"""How a photo looks, in so little that tens of thousands can be compared: a miniature and its hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion.cpus import available_cpus
from lesion.decode import decode
from lesion.errors import InputError
from lesion.preprocess import square
from lesion.stream import ordered_map
from training.dataset.cache import TRAINING_LIMITS

SIDE = 64
"""Pixels across the grey miniature in which detail is compared, and from which hashes are taken."""
HASH_SIDE = 16
HASH_BITS = HASH_SIDE**2

Pixels = NDArray[np.uint8]
Bits = NDArray[np.bool_]
TURNS = tuple(product((False, True), range(4)))
"""The eight orientations: mirrored or not, then so many quarter turns."""


class Look(NamedTuple):
    """What is kept of one photo.

    ``digest`` of its file; ``miniature`` [64, 64] and ``hashes`` [8, 256], one an orientation, of its centred
    square; ``frame`` and ``frame_hash`` [256] of its whole frame, ``None`` where that is a square itself;
    ``photo``, the square that a network takes, if one was asked for.
    """

    digest: str
    miniature: Pixels
    hashes: Bits
    frame: Pixels | None
    frame_hash: Bits | None
    photo: Image.Image | None


def look(path: Path | str, size: int | None = None) -> Look:
    """Read one photo; ``size`` asks for its square of so many pixels.

    Raises:
        InputError, OSError: the file is no image, or cannot be opened.
    """
    data = Path(path).read_bytes()
    image = decode(data, TRAINING_LIMITS)
    miniature = np.asarray(square(image, SIDE).convert("L"))
    frame = None
    if image.width != image.height:
        frame = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    return Look(
        digest=hashlib.sha256(data).hexdigest(),
        miniature=miniature,
        hashes=np.stack([_hash(turned(miniature, turn)) for turn in TURNS]),
        frame=frame,
        frame_hash=None if frame is None else _hash(frame),
        photo=square(image, size) if size else None,
    )


def look_at(paths: Iterable[Path | str], size: int | None = None) -> Iterator[Look | str]:
    """Read photos by several threads, in their order: how each looks, or what is wrong with its file."""
    return ordered_map(partial(_attempt, size=size), paths, available_cpus())


def turned(pixels: Pixels, turn: tuple[bool, int]) -> Pixels:
    """Return a miniature in one of the orientations :data:`TURNS`."""
    mirrored, quarters = turn
    return np.ascontiguousarray(np.rot90(pixels.T if mirrored else pixels, quarters))


def _attempt(path: Path | str, size: int | None) -> Look | str:
    try:
        return look(path, size)
    except (OSError, InputError) as error:
        return str(error)


def _hash(miniature: Pixels) -> Bits:
    """Return the perceptual hash [256]: the signs of the lowest frequencies about their median."""
    found: Bits = imagehash.phash(Image.fromarray(miniature), HASH_SIDE).hash
    return found.ravel()
