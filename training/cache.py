"""Every image of a table decoded and reduced once, so that arithmetic and not JPEG bounds an epoch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.decode import Limits, decode
from lesion.preprocess import RULE, square

TRAINING_LIMITS = Limits(max_bytes=200_000_000, max_pixels=200_000_000)
"""Training reads the owner's own files, so an upload's limits do not apply."""


def cached_squares(frame: pd.DataFrame, size: int, folder: Path) -> NDArray[np.uint8]:
    """Return the preprocessed squares of all rows, [N, size, size, 3], as a read-only memory map.

    The file in ``folder`` is named by a hash over the image files and the rule; it is built once, with a
    progress bar, and renamed into place when complete, so that an interruption leaves nothing half done.
    """
    path = folder / f"squares-{size}-{_key(frame, size)}.npy"
    if not path.exists():
        _build(frame, size, path)
    squares: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return squares


def read_square(path: Path | str, size: int) -> NDArray[np.uint8]:
    """Decode and preprocess one image file: uint8 [size, size, 3]."""
    image = decode(Path(path).read_bytes(), TRAINING_LIMITS)
    return np.asarray(square(image, size), dtype=np.uint8)


def _build(frame: pd.DataFrame, size: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    shape = (len(frame), size, size, 3)
    squares = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
    for row, pixels in enumerate(
        tqdm(_squares(frame, size), total=len(frame), desc=f"Reducing to {size} px")
    ):
        squares[row] = pixels
    squares.flush()
    partial.rename(path)


def _squares(frame: pd.DataFrame, size: int) -> Iterator[NDArray[np.uint8]]:
    with ThreadPoolExecutor() as pool:
        yield from pool.map(lambda path: read_square(path, size), frame["path"])


def _key(frame: pd.DataFrame, size: int) -> str:
    digest = hashlib.sha256(f"{RULE} {size}".encode())
    for path in frame["path"]:
        stat = Path(path).stat()
        digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
