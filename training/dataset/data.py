"""Labelled photos in any layout of :mod:`training.dataset.layouts`, as one table that can be learned from.

Images that cannot be learned from, for want of a file or of a diagnosis, are left out with a warning.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lesion.errors import DataError
from lesion.labels import BINARY, DIAGNOSES
from training.dataset.files import image_files, named, short_side, short_sides, source_name
from training.dataset.layouts import COLUMNS, read_rows

__all__ = [
    "COLUMNS",
    "fingerprint",
    "image_files",
    "one_per_lesion",
    "read_folder",
    "read_folders",
    "short_side",
    "source_name",
]

logger = logging.getLogger(__name__)


def read_folders(folders: Sequence[Path]) -> pd.DataFrame:
    """Read several data folders into one table, one row an image, in the order given.

    An image id that occurs in several folders is kept from the first.

    Raises:
        DataError: a folder does not exist, has no known layout, or holds no labelled image.
    """
    frame = pd.concat([read_folder(folder) for folder in folders], ignore_index=True)
    return frame.drop_duplicates("image_id", ignore_index=True)


def read_folder(folder: Path) -> pd.DataFrame:
    """Read the images of one data folder, or one CSV file; see :func:`read_folders`."""
    rows = read_rows(folder)
    lost, vague = rows["path"].isna(), rows["dx"] == ""
    frame = rows[~lost & ~vague]
    if frame.empty:
        raise DataError(_nothing_in(folder, rows))
    told_nowhere = "no diagnosis, neither in a table nor as the name of their folder,"
    for left_out, why in ((lost, "no image file named after them"), (vague & ~lost, told_nowhere)):
        if left_out.any():
            ids = named(rows.loc[left_out, "image_id"], 3)
            logger.warning(
                f"{left_out.sum()} of {len(rows)} images of {folder} have {why} and are left out: {ids}."
            )
    doubled = frame["image_id"][frame.duplicated("image_id")]
    if len(doubled):
        ids = named(doubled.unique())
        raise DataError(f"The table of {folder} gives several diagnoses to {ids}: leave one of them to each.")
    return frame.reset_index(drop=True)


def one_per_lesion(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one photo a lesion: that with the most pixels, then the smallest image id.

    Held-out lesions are counted once, so that intervals over them are over independent things.

    Raises:
        DataError: files cannot be read as images; the message names up to ten of them.
    """
    sides = short_sides(frame["path"])
    order = frame.assign(_side=sides).sort_values(["_side", "image_id"], ascending=[False, True])
    chosen = order.drop_duplicates("lesion_id").drop(columns="_side")
    return chosen.sort_values("image_id", ignore_index=True)


def fingerprint(frame: pd.DataFrame) -> str:
    """Return a SHA-256 over ids, labels and file sizes: the same images and labels give the same hash."""
    digest = hashlib.sha256()
    for image_id, dx, path in sorted(zip(frame["image_id"], frame["dx"], frame["path"], strict=True)):
        digest.update(f"{image_id} {dx} {Path(path).stat().st_size}\n".encode())
    return digest.hexdigest()


def _nothing_in(folder: Path, rows: pd.DataFrame) -> str:
    """Return why a folder holds no labelled image."""
    if len(rows) and rows["path"].isna().all():
        return (
            f"Of the {len(rows)} images that the table of {folder} names, {named(rows['image_id'], 1)}, not "
            "one is there: files must lie below the table's folder and be named after their image_id, or the "
            "column path must tell them from that folder."
        )
    return (
        f"No labelled image in {folder}: it needs a metadata.csv with image_id and dx beside its images, "
        f"or one folder per class named {', '.join(DIAGNOSES)} or {', '.join(BINARY)}."
    )
