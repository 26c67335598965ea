"""Labelled photos in the folder layouts that people have, read into one table.

Accepted are a folder with ``metadata.csv`` and folders of images beside it (as ``training download``
writes), the public HAM10000 download (``HAM10000_metadata.csv`` and two image parts), and one folder per
class. Where an image exists several times, the copy with the most pixels across its short side counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
from PIL import Image

from lesion.errors import DataError
from lesion.labels import BINARY, DIAGNOSES, TRAINED_AS

COLUMNS = ["image_id", "lesion_id", "dx", "dx_type", "age", "sex", "localization", "source", "part", "path"]
"""Columns of the table; ``part`` is the source's own division where it has one, else empty."""

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic"}
METADATA_NAMES = ("metadata.csv", "HAM10000_metadata.csv", "HAM10000_metadata")
CLASS_NAMES = {*DIAGNOSES, *BINARY, *TRAINED_AS}


def read_folders(folders: Sequence[Path]) -> pd.DataFrame:
    """Read several data folders into one table, one row an image, in the order given.

    An image id that occurs in several folders is kept from the first.

    Raises:
        DataError: a folder does not exist, has no known layout, or holds no labelled image.
    """
    frame = pd.concat([read_folder(folder) for folder in folders], ignore_index=True)
    return frame.drop_duplicates("image_id", ignore_index=True)


def read_folder(folder: Path) -> pd.DataFrame:
    """Read one data folder; see :func:`read_folders`."""
    if not folder.is_dir():
        raise DataError(f"There is no data folder {folder}: name an existing one, or download one first.")
    metadata = [folder / name for name in METADATA_NAMES if (folder / name).is_file()]
    frame = _from_metadata(folder, metadata[0]) if metadata else _from_class_folders(folder)
    if frame.empty:
        raise DataError(
            f"No labelled image in {folder}: it needs a metadata.csv with image_id and dx beside its images, "
            f"or one folder per class named {', '.join(DIAGNOSES)} or {', '.join(BINARY)}."
        )
    return frame.assign(source=folder.name)[COLUMNS]


def image_files(folder: Path) -> dict[str, Path]:
    """Return each image below ``folder`` by its stem; of several copies, the sharpest.

    Folders of masks (``mask`` in the name) are passed over. Sharpest is the copy whose short side, the
    side that the centred square keeps, has the most pixels; headers are read only where copies exist.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and not _is_mask(path.relative_to(folder)):
            found.setdefault(path.stem, []).append(path)
    return {
        stem: paths[0] if len(paths) == 1 else max(paths, key=short_side) for stem, paths in found.items()
    }


def one_per_lesion(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one photo a lesion: that with the most pixels, then the smallest image id.

    Held-out lesions are counted once, so that intervals over them are over independent things.
    """
    sides = _short_sides(frame["path"])
    order = frame.assign(_side=sides).sort_values(["_side", "image_id"], ascending=[False, True])
    chosen = order.drop_duplicates("lesion_id").drop(columns="_side")
    return chosen.sort_values("image_id", ignore_index=True)


def fingerprint(frame: pd.DataFrame) -> str:
    """Return a SHA-256 over ids, labels and file sizes: the same images and labels give the same hash."""
    digest = hashlib.sha256()
    for image_id, dx, path in sorted(zip(frame["image_id"], frame["dx"], frame["path"], strict=True)):
        digest.update(f"{image_id} {dx} {Path(path).stat().st_size}\n".encode())
    return digest.hexdigest()


def _from_metadata(folder: Path, metadata: Path) -> pd.DataFrame:
    table = pd.read_csv(metadata, dtype={"image_id": str, "lesion_id": str})
    if "dx" not in table and "diagnosis" in table:
        table = table.rename(columns={"diagnosis": "dx"})
    missing = {"image_id", "dx"} - set(table.columns)
    if missing:
        raise DataError(f"{metadata} lacks the column {' and '.join(sorted(missing))}.")
    files = image_files(folder)
    table["path"] = table["image_id"].map(lambda image_id: files.get(image_id))
    table["dx"] = table["dx"].replace({"melanoma": "mel", "nevus": "nv"})
    table = table.rename(columns={"split": "part"})
    table = table[table["path"].notna() & table["dx"].notna() & (table["dx"] != "")]
    return _complete(table)


def _from_class_folders(folder: Path) -> pd.DataFrame:
    rows = [
        {"image_id": stem, "dx": path.parent.name, "path": path}
        for stem, path in image_files(folder).items()
        if path.parent.name in CLASS_NAMES
    ]
    return _complete(pd.DataFrame(rows, columns=["image_id", "dx", "path"]))


def _complete(table: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that a source lacks; a photo without a lesion id is a lesion of its own."""
    table = table.reset_index(drop=True)
    for column in COLUMNS:
        if column not in table:
            table[column] = pd.Series([None] * len(table), dtype=object)
    table["lesion_id"] = table["lesion_id"].fillna(table["image_id"])
    table["part"] = table["part"].astype(object).fillna("")
    table["age"] = pd.to_numeric(table["age"], errors="coerce")
    for column in ("dx_type", "sex", "localization"):
        table[column] = table[column].astype(object).where(table[column].notna(), "unknown")
    return table


def _is_mask(relative: Path) -> bool:
    return any("mask" in part.lower() or "segmentation" in part.lower() for part in relative.parts)


def short_side(path: Path) -> int:
    """Return the pixels across the short side of an image file. Raises DataError if it is none."""
    try:
        with Image.open(path) as image:
            return min(image.size)
    except OSError as error:
        raise DataError(f"{path} cannot be read as an image: {error}") from error


def _short_sides(paths: Iterable[Path]) -> list[int]:
    return [short_side(path) for path in paths]
