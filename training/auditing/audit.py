"""``python -m training audit``: what is wrong with data folders before anybody learns from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.clinical import encode_for
from lesion.engine import open_engine
from lesion.preprocess import to_tensor
from training.auditing.findings import (
    conflicts,
    disagreeing,
    leaking_lesions,
    shared_ids,
    side_by_side,
    without,
)
from training.auditing.looks import Look, look_at
from training.auditing.report import Audit, Finding, check_report, summary, write_report
from training.auditing.twins import Floats, copies, look_alikes
from training.dataset import split
from training.dataset.layouts import read_rows
from training.evidence.predict import BATCH
from training.options import FOLDER, exclude_option, split_option


class Seen(NamedTuple):
    """The photos that could be read: their rows, how they look, and embeddings if there was a net."""

    rows: pd.DataFrame
    looks: list[Look]
    embeddings: Floats | None


def audit_folders(
    folders: Sequence[Path],
    external: Sequence[Path] = (),
    split_path: Path = split.DEFAULT,
    bundle: Bundle | None = None,
    exclude: Sequence[Path] = (),
) -> Audit:
    """Look through data folders as training and evaluation would use them together.

    Photos of the training part that training leaves out are left out here: copies known to be such, samples
    that the page shows, and those of ``exclude``.

    Args:
        folders: those that are learned from, and those that the split divides.
        external: those that are only measured on, as by ``evaluate --external``.
        split_path: parts of the images that it names. Of others count their source's own part; without
            one, those of ``folders`` are learned from, and those of ``external`` are a test.
        bundle: its embeddings tell look-alikes; without one only copies are found.
        exclude: folders of images that are not learned from, as by ``train --exclude``.

    Raises:
        DataError: a folder cannot be read, or the split cannot be.
    """
    rows = _with_sides(folders, external, split.read_split(split_path), split.never_learned_from(exclude))
    photos = rows[rows["path"].notna()].drop_duplicates("path").reset_index(drop=True)
    seen, broken = _look_at(photos, bundle)
    doubled = side_by_side(seen.rows, copies(seen.looks))
    alike = pd.DataFrame(columns=doubled.columns)
    if seen.embeddings is not None:
        alike = without(side_by_side(seen.rows, look_alikes(seen.embeddings)), doubled)
    findings = (
        Finding("Lesions on several sides of the split", leaking_lesions(rows), leak=True),
        Finding("Copies of one image on several sides", doubled[doubled["across"]], leak=True),
        Finding("Files that cannot be read", broken),
        Finding("Rows without an image file", rows.loc[rows["path"].isna(), ["image_id", "source"]]),
        Finding("Images without a diagnosis", photos.loc[photos["dx"] == "", ["image_id", "source"]]),
        Finding("Images and lesions given several diagnoses", conflicts(rows)),
        Finding("Copies of one image with several diagnoses", doubled[disagreeing(doubled)]),
        Finding("Image ids that several folders share", shared_ids(rows)),
        Finding("Copies of one image under several lesions, on one side", doubled[~doubled["across"]]),
        Finding("Look-alikes on several sides, to be judged by eye", alike[alike["across"]]),
        Finding("Look-alikes on one side, to be judged by eye", alike[~alike["across"]]),
    )
    return Audit(photos, findings)


def _with_sides(
    folders: Sequence[Path], external: Sequence[Path], known: pd.DataFrame, unused: set[str]
) -> pd.DataFrame:
    """Return the rows of all folders with ``part`` as they will be used, and ``group``, their lesion.

    Of the training part, rows of an image id among ``unused`` are left out.
    """
    part_of = dict(zip(known["image_id"], known["part"], strict=True))
    tables = [_used(read_rows(folder), part_of) for folder in folders]
    tables = [rows[(rows["part"] != "train") | ~rows["image_id"].isin(unused)] for rows in tables]
    tables += [_held_out(read_rows(folder)) for folder in external]
    rows = pd.concat(tables, ignore_index=True)
    lists = [pairs for folder in (*folders, *external) if (pairs := split.read_pairs(folder)) is not None]
    pairs = pd.concat(lists) if lists else None
    return rows.assign(group=split.group_lesions(rows, pairs))


def _used(rows: pd.DataFrame, part_of: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows in the parts that the split gives, else their source, else all to learn from."""
    own = rows["part"].where(rows["part"] != "", "train")
    return rows.assign(part=rows["image_id"].map(part_of).fillna(own))


