"""Every image of a table decoded and reduced once, so that arithmetic and not JPEG bounds an epoch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from lesion.cpus import available_cpus
from lesion.decode import Limits, decode
from lesion.errors import DataError, InputError
from lesion.preprocess import RULE, square
from lesion.stream import ordered_map

TRAINING_LIMITS = Limits(max_bytes=200_000_000, max_pixels=200_000_000)
"""Training reads the owner's own files, so an upload's limits do not apply."""


def cached_squares(frame: pd.DataFrame, size: int, folder: Path) -> NDArray[np.uint8]:
    """Return the preprocessed squares of all rows, [N, size, size, 3], as a read-only memory map.

    The file in ``folder`` is named by a hash over the image files and the rule; it is built once, with a
    progress bar, and renamed into place when complete, so that an interruption leaves nothing half done.

    Raises:
        DataError: a file cannot be read as an image; the message names it.
    """
    path = folder / f"squares-{size}-{_key(frame, size)}.npy"
    if not path.exists():
        _build(frame, size, path)
    squares: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return squares


def read_squares(paths: Iterable[Path | str], size: int) -> Iterator[Image.Image]:
    """Decode and preprocess image files by several threads; the squares come in the order of the files.

    Raises:
        DataError: a file cannot be read as an image; the message names it.
    """
    return ordered_map(partial(read_square, size=size), paths, available_cpus())


def read_square(path: Path | str, size: int) -> Image.Image:
    """Decode and preprocess one image file: mode RGB, ``size`` x ``size``. Raises DataError if it is none."""
    try:
        return square(decode(Path(path).read_bytes(), TRAINING_LIMITS), size)
    except (OSError, InputError) as error:
        raise DataError(f"{path} cannot be read: {error} Mend it, or take it out of its folder.") from error


def _build(frame: pd.DataFrame, size: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    shape = (len(frame), size, size, 3)
    squares = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
    images = read_squares(frame["path"], size)
    for row, image in enumerate(tqdm(images, total=len(frame), desc=f"Reducing to {size} px", unit="image")):
        squares[row] = np.asarray(image)
    squares.flush()
    partial.rename(path)


def _key(frame: pd.DataFrame, size: int) -> str:
    digest = hashlib.sha256(f"{RULE} {size}".encode())
    for path in frame["path"]:
        stat = Path(path).stat()
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
