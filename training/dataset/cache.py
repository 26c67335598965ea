"""Every image of a table decoded and reduced once, so that arithmetic and not JPEG bounds an epoch."""

from __future__ import annotations

import hashlib
import math
import shutil
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
from training.dataset.files import unreadable

TRAINING_LIMITS = Limits(max_bytes=200_000_000, max_pixels=200_000_000)
"""Training reads the owner's own files, so an upload's limits do not apply."""


def cached_squares(frame: pd.DataFrame, size: int, folder: Path) -> NDArray[np.uint8]:
    """Return the preprocessed squares of all rows, [N, size, size, 3], as a read-only memory map.

    The file in ``folder`` is named by a hash over the image files and the rule; it is built once, with a
    progress bar, and renamed into place when complete, so that an interruption leaves nothing half done.

    Raises:
        DataError: files cannot be read as images; the message names up to ten of them. Or the disk has too
            little room for the copies.
    """
    path = folder / f"squares-{size}-{_key(frame, size)}.npy"
    if not path.exists():
        _build(frame, size, path)
    squares: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return squares


def read_squares(paths: Iterable[Path | str], size: int) -> Iterator[Image.Image]:
    """Decode and preprocess image files by several threads; the squares come in the order of the files.

    Raises:
        DataError: files cannot be read as images; the message names up to ten of them. It comes after all
            were tried, so that they can be mended in one go.
    """
    broken: dict[str, str] = {}
    for path, result in try_squares(paths, size):
        if isinstance(result, str):
            broken[path] = result
        elif not broken:
            yield result
    if broken:
        raise DataError(unreadable(broken))


def try_squares(paths: Iterable[Path | str], size: int) -> Iterator[tuple[str, Image.Image | str]]:
    """Give each file, in their order, with its square or what :func:`read_square` finds wrong with it."""
    return ordered_map(partial(_tried, size=size), paths, available_cpus())


def read_square(path: Path | str, size: int) -> Image.Image:
    """Decode and preprocess one image file: mode RGB, ``size`` x ``size``.

    Raises:
        InputError, OSError: the file is no image, or cannot be opened.
    """
    return square(decode(Path(path).read_bytes(), TRAINING_LIMITS), size)


def _tried(path: Path | str, size: int) -> tuple[str, Image.Image | str]:
    try:
        return str(path), read_square(path, size)
    except (OSError, InputError) as error:
        return str(path), str(error)


def _build(frame: pd.DataFrame, size: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (len(frame), size, size, 3)
    check_room(math.prod(shape), path.parent)
    partial = path.with_suffix(".part")
    squares = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
    bar = tqdm(frame["path"], desc=f"Reducing to {size} px", unit="image")
    try:
        # The bar counts files as they are taken, since after an unreadable one no more images come.
        for row, image in enumerate(read_squares(bar, size)):
            squares[row] = np.asarray(image)
        squares.flush()
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def check_room(needed: int, folder: Path) -> None:
    """Raise DataError if the disk of ``folder`` has fewer free bytes than ``needed``."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"The reduced copies of the images need {needed / 1e9:.2f} GB, and {free / 1e9:.2f} GB are free "
            f"in {folder}: name a folder on another disk with --cache, or choose a smaller --size."
        )


def _key(frame: pd.DataFrame, size: int) -> str:
    digest = hashlib.sha256(f"{RULE} {size}".encode())
    for path in frame["path"]:
        stat = Path(path).stat()
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
