"""The example images of the page: photos where there are some, else drawings. Nothing is fetched here.

Photos come from a folder that the operator names, or from the cache that `lesion samples` fills with the
CC0 images listed in ``samples.json``. A sample is found by its id in the list, never by a path that a caller
gives.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from lesion.formats import SUFFIXES
from lesion.labels import is_malignant
from lesion.terms import dx_of

__all__ = [
    "METADATA",
    "ListedSample",
    "Sample",
    "default_cache_dir",
    "find_samples",
    "listed_ids",
    "listed_samples",
    "read_sample",
]

METADATA = "metadata.csv"
MOST = 100
"""Photos that a folder can offer; what comes after them in the alphabet is left out."""

SEED = 1


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One example: ``id`` is lower-case letters, digits and hyphens; ``dx`` and ``malignant`` where known.

    ``path`` is the photo's file on this machine, ``None`` for a drawing: it is not for the public.
    """

    id: str
    kind: Literal["photo", "drawing"]
    title: str
    dx: str | None = None
    malignant: bool | None = None
    attribution: str = ""
    licence: str = ""
    path: str | None = None


class ListedSample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public image of the ISIC Archive that the page may show."""

    id: str
    dx: str
    title: str
    attribution: str
    licence: str


def listed_samples() -> tuple[ListedSample, ...]:
    """Return the images that `lesion samples` fetches."""
    data = Path(__file__).with_name("samples.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[ListedSample, ...])


def listed_ids() -> frozenset[str]:
    """Return the ids of the listed images, which must not be trained on."""
    return frozenset(sample.id for sample in listed_samples())


def default_cache_dir() -> Path:
    """Return where fetched samples are kept: ``lesion/samples`` in the user's cache folder."""
    return platformdirs.user_cache_path("lesion", appauthor=False) / "samples"


def find_samples(samples_dir: Path | None, cache_dir: Path) -> list[Sample]:
    """Return the photos of ``samples_dir``, else those of ``cache_dir``, else drawings; never nothing.

    A folder holds images and may hold a ``metadata.csv`` with ``image_id`` and any of ``dx`` or
    ``diagnosis``, ``benign_malignant``, ``title``, ``attribution`` and ``licence``.
    """
    folders = [samples_dir, cache_dir] if samples_dir else [cache_dir]
    return next((found for folder in folders if (found := _photos(folder))), None) or _drawings()


def read_sample(sample: Sample) -> bytes:
    """Return the image file of a sample; a drawing is drawn now, as a JPEG.

    Raises:
        OSError: the photo has gone since it was found.
    """
    return _draw(sample.id) if sample.path is None else Path(sample.path).read_bytes()


def _photos(folder: Path) -> list[Sample]:
    if not folder.is_dir():
        return []
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())[
        :MOST
    ]
    rows = _metadata(folder / METADATA)
    ids = _slugs(path.stem for path in files)
    return [_photo(slug, path, rows.get(path.stem, {})) for slug, path in zip(ids, files, strict=True)]


def _photo(slug: str, path: Path, row: dict[str, str]) -> Sample:
    dx = dx_of([row.get("dx"), row.get("diagnosis")])
    stated = {"benign": False, "malignant": True}.get(row.get("benign_malignant", "").lower())
    return Sample(
        id=slug,
        kind="photo",
        title=row.get("title") or f"Photo {path.stem}",
        dx=dx,
        malignant=is_malignant(dx) if stated is None and dx else stated,
        attribution=row.get("attribution", ""),
        licence=row.get("licence", ""),
        path=str(path.resolve()),
    )


def _metadata(path: Path) -> dict[str, dict[str, str]]:
    """Read a table by its ``image_id``; an absent or unreadable one is empty, since photos do without."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(stream)]
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    return {row["image_id"]: row for row in rows if row.get("image_id")}


def _slugs(names: Iterable[str]) -> list[str]:
    """Make distinct ids of lower-case letters, digits and hyphens, the same for the same names."""
    slugs: list[str] = []
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "photo"
        candidates = chain([plain], (f"{plain}-{n}" for n in count(2)))
        slugs.append(next(slug for slug in candidates if slug not in slugs))
    return slugs


def _drawings() -> list[Sample]:
    from lesion.drawings import KINDS

    return [
        Sample(
            id=f"drawing-{kind}",
            kind="drawing",
            title=f"Drawing: {kind} spot",
            attribution="drawn by this program",
            licence="MIT",
        )
        for kind in KINDS
    ]


@cache
def _draw(sample_id: str) -> bytes:
    from lesion.drawings import drawing

    stream = io.BytesIO()
    drawing(sample_id.removeprefix("drawing-"), SEED).save(stream, "JPEG", quality=92)
    return stream.getvalue()
