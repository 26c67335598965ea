"""Labelled photos in the layouts that people have, read into one table.

Accepted are a folder with ``metadata.csv`` and folders of images beside it (as ``training download``
writes), the public HAM10000 download (``HAM10000_metadata.csv`` and two image parts), one folder per
class, and a CSV file of any name, which names its images by ``path`` or by ``image_id``. Where the images
beside a table exist several times, the copy with the most pixels across its short side counts.
A diagnosis that is not known is refused: it would otherwise pass for a benign one.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd
from PIL import Image
from tqdm import tqdm

from lesion.errors import DataError
from lesion.formats import FORMATS, SUFFIXES
from lesion.labels import BINARY, DIAGNOSES, NAMES
from lesion.terms import dx_of

COLUMNS = ["image_id", "lesion_id", "dx", "dx_type", "age", "sex", "localization", "source", "part", "path"]
"""Columns of the table; ``part`` is the source's own division where it has one, else empty."""

LABELS = ("dx", "diagnosis", "benign_malignant", "malignant")
"""Columns that may hold the label; the first that is there counts."""

METADATA_NAMES = ("metadata.csv", "HAM10000_metadata.csv", "HAM10000_metadata")
CLASS_NAMES = {*NAMES, *BINARY}
PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "val"),
    "test": "test",
}
"""How sources call their own parts."""
YES_NO = {
    **dict.fromkeys(("1", "1.0", "true", "yes", "malignant"), "malignant"),
    **dict.fromkeys(("0", "0.0", "false", "no", "benign"), "benign"),
}
"""What a column named ``malignant`` may say."""


def read_folders(folders: Sequence[Path]) -> pd.DataFrame:
    """Read several data folders into one table, one row an image, in the order given.

    An image id that occurs in several folders is kept from the first.

    Raises:
        DataError: a folder does not exist, has no known layout, or holds no labelled image.
    """
    frame = pd.concat([read_folder(folder) for folder in folders], ignore_index=True)
    return frame.drop_duplicates("image_id", ignore_index=True)


def read_folder(folder: Path) -> pd.DataFrame:
    """Read one data folder, or one CSV file; see :func:`read_folders`.

    ``source`` is the table's own where it has such a column, else :func:`source_name`.
    """
    if not folder.exists():
        raise DataError(f"There is no data folder {folder}: name an existing one, or download one first.")
    if folder.is_file():
        metadata = [folder]
    else:
        metadata = [folder / name for name in METADATA_NAMES if (folder / name).is_file()]
    frame = _from_metadata(metadata[0]) if metadata else _from_class_folders(folder)
    if frame.empty:
        raise DataError(
            f"No labelled image in {folder}: it needs a metadata.csv with image_id and dx beside its images, "
            f"or one folder per class named {', '.join(DIAGNOSES)} or {', '.join(BINARY)}."
        )
    return frame.assign(source=frame["source"].fillna(source_name(folder)).astype(str))[COLUMNS]


def source_name(folder: Path) -> str:
    """Return the name that data are known by: the folder's own, also where it was given as ``.``.

    A CSV file goes by its own name; one that is a folder's metadata, by that of the folder.
    """
    path = Path(os.path.abspath(folder))
    if path.is_file():
        return path.parent.name if path.name in METADATA_NAMES else path.stem
    return path.name


def image_files(folder: Path) -> dict[str, Path]:
    """Return each image below ``folder`` by its stem; of several copies, the sharpest.

    Folders of masks (``mask`` in the name) are passed over. Sharpest is the copy whose short side, the
    side that the centred square keeps, has the most pixels; headers are read only where copies exist.
    """
    found: dict[str, list[Path]] = {}
    for path in _images(folder):
        found.setdefault(path.stem, []).append(path)
    copies = tqdm(found.items(), desc=f"Looking through {source_name(folder)}", unit="image", delay=2)
    return {stem: paths[0] if len(paths) == 1 else max(paths, key=short_side) for stem, paths in copies}


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


