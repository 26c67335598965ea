"""The layouts of data folders that people have, each read into rows of the same columns.

Accepted are a folder with ``metadata.csv`` and folders of images beside it (as ``training download``
writes), the public HAM10000 download (``HAM10000_metadata.csv`` and two image parts), one folder per
class, and a CSV file of any name, which names its images by ``path`` or by ``image_id``. Where an image
exists several times, beside a table or in one, the copy with the most pixels across its short side counts.
A diagnosis that is not known is refused: it would otherwise pass for a benign one.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import pandas as pd

from lesion.clinical import NOT_KNOWN
from lesion.errors import DataError
from lesion.labels import BINARY, NAMES
from lesion.terms import dx_of
from training.dataset.files import METADATA_NAMES, image_files, images_below, named, sharpest, source_name

logger = logging.getLogger(__name__)

COLUMNS = ["image_id", "lesion_id", "dx", "dx_type", "age", "sex", "localization", "source", "part", "path"]
"""Columns of the table; ``part`` is the source's own division where it has one, else empty."""

LABELS = ("dx", "diagnosis", "benign_malignant", "malignant")
"""Columns that may hold the label; the first that is there counts."""

PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "val"),
    "test": "test",
}
"""How sources call their own parts."""
NO_AGE = math.inf
"""Age of a row where something is written that is no number of years: not known, but not left empty."""
YES_NO = {
    **dict.fromkeys(("1", "1.0", "true", "yes", "malignant"), "malignant"),
    **dict.fromkeys(("0", "0.0", "false", "no", "benign"), "benign"),
}
"""What a column named ``malignant`` may say."""
DIAGNOSES_KNOWN = f"{', '.join(NAMES)} or {' and '.join(BINARY)}"


def read_rows(folder: Path) -> pd.DataFrame:
    """Read all that a data folder, or one CSV file, says of its images: :data:`COLUMNS`, nothing left out.

    ``path`` is missing where there is no file, ``dx`` empty where there is no diagnosis, and an image that is
    given two diagnoses has two rows. ``source`` is the table's own where it has such a column, else
    :func:`~training.dataset.files.source_name`.

    Raises:
        DataError: the folder does not exist, its table cannot be read, or a diagnosis or part is not known.
    """
    if not folder.exists():
        raise DataError(f"There is no data folder {folder}: name an existing one, or download one first.")
    names = [folder] if folder.is_file() else [folder / name for name in METADATA_NAMES]
    table = next((path for path in names if path.is_file()), None)
    rows = _from_table(table) if table else _from_class_folders(folder)
    return rows.assign(source=rows["source"].fillna(source_name(folder)).astype(str))[COLUMNS]


def _from_table(metadata: Path) -> pd.DataFrame:
    """Read a table of labels; what is said of an image without a file is not looked at."""
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
        table[label] = _translated(
            table[label].dropna(), YES_NO.get, f"{metadata}: malignant", ", ".join(YES_NO)
        )
    table = table.rename(columns={label: "dx"} if "part" in table else {label: "dx", "split": "part"})
    table = _at_paths(table, metadata) if "path" in table else _at_ids(table, metadata)
    labelled = table["path"].notna() & table["dx"].fillna("").astype(str).str.strip().ne("")
    table["dx"] = _translated(table["dx"][labelled], _code, f"{metadata}: diagnosis", DIAGNOSES_KNOWN)
    if "part" in table:
        table["part"] = _translated(table["part"].dropna(), PARTS.get, f"{metadata}: part", ", ".join(PARTS))
    if "age" in table:
        table["age"] = _ages(table["age"], metadata)
    return _complete(_one_file_each(table, metadata))


