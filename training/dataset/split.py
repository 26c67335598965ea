"""Lesion-level splits: all photos of one lesion, and pairs known to show one lesion, fall on one side.

The split is a committed file, made once with a fixed seed; training and evaluation only read it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd

from lesion.errors import DataError
from lesion.samples import listed_ids
from training.dataset.data import read_folder
from training.dataset.files import image_files, named

logger = logging.getLogger(__name__)

COLUMNS = ["lesion_id", "image_id", "dx", "part"]
PARTS = {"train": 0.70, "val": 0.15, "test": 0.15}
DEFAULT = Path(__file__).parents[1] / "splits" / "ham10000.csv"
COPIES = Path(__file__).parents[1] / "splits" / "copies.csv"
TWINS = COPIES.with_name("twins.csv")
PAIRS = "same_lesion_pairs.csv"


def group_lesions(frame: pd.DataFrame, pairs: pd.DataFrame | None = None) -> pd.Series:
    """Return for each row the id of its group: its lesion, merged with lesions paired to it.

    ``pairs`` has columns ``image_id_a, image_id_b``: two photos that show one lesion under two ids.
    """
    parent = {lesion: lesion for lesion in frame["lesion_id"]}

    def root(lesion: str) -> str:
        while parent[lesion] != lesion:
            lesion = parent[lesion]
        return lesion

    lesion_of = dict(zip(frame["image_id"], frame["lesion_id"], strict=True))
    known = pairs if pairs is not None else pd.DataFrame(columns=["image_id_a", "image_id_b"])
    for a, b in zip(known["image_id_a"], known["image_id_b"], strict=True):
        if a in lesion_of and b in lesion_of:
            first, second = sorted((root(lesion_of[a]), root(lesion_of[b])))
            parent[second] = first
    return frame["lesion_id"].map(root)


def read_pairs(folder: Path) -> pd.DataFrame | None:
    """Return the pairs of photos in ``folder`` listed as one lesion under two ids; ``None`` without a list.

    Raises:
        DataError: the list cannot be read, or lacks one of its two columns.
    """
    path = (folder if folder.is_dir() else folder.parent) / PAIRS
    if not path.is_file():
        return None
    try:
        return pd.read_csv(path, dtype=str)[["image_id_a", "image_id_b"]]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} needs the columns image_id_a and image_id_b: {error}.") from error


def read_copies() -> pd.DataFrame:
    """Return the public images (``image_id``) that ``audit`` found to be copies of ``held_out`` ones."""
    return pd.read_csv(COPIES, dtype=str)


def read_twins() -> pd.DataFrame:
    """Return the copies that ``audit`` found between sources all of whose images may be learned from."""
    return pd.read_csv(TWINS, dtype=str)


def copies_of_held_out() -> set[str]:
    """Return the ids of public training images that are copies of held-out ones."""
    return set(read_copies()["image_id"])


def never_learned_from(exclude: Sequence[Path] = ()) -> set[str]:
    """Return image ids that no training part keeps: known copies, the page's samples, those of folders."""
    return copies_of_held_out() | listed_ids() | {name for folder in exclude for name in image_files(folder)}


def make_split(frame: pd.DataFrame, pairs: pd.DataFrame | None = None, seed: int = 0) -> pd.DataFrame:
    """Divide the rows into train, val and test by group, stratified by the group's first diagnosis.

    Returns:
        ``lesion_id, image_id, dx, part``, sorted by image id. Within each diagnosis the shares of groups
        are those of :data:`PARTS`, to the nearest group.
    """
    groups = group_lesions(frame, pairs)
    strata = frame.assign(group=groups).sort_values("image_id").drop_duplicates("group")
    rng = np.random.default_rng(seed)
    part_of: dict[str, str] = {}
    for _, stratum in strata.groupby("dx"):
        names = rng.permutation(stratum["group"].to_numpy(dtype=object))
        cuts = np.rint(np.cumsum(list(PARTS.values()))[:-1] * len(names)).astype(int)
        for part, members in zip(PARTS, np.split(names, cuts), strict=True):
            part_of.update(dict.fromkeys(members, part))
    split = frame[COLUMNS[:3]].assign(part=groups.map(part_of))
    return split.sort_values("image_id", ignore_index=True)


