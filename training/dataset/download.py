"""``python -m training download``: public data of the ISIC Archive, as a folder that ``--data`` accepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

import click
import msgspec
from tqdm import tqdm

from lesion.archive import BASE_URL, Archive, ArchiveImage
from lesion.bundle import sha256
from lesion.errors import ArchiveError
from lesion.stream import ordered_map
from training.dataset.isic_rows import METADATA, Row, describe, read_rows, write_rows

__all__ = ["COLLECTIONS", "Outcome", "download", "fetch"]

COLLECTIONS: Mapping[str, Mapping[str, str]] = {
    "ham10000": {"": "66"},
    "isic2017": {"train": "60", "val": "71", "test": "69"},
}
"""Collections of the archive by data set and part.

66 is "Challenge 2018: Task 3: Training", the 10,015 images published as HAM10000. The archive's own
collection of that name, 212, is wider.
"""

PATIENCE = 8
"""Failures one after the other that end the run: the next image would fail as well."""


class Outcome(msgspec.Struct):
    """What became of each image, by id; a failure with its reason."""

    fetched: list[str] = []
    kept: list[str] = []
    failed: dict[str, str] = {}


class _Job(msgspec.Struct):
    """One image on its way: its row gets a hash, or there is an error."""

    row: Row
    kept: bool = False
    error: ArchiveError | None = None


@click.command(short_help="Fetch a public data set from the ISIC Archive.")
@click.argument("dataset", type=click.Choice(list(COLLECTIONS)))
@click.option(
    *("--to", "folder"),
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to fill: images/ and metadata.csv.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most so many images.")
@click.option(
    "--workers", type=click.IntRange(1, 16), default=4, show_default=True, help="Downloads at a time."
)
@click.option("--collections", help="Other collections of the archive: numbers, separated by commas.")
@click.option("--base-url", default=BASE_URL, show_default=True, help="Address of the archive's API.")
def download(
    dataset: str, folder: Path, limit: int | None, workers: int, collections: str | None, base_url: str
) -> None:
    """Fetch DATASET from the ISIC Archive, with what is known of each image.

    The folder is then good for --data. Licence, attribution and SHA-256 of each image are kept in its
    metadata.csv. Interrupted, the same command continues; images that are there and unaltered are kept.

    \b
    Example, 300 images to try with:
      python -m training download ham10000 --to data/ham10000 --limit 300
      python -m training train --data data/ham10000
    """
    parts = {"": collections} if collections else COLLECTIONS[dataset]
    click.echo(f"Asking {base_url} for {dataset}.", err=True)
    try:
        with Archive(base_url) as archive:
            outcome = fetch(archive, parts, folder, limit, workers)
    except OSError as error:
        raise click.ClickException(
            f"{folder} cannot be written: {error}. Choose another with --to."
        ) from error
    _report(outcome, folder)


def fetch(
    archive: Archive, parts: Mapping[str, str], folder: Path, limit: int | None = None, workers: int = 4
) -> Outcome:
    """Download the images of ``parts`` into ``folder`` and describe them in its metadata.csv.

    An image that fails is noted, and the next one is tried.

    Raises:
        ArchiveError: the archive cannot be searched, or image after image fails. What came is described.
        DataError: the folder holds another metadata.csv, which would be lost.
        OSError: the folder cannot be written.
    """
    rows = read_rows(folder / METADATA)
    outcome = Outcome()
    in_a_row = 0
    total = sum(archive.count(collections=numbers) or 0 for numbers in parts.values())
    task = partial(_download, archive, folder / "images", {key: row["sha256"] for key, row in rows.items()})
    try:
        jobs = ordered_map(task, islice(_listed(archive, parts), limit), workers)
        for job in tqdm(jobs, total=min(total, limit or total), unit="image", disable=None):
            _note(job, rows, outcome)
            in_a_row = in_a_row + 1 if job.error else 0
            if job.error and in_a_row == PATIENCE:
                raise job.error
    finally:
        write_rows(folder / METADATA, rows)
    return outcome


def _listed(archive: Archive, parts: Mapping[str, str]) -> Iterator[tuple[str, ArchiveImage]]:
    for part, numbers in parts.items():
        for image in archive.search(collections=numbers):
            yield part, image


def _download(
    archive: Archive, folder: Path, known: Mapping[str, str], listed: tuple[str, ArchiveImage]
) -> _Job:
    part, image = listed
    row, path = describe(image, part), folder / f"{image.isic_id}.jpg"
    if path.is_file() and (found := sha256(path)) == known.get(image.isic_id, found):
        return _Job({**row, "sha256": found}, kept=True)
    try:
        return _Job({**row, "sha256": archive.download(image, path)})
    except ArchiveError as error:
        return _Job(row, error=error)


def _note(job: _Job, rows: dict[str, Row], outcome: Outcome) -> None:
    image_id = job.row["image_id"]
    if job.error:
        outcome.failed[image_id] = str(job.error)
        return
    rows[image_id] = job.row
    (outcome.kept if job.kept else outcome.fetched).append(image_id)


def _report(outcome: Outcome, folder: Path) -> None:
    rows = read_rows(folder / METADATA)
    counts = Counter(row["dx"] for row in rows.values())
    labelled = ", ".join(f"{counts[dx]} {dx}" for dx in sorted(counts) if dx)
    click.echo(f"{folder}: {len(rows)} images ({len(outcome.fetched)} new): {labelled or 'none labelled'}.")
    if counts[""]:
        click.echo(
            f"{counts['']} images have a diagnosis that is none of the known ones; training passes them over."
        )
    if outcome.failed:
        image_id, reason = next(iter(outcome.failed.items()))
        raise click.ClickException(
            f"{len(outcome.failed)} images did not come; the first, {image_id}: {reason}"
        )