def _images(folder: Path) -> Iterator[Path]:
    """Yield the image files below a folder, sorted, masks left out."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and not _is_mask(path.relative_to(folder)):
            yield path


def _from_metadata(metadata: Path) -> pd.DataFrame:
    """Read a table of labels; rows without a label are passed over, and ids without an image."""
    try:
        table = pd.read_csv(metadata, dtype=dict.fromkeys(("image_id", "lesion_id", "path", "source"), str))
    except (OSError, ValueError) as error:
        raise DataError(f"{metadata} cannot be read as a table: {error}") from error
    label = next((name for name in LABELS if name in table), None)
    if label is None or not {"path", "image_id"} & set(table.columns):
        raise DataError(
            f"{metadata} lacks a column: it needs image_id or path, and one of {', '.join(LABELS)}; "
            f"it has {', '.join(map(str, table.columns))}."
        )
    if label == "malignant":
        table[label] = _translated(table[label].dropna(), YES_NO.get, f"{metadata}: malignant")
    table = table.rename(columns={label: "dx"} if "part" in table else {label: "dx", "split": "part"})
    table = table[table["dx"].notna() & (table["dx"] != "")]
    table = _at_paths(table, metadata) if "path" in table else _at_ids(table, metadata)
    return _complete(_checked(table, metadata))


def _at_paths(table: pd.DataFrame, metadata: Path) -> pd.DataFrame:
    """Resolve ``path`` from the table's own folder; a photo without an id goes by its file's name.

    Raises:
        DataError: a file that the table names is not there.
    """
    paths = table["path"].map(lambda path: metadata.parent / str(path).strip())
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise DataError(
            f"{metadata} names {len(missing)} image files that are not there, the first {missing[0]}: "
            "give paths from the folder that the table lies in."
        )
    if "image_id" not in table:
        stems = [path.stem for path in paths]
        bearers = Counter(stems)
        table = table.assign(
            image_id=[
                stem if bearers[stem] == 1 else path for stem, path in zip(stems, table["path"], strict=True)
            ]
        )
    return table.assign(path=paths)


def _at_ids(table: pd.DataFrame, metadata: Path) -> pd.DataFrame:
    """Find the image of each id beside the table; ids without one are passed over."""
    files = image_files(metadata.parent)
    table = table.assign(path=table["image_id"].map(lambda image_id: files.get(image_id)))
    return table[table["path"].notna()]


def _checked(table: pd.DataFrame, metadata: Path) -> pd.DataFrame:
    """Return the rows with known codes for their diagnoses and parts, one row an image."""
    table = table.assign(dx=_translated(table["dx"], _code, f"{metadata}: diagnosis"))
    if "part" in table:
        table["part"] = _translated(table["part"].dropna(), PARTS.get, f"{metadata}: part")
    table = table.drop_duplicates(["image_id", "dx"])
    doubled = table["image_id"][table.duplicated("image_id")]
    if len(doubled):
        raise DataError(f"{metadata} gives {doubled.iloc[0]} several diagnoses: leave one of them.")
    return table


def _translated(column: pd.Series, code: Callable[[str], str | None], name: str) -> pd.Series:
    """Return the codes of the words in a column. Raises DataError for the words that have none."""
    words = column.astype(str).str.strip().str.lower()
    codes = {word: code(word) for word in words.unique()}
    unknown = sorted(word for word, found in codes.items() if found is None)
    if unknown:
        known = f"{', '.join(NAMES)} or {' and '.join(BINARY)}; of parts train, val and test"
        raise DataError(
            f"{name} {', '.join(unknown[:5])} is not known here: correct it, or leave the field empty. "
            f"Of diagnoses are known {known}."
        )
    return words.map(codes)


def _code(word: str) -> str | None:
    return word if word in BINARY else dx_of([word])


def _from_class_folders(folder: Path) -> pd.DataFrame:
    """Each file is an image of its own; its name is its id, with its folders' where others bear that name."""
    paths = [path for path in _images(folder) if path.parent.name in CLASS_NAMES]
    bearers = Counter(path.stem for path in paths)
    rows = [
        {
            "image_id": path.stem if bearers[path.stem] == 1 else path.relative_to(folder).as_posix(),
            "dx": path.parent.name,
            "path": path,
        }
        for path in paths
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
        with _header(path) as image:
            return min(image.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{path} cannot be read as an image: {error}") from error


def _header(path: Path) -> Image.Image:
    """Open an image without decoding it."""
    if path.suffix.lower() in FORMATS["HEIC"].suffixes:
        from pillow_heif import HeifImageFile

        heic: Image.Image = HeifImageFile(str(path))  # type: ignore[no-untyped-call]
        return heic
    return Image.open(path)


def _short_sides(paths: Iterable[Path]) -> list[int]:
    return [short_side(path) for path in tqdm(list(paths), desc="Reading sizes", unit="image", delay=2)]