def counts(split: pd.DataFrame) -> dict[str, dict[str, int | dict[str, int]]]:
    """Return for each part its numbers of lesions and images, and of lesions by diagnosis."""
    return {
        part: {
            "lesions": int(rows["lesion_id"].nunique()),
            "images": len(rows),
            "lesions_by_dx": dict(sorted(Counter(rows.drop_duplicates("lesion_id")["dx"]).items())),
        }
        for part, rows in ((part, split[split["part"] == part]) for part in PARTS)
    }


def write_split(split: pd.DataFrame, path: Path, seed: int) -> None:
    """Write the CSV and, beside it, a JSON file with its SHA-256, seed and counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    split.to_csv(path, index=False, lineterminator="\n")
    summary = {"sha256": split_sha256(path), "seed": seed, "shares": PARTS, "parts": counts(split)}
    path.with_suffix(".json").write_text(json.dumps(summary, indent=2) + "\n")


def read_split(path: Path = DEFAULT) -> pd.DataFrame:
    """Read a committed split and compare it with its recorded hash.

    Raises:
        DataError: the file or its summary is missing, the hash differs, or a column or part is not known.
    """
    try:
        expected = json.loads(path.with_suffix(".json").read_text())["sha256"]
        split = pd.read_csv(path, dtype=str)
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"No split at {path}: make one with `python -m training split`.") from error
    if split_sha256(path) != expected:
        raise DataError(f"{path} was altered since it was made: restore it, or make a new split.")
    missing = [name for name in COLUMNS if name not in split]
    if missing:
        raise DataError(f"{path} lacks the column {', '.join(missing)}: make a new split.")
    unknown = sorted(set(split["part"].astype(str)) - set(PARTS))
    if unknown:
        raise DataError(f"{path} has a part {unknown[0]}, and only {', '.join(PARTS)} are known: correct it.")
    return split


def lesions_in(path: Path, part: str) -> int:
    """Return how many lesions a committed split has in a part, whether their images are at hand or not."""
    split = read_split(path)
    return int(split["lesion_id"][split["part"] == part].nunique())


def split_sha256(path: Path) -> str:
    """Return the SHA-256 of a split file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def with_parts(frame: pd.DataFrame, split: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``frame`` that the split names, their ``part`` taken from it.

    Images that are on one side alone are counted in a warning.

    Raises:
        DataError: not one image of the folder is in the split.
    """
    part_of = dict(zip(split["image_id"], split["part"], strict=True))
    parts = frame["image_id"].map(part_of)
    if parts.notna().sum() == 0:
        raise DataError(
            "The split names none of these images: make one for this folder with `training split`."
        )
    _warn_of_difference(frame["image_id"], split["image_id"])
    return frame.assign(part=parts)[parts.notna()].reset_index(drop=True)


def _warn_of_difference(there: pd.Series, named_there: pd.Series) -> None:
    """Say how many images the split does not name, and how many that it names are not there."""
    unnamed, absent = there[~there.isin(named_there)], named_there[~named_there.isin(there)]
    if len(unnamed):
        logger.warning(
            f"{len(unnamed)} of {len(there)} images are in no part of the split and are left out: "
            f"{named(unnamed, 3)}."
        )
    if len(absent):
        logger.warning(
            f"{len(absent)} of the {len(named_there)} images that the split names are not there: "
            f"{named(absent, 3)}."
        )


@click.command("split")
@click.option("--data", "folder", type=click.Path(path_type=Path), required=True, help="Data folder.")
@click.option(
    *("--to", "path"),
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT,
    help="CSV file to write.  [default: the committed one, which holds HAM10000's]",
)
@click.option("--seed", default=0, show_default=True, help="Seed of the permutation.")
def split_command(folder: Path, path: Path, seed: int) -> None:
    """Divide the lesions of a data folder 70/15/15 into train, val and test.

    Lesions that same_lesion_pairs.csv in the folder names as one stay together. A file that holds another
    split is never overwritten, since models rest on it.

    \b
    Example:
      python -m training split --data data/mine --to runs/mine.csv
    """
    split = make_split(read_folder(folder), read_pairs(folder), seed)
    if path.exists() and split.to_csv(index=False, lineterminator="\n") != path.read_text():
        raise DataError(f"{path} holds another split, on which models may rest: name a new file with --to.")
    write_split(split, path, seed)
    for part, summary in counts(split).items():
        click.echo(f"{part}: {summary['lesions']} lesions, {summary['images']} images")