def _held_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are measured on: all but those of the source's own training part."""
    return rows[rows["part"] != "train"].assign(part="test")


def _look_at(photos: pd.DataFrame, bundle: Bundle | None) -> tuple[Seen, pd.DataFrame]:
    """Read every photo, and return what was seen and which could not be read."""
    looks: list[Look] = []
    broken: dict[int, str] = {}
    embedder = Embedder(bundle) if bundle else None
    results = look_at(photos["path"], embedder.size if embedder else None)
    for place, result in enumerate(tqdm(results, total=len(photos), desc="Looking", unit="photo")):
        if isinstance(result, str):
            broken[place] = result
            continue
        if embedder and result.photo:
            embedder.add(result.photo)
        looks.append(result._replace(photo=None))
    lost = photos.loc[list(broken), ["image_id", "source", "path"]].assign(why=list(broken.values()))
    rows = photos.drop(index=list(broken)).reset_index(drop=True)
    return Seen(rows, looks, embedder.embeddings() if embedder else None), lost


class Embedder:
    """Gather photos into batches and keep the embeddings that the bundle's engine gives them."""

    def __init__(self, bundle: Bundle) -> None:
        self.size = bundle.manifest.input.size
        self._engine = open_engine(bundle)
        # What is not known of a photo is a state of its own; embeddings do not depend on it.
        self._clinical = encode_for(None, bundle.manifest.clinical, bundle.manifest.name)
        self._waiting: list[Image.Image] = []
        self._done: list[Floats] = []

    def add(self, photo: Image.Image) -> None:
        """Take one more photo, a square of ``size`` pixels."""
        self._waiting.append(photo)
        if len(self._waiting) == BATCH:
            self._run()

    def embeddings(self) -> Floats:
        """Return those of all photos so far [N, D], in the order they came."""
        if self._waiting:
            self._run()
        return np.concatenate(self._done) if self._done else np.empty((0, 0), np.float32)

    def _run(self) -> None:
        beside = None if self._clinical is None else self._clinical.repeat(len(self._waiting), axis=0)
        self._done.append(self._engine(to_tensor(self._waiting), beside).embedding)
        self._waiting = []


@click.command("audit")
@click.option(
    *("--data", "folders"),
    type=FOLDER,
    multiple=True,
    required=True,
    help="Data folder, or CSV file; repeatable.",
)
@click.option(
    "--external", type=FOLDER, multiple=True, help="The same, but only to be measured on; repeatable."
)
@exclude_option
@split_option
@click.option("--bundle", "path", type=FOLDER, help="Bundle whose embeddings tell look-alikes.")
@click.option("--report", type=FOLDER, help="File for the whole list: .md, .html or .json.")
@click.pass_context
def audit(
    context: click.Context,
    folders: tuple[Path, ...],
    external: tuple[Path, ...],
    exclude: tuple[Path, ...],
    split_path: Path,
    path: Path | None,
    report: Path | None,
) -> None:
    """Find leaks, copies, look-alikes, unreadable files and contradictory labels in data folders.

    What `train` leaves out of the training part is left out here too. Ends with status 1 where a lesion, or
    copies of an image, are on several sides of the split.

    \b
    Example:
      python -m training audit --data data/ham10000 --data data/isic2017 \\
          --bundle models/mobilenet_v2 --report runs/audit.html
    """
    if report:
        check_report(report)
    bundle = Bundle.load(path) if path else None
    found = audit_folders(folders, external, split_path, bundle, exclude)
    for line in summary(found):
        click.echo(line)
    if report:
        write_report(found, report)
        click.echo(f"All of them: {report}")
    if found.leaks:
        context.exit(1)
