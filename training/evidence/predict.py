"""Which photos a bundle learned from, which it is measured on, and what its served graph says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.engine import open_engine
from lesion.errors import DataError
from lesion.labels import is_malignant
from lesion.preprocess import to_tensor
from training.dataset import data, split
from training.dataset.cache import read_squares
from training.dataset.clinical import clinical_rows
from training.dataset.trained_ids import hashed, known, read_trained_ids

BATCH = 32


class Answers(NamedTuple):
    """What a graph gives for N photos: ``logits`` [N, C] and ``embedding`` [N, D]."""

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]


def predict(bundle: Bundle, frame: pd.DataFrame, title: str = "Predicting") -> NDArray[np.float32]:
    """Return the logits of :func:`ask` alone, [N, C]."""
    return ask(bundle, frame, title).logits


def ask(bundle: Bundle, frame: pd.DataFrame, title: str = "Predicting") -> Answers:
    """Return what the bundle's ONNX engine gives for the N photos of ``frame``, in its order.

    Photos are decoded by several threads, a batch at a time, and a progress bar ``title`` is shown.

    Raises:
        DataError: a photo cannot be read, or an age, sex or site that the bundle takes cannot be used; the
            message names it.
        HashMismatch: the engine's file is not the one of the manifest.
    """
    return ask_of(bundle, read_squares(frame["path"], bundle.manifest.input.size), frame, title)


def ask_of(bundle: Bundle, squares: Iterable[Image.Image], frame: pd.DataFrame, title: str) -> Answers:
    """Return what the bundle's ONNX engine gives for squares of its input size.

    ``frame`` has a row for each of them; its ``age``, ``sex`` and ``localization``, as far as it has such
    columns, are told to a bundle that takes them.
    """
    engine, manifest = open_engine(bundle), bundle.manifest
    beside = clinical_rows(frame, manifest.clinical) if manifest.clinical else None
    logits = [np.empty((0, len(manifest.classes)), dtype=np.float32)]
    embedding: list[NDArray[np.float32]] = []
    rest = iter(squares)
    with tqdm(total=len(frame), desc=title, unit="photo") as bar:
        while batch := list(islice(rest, BATCH)):
            rows = slice(bar.n, bar.n + len(batch))
            outputs = engine(to_tensor(batch), None if beside is None else beside[rows])
            logits.append(outputs.logits)
            embedding.append(outputs.embedding)
            bar.update(len(batch))
    return Answers(np.concatenate(logits), np.concatenate(embedding or [np.empty((0, 0), np.float32)]))


def held_out(bundle: Bundle, folder: Path, split_path: Path, part: str) -> pd.DataFrame:
    """Return the photos of one part (``val`` or ``test``) of the split that the bundle was trained on.

    Raises:
        DataError: the split is another one than the bundle's, so that the part could hold lesions that
            it learned from; or the part is empty, or holds only malignant or only benign lesions; or the
            bundle learned from any of the test part.
    """
    parts = split.read_split(split_path)
    if split.split_sha256(split_path) != bundle.manifest.training.split_sha256:
        raise DataError(
            f"{bundle.path} was trained on another split than {split_path}, so that part of it may have been "
            "learned from: name the split of its training with --split."
        )
    photos = data.read_folder(folder)
    if not photos["image_id"].isin(parts["image_id"]).any():
        raise DataError(
            f"{split_path} names none of these images: name their own split with --split. On images from "
            "elsewhere a bundle is measured by `python -m training evaluate` with --to FILE.json."
        )
    frame = split.with_parts(photos, parts)
    rows = both_classes(frame[frame["part"] == part].reset_index(drop=True), f"The part {part} of {folder}")
    if part == "test":
        check_unlearned(bundle, rows)
    return rows


def learned(
    bundle: Bundle, folder: Path, extra: Sequence[Path], split_path: Path, at_most: int
) -> pd.DataFrame:
    """Return one photo each of at most so many lesions that the bundle learned from, drawn by their ids.

    They are the part ``train`` of ``folder`` and what the sources of ``extra`` do not keep for validation or
    test, as far as the bundle says that it knows it. The same photos give the same draw.
    """
    own = split.with_parts(data.read_folder(folder), split.read_split(split_path))
    photos = own[own["part"] == "train"]
    if extra:
        others = data.read_folders(extra)
        photos = pd.concat([photos, others[others["part"].isin(["", "train"])]])
    ids = read_trained_ids(bundle)
    if ids is not None:
        photos = photos[known(photos, ids)]
    lesions = data.one_per_lesion(photos.drop_duplicates("image_id").reset_index(drop=True))
    drawn = lesions["image_id"].map(lambda name: hashed(str(name))).sort_values().index[:at_most]
    return lesions.loc[drawn].reset_index(drop=True)


def check_unlearned(bundle: Bundle, photos: pd.DataFrame) -> None:
    """Raise DataError if a bundle that lists what it learned from knows any of the test part's photos."""
    ids = read_trained_ids(bundle)
    leaked = int(known(photos, ids).sum()) if ids is not None else 0
    if leaked:
        raise DataError(
            f"{bundle.path} learned from {leaked} photos of the test part, or from others of their lesions: "
            "no number measured on it would be true. Train it again without them."
        )


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
