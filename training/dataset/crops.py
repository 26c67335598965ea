"""Crops around the lesion: what training sees of an image whose lesion's outline is known.

A photo of a lesion from nearer or farther away shows the same lesion. Where masks lie beside the images,
each epoch sees each lesion at another scale and place, always whole; validation never does.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from lesion.errors import DataError
from training.dataset.cache import cached_squares

Crop = Literal["none", "lesion"]
INSIDE = 128
"""Grey value from which a mask's pixel belongs to the lesion."""
MASK_SIZE = 64
TIGHTEST = 1.1
"""Least side of a crop over the lesion's longer side: a border of skin stays in sight."""
SMALLEST = 0.35
"""Least side of a crop as a share of the square: beyond it, enlarging shows pixels."""


class Box(NamedTuple):
    """Where a lesion lies in the centred square of its image, as shares of the square's side."""

    left: float
    top: float
    right: float
    bottom: float


def lesion_boxes(frame: pd.DataFrame, cache: Path) -> list[Box | None]:
    """Return the box of each training row that has a mask; ``None`` for others, and for validation.

    :func:`masks_of` finds them. They are reduced once and kept in the folder ``cache``.

    Raises:
        DataError: no training image has a mask, or a mask cannot be read.
    """
    masks = masks_of(frame.loc[frame["part"] == "train", "path"].map(Path))
    if not masks:
        raise DataError(
            "No training image has a mask: put a folder masks beside that of the images, or leave --crop out."
        )
    rows = pd.DataFrame({"path": masks.values()}, index=pd.Index(masks))
    squares = cached_squares(rows, MASK_SIZE, cache)
    found = {image: box_of(mask[..., 0]) for image, mask in zip(masks, squares, strict=True)}
    return [found.get(Path(path)) for path in frame["path"]]


def box_of(mask: NDArray[np.uint8]) -> Box | None:
    """Return the box around all of a mask [S, S] from 128 upwards; ``None`` for an empty one."""
    rows, columns = np.nonzero(mask >= INSIDE)
    if not len(rows):
        return None
    size = len(mask)
    edges = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return Box(*(float(edge) / size for edge in edges))


def random_crop(square: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return a random square part of an image [S, S, 3] that holds the whole box, enlarged to [S, S, 3].

    The logarithm of its side is uniform between the tightest crop and the whole image, its place uniform
    among those that hold the box. Draws from Python's generator, whose state a run keeps.
    """
    extent = max(box.right - box.left, box.bottom - box.top)
    tightest = min(1.0, max(SMALLEST, TIGHTEST * extent))
    side = tightest ** random.random()
    left = random.uniform(max(0.0, box.right - side), min(box.left, 1 - side))
    top = random.uniform(max(0.0, box.bottom - side), min(box.top, 1 - side))
    size = len(square)
    part = (size * left, size * top, min(size, size * (left + side)), min(size, size * (top + side)))
    return np.array(Image.fromarray(square).resize((size, size), Image.Resampling.BICUBIC, box=part))


def masks_of(images: Iterable[Path]) -> dict[Path, Path]:
    """Return the mask of each image that has one.

    Masks are images named as those that they belong to, also with ``_segmentation`` behind, in a folder
    ``masks…`` beside the folder of the images.
    """
    by_folder: dict[Path, dict[str, Path]] = {}
    found = {}
    for image in images:
        data = image.parent.parent
        if data not in by_folder:
            masks = sorted(mask for folder in data.glob("masks*/") for mask in folder.iterdir())
            by_folder[data] = {mask.stem.removesuffix("_segmentation"): mask for mask in masks}
        if image.stem in by_folder[data]:
            found[image] = by_folder[data][image.stem]
    return found