def _one_file_each(table: pd.DataFrame, metadata: Path) -> pd.DataFrame:
    """Return one row for each image and diagnosis, that of its sharpest file; warn of those with several."""
    image = ["image_id", "dx"]
    doubled = table[table.duplicated(image, keep=False) & table["path"].notna()]
    files = {key: list(dict.fromkeys(rows["path"])) for key, rows in doubled.groupby(image)}
    several = [image_id for (image_id, _), paths in files.items() if len(paths) > 1]
    if several:
        logger.warning(
            f"{metadata} names several files for {len(several)} images, of which the sharpest counts: "
            f"{named(several, 3)}. Give photos that are no copies of each other an image_id each."
        )
    chosen = {key: sharpest(paths) for key, paths in files.items()}
    keys = zip(table["image_id"], table["dx"], table["path"], strict=True)
    counts = [chosen.get((image_id, dx), path) == path for image_id, dx, path in keys]
    return table[counts].drop_duplicates(image)


def _at_paths(table: pd.DataFrame, metadata: Path) -> pd.DataFrame:
    """Resolve ``path`` from the table's own folder; a photo without an id goes by its file's name."""
    given = table["path"].fillna("").str.strip()
    ids = table.get("image_id", pd.Series("", table.index)).fillna("").str.strip()
    nameless = ids == ""
    names = pd.Series(_names(given[nameless], taken=set(ids)), given.index[nameless], dtype=object)
    table = table.assign(image_id=ids.mask(nameless, names))
    files = given.map(lambda path: metadata.parent / path)
    return table.assign(path=files.where(files.map(Path.is_file), None))


def _names(paths: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """Name each file by its stem, or by its whole path where another bears that name or it is taken."""
    bearers = Counter([*taken, *(Path(path).stem for path in {*paths})])
    return [stem if bearers[stem := Path(path).stem] == 1 else path for path in paths]


def _at_ids(table: pd.DataFrame, metadata: Path) -> pd.DataFrame:
    """Find the image of each id beside the table."""
    return table.assign(path=table["image_id"].map(image_files(metadata.parent).get))


def _from_class_folders(folder: Path) -> pd.DataFrame:
    """Each file is an image of its own; its name is its id, with its folders' where others bear that name.

    The folder that it lies in tells its class, or does not.
    """
    paths = list(images_below(folder))
    ids = _names([path.relative_to(folder).as_posix() for path in paths])
    classes = [_code(path.parent.name.strip().lower()) for path in paths]
    return _complete(pd.DataFrame({"image_id": ids, "dx": classes, "path": paths}, dtype=object))


def _translated(column: pd.Series, code: Callable[[str], str | None], name: str, known: str) -> pd.Series:
    """Return the codes of the words in a column. Raises DataError for those that have none; ``known`` do."""
    words = column.astype(str).str.strip().str.lower()
    codes = {word: code(word) for word in words.unique()}
    unknown = sorted(word for word, found in codes.items() if found is None)
    if unknown:
        raise DataError(
            f"{name} {', '.join(unknown[:5])} is not known here: correct it, or leave the field empty. "
            f"Known are {known}."
        )
    return words.map(codes)


def _code(word: str) -> str | None:
    return word if word in BINARY else dx_of([word])


def _ages(column: pd.Series, metadata: Path) -> pd.Series:
    """Return ages in years, NaN where they are not known, :data:`NO_AGE` with a warning for other words."""
    ages = pd.to_numeric(column, errors="coerce").astype(float)
    words = column[ages.isna() & column.notna()].astype(str).str.strip()
    wrong = words[~words.str.lower().isin(NOT_KNOWN)]
    if len(wrong):
        logger.warning(
            f"{metadata}: {len(wrong)} ages are no numbers of years and count as not known: "
            f"{named(wrong.unique(), 3)}."
        )
    ages[wrong.index] = NO_AGE
    return ages


def _complete(table: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that a source lacks; a photo without a lesion id is a lesion of its own."""
    table = table.reset_index(drop=True)
    for column in COLUMNS:
        if column not in table:
            table[column] = pd.Series([None] * len(table), dtype=object)
    table["lesion_id"] = table["lesion_id"].fillna(table["image_id"])
    for column in ("dx", "part"):
        table[column] = table[column].astype(object).fillna("")
    table["age"] = table["age"].astype(float)
    for column in ("dx_type", "sex", "localization"):
        table[column] = table[column].astype(object).where(table[column].notna(), "unknown")
    return table
