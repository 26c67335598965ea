"""Which held-out photos a bundle is measured on, and what its served graph says of them."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.engine import open_engine
from lesion.errors import DataError
from lesion.labels import is_malignant
from lesion.preprocess import to_tensor
from training import data, split
from training.cache import read_squares

BATCH = 32


def predict(bundle: Bundle, frame: pd.DataFrame, title: str = "Predicting") -> NDArray[np.float32]:
    """Return the logits [N, C] of the bundle's ONNX engine for the N photos of ``frame``, in its order.

    Photos are decoded by several threads, a batch at a time, and a progress bar ``title`` is shown.

    Raises:
        DataError: a photo cannot be read; the message names it.
        HashMismatch: the engine's file is not the one of the manifest.
    """
    engine = open_engine(bundle)
    logits = [np.empty((0, len(bundle.manifest.classes)), dtype=np.float32)]
    squares = read_squares(frame["path"], bundle.manifest.input.size)
    with tqdm(total=len(frame), desc=title, unit="photo") as bar:
        while batch := list(islice(squares, BATCH)):
            logits.append(engine(to_tensor(batch)).logits)
            bar.update(len(batch))
    return np.concatenate(logits)


def held_out(bundle: Bundle, folder: Path, split_path: Path, part: str) -> pd.DataFrame:
    """Return the photos of one part (``val`` or ``test``) of the split that the bundle was trained on.

    Raises:
        DataError: the split is another one than the bundle's, so that the part could hold lesions that
            it learned from; or the part is empty, or holds only malignant or only benign lesions.
    """
    parts = split.read_split(split_path)
    if split.split_sha256(split_path) != bundle.manifest.training.split_sha256:
        raise DataError(
            f"{bundle.path} was trained on another split than {split_path}, so that part of it may have been "
            "learned from: name the split of its training with --split."
        )
    frame = split.with_parts(data.read_folder(folder), parts)
    return both_classes(frame[frame["part"] == part].reset_index(drop=True), f"The part {part} of {folder}")


def held_out_elsewhere(bundle: Bundle, folder: Path) -> pd.DataFrame:
    """Return the photos of another source that were not trained on, one a lesion.

    Where the source has a division of its own, all but its training part; else the whole of it.

    Raises:
        DataError: the bundle was trained on the source, which has no held-out part; or as above.
    """
    frame = data.read_folder(folder)
    frame = frame[frame["part"] != "train"]
    if frame["part"].eq("").any() and data.source_name(folder) in bundle.manifest.training.data:
        raise DataError(
            f"{bundle.path} was trained on {data.source_name(folder)}, which has no held-out part of its own."
        )
    return data.one_per_lesion(both_classes(frame, f"The held-out part of {folder}"))


def malignant_labels(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return for each row whether its diagnosis counts as malignant [N]."""
    return frame["dx"].map(is_malignant).to_numpy(dtype=bool)


def both_classes(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return ``frame``, called ``name``, if it holds malignant and benign lesions; else raise DataError."""
    found = set(malignant_labels(frame).tolist())
    if found != {True, False}:
        lacking = "no photos" if not found else "no benign lesion" if True in found else "no malignant lesion"
        raise DataError(f"{name} has {lacking}: nothing can be measured on it.")
    return frame
