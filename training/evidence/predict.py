"""Which held-out photos a bundle is measured on, and what its served graph says of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.engine import open_engine
from lesion.errors import DataError
from lesion.labels import is_malignant
from lesion.preprocess import to_tensor
from training.dataset import data, split
from training.dataset.cache import read_squares
from training.dataset.clinical import clinical_rows
from training.dataset.trained_ids import known, read_trained_ids

BATCH = 32


def predict(bundle: Bundle, frame: pd.DataFrame, title: str = "Predicting") -> NDArray[np.float32]:
    """Return the logits [N, C] of the bundle's ONNX engine for the N photos of ``frame``, in its order.

    Photos are decoded by several threads, a batch at a time, and a progress bar ``title`` is shown.

    Raises:
        DataError: a photo cannot be read, or an age, sex or site that the bundle takes cannot be used; the
            message names it.
        HashMismatch: the engine's file is not the one of the manifest.
    """
    engine = open_engine(bundle)
    logits = [np.empty((0, len(bundle.manifest.classes)), dtype=np.float32)]
    spec = bundle.manifest.clinical
    beside = clinical_rows(frame, spec) if spec else None
    squares = read_squares(frame["path"], bundle.manifest.input.size)
    with tqdm(total=len(frame), desc=title, unit="photo") as bar:
        while batch := list(islice(squares, BATCH)):
            rows = slice(bar.n, bar.n + len(batch))
            logits.append(engine(to_tensor(batch), None if beside is None else beside[rows]).logits)
            bar.update(len(batch))
    return np.concatenate(logits)


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


def check_unlearned(bundle: Bundle, photos: pd.DataFrame) -> None:
    """Raise DataError if a bundle that lists what it learned from knows any of the test part's photos."""
    ids = read_trained_ids(bundle)
    leaked = int(known(photos, ids).sum()) if ids is not None else 0
    if leaked:
        raise DataError(
            f"{bundle.path} learned from {leaked} photos of the test part, or from others of their lesions: "
            "no number measured on it would be true. Train it again without them."
        )


class Unseen(NamedTuple):
    """Photos that a bundle may be measured on, and how many others of them it had seen."""

    photos: pd.DataFrame
    left_out: int


def unseen(bundle: Bundle, source: Path, split_path: Path = split.DEFAULT) -> Unseen:
    """Return the photos of any folder or CSV file that the bundle did not learn from and was not tuned on.

    A bundle that lists what it learned from is asked for each image and each lesion. Of one that does not,
    the split of its training says it, where ``split_path`` is that one, and else the source's own division.

    Raises:
        DataError: the bundle was trained on the source and nothing tells which part was held out; or what is
            left holds only malignant or only benign lesions.
    """
    frame = data.read_folder(source)
    ids = read_trained_ids(bundle)
    seen = _seen_by_source(bundle, frame, split_path) if ids is None else known(frame, ids)
    if seen.all():
        raise DataError(f"{bundle.path} learned from every image of {source}: measure it on other images.")
    photos = frame[~seen].reset_index(drop=True)
    return Unseen(both_classes(photos, f"What {bundle.path} has not seen of {source}"), int(seen.sum()))


def named_sources(sources: Sequence[Path]) -> dict[str, Path]:
    """Return other sources by the names that their keys bear. Raises DataError where two share one."""
    names = {data.source_name(source).replace(".", "_"): source for source in sources}
    if len(names) < len(sources):
        raise DataError("Two of --external go by the same name: give one of them another.")
    return names


def _seen_by_source(bundle: Bundle, frame: pd.DataFrame, split_path: Path) -> pd.Series:
    """Return for each row whether a bundle without a list of ids may have seen it."""
    own = frame["source"].isin(bundle.manifest.training.data)
    parts = split.read_split(split_path)
    if split.split_sha256(split_path) != bundle.manifest.training.split_sha256:
        parts = parts.head(0)
    in_split = frame["image_id"].map(dict(zip(parts["image_id"], parts["part"], strict=True))).where(own)
    if (own & frame["part"].eq("") & in_split.isna()).any():
        names = ", ".join(sorted(frame["source"][own].unique()))
        raise DataError(f"{bundle.path} was trained on {names}, which has no held-out part of its own.")
    return frame["part"].eq("train") | in_split.isin(["train", "val"])


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
