"""Image files on the disk: which there are below a folder, how sharp they are, how to speak of many."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from lesion.errors import DataError
from lesion.formats import FORMATS, SUFFIXES

logger = logging.getLogger(__name__)

METADATA_NAMES = ("metadata.csv", "HAM10000_metadata.csv", "HAM10000_metadata")
"""Tables that belong to the folder they lie in."""


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
    side that the centred square keeps, has the most pixels; headers are read only where copies exist, and a
    copy that cannot be read is passed over with a warning if another can.
    """
    found: dict[str, list[Path]] = {}
    for path in images_below(folder):
        found.setdefault(path.stem, []).append(path)
    copies = tqdm(found.items(), desc=f"Looking through {source_name(folder)}", unit="image", delay=2)
    return {stem: sharpest(paths) for stem, paths in copies}


def sharpest(paths: Sequence[Path]) -> Path:
    """Return the copy of a photo with the most pixels across its short side, the first of several such.

    Headers are read only where there is a choice. What cannot be read is passed over with a warning.
    """
    return paths[0] if len(paths) == 1 else max(paths, key=_sharpness)


def images_below(folder: Path) -> Iterator[Path]:
    """Yield the image files below a folder, sorted, masks left out."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and not _is_mask(path.relative_to(folder)):
            yield path


def short_side(path: Path) -> int:
    """Return the pixels across the short side of an image file. Raises DataError if it is none."""
    try:
        with _header(path) as image:
            return min(image.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{path} cannot be read as an image: {error}") from error


def short_sides(paths: Iterable[Path]) -> list[int]:
    """Return :func:`short_side` of each file. Raises DataError for those that are no images, all at once."""
    sides: list[int] = []
    broken: dict[str, str] = {}
    for path in tqdm(list(paths), desc="Reading sizes", unit="image", delay=2):
        try:
            sides.append(short_side(path))
        except DataError as error:
            broken[str(path)] = str(error)
    if broken:
        raise DataError(unreadable(broken) if len(broken) > 1 else next(iter(broken.values())))
    return sides


def unreadable(reasons: Mapping[str, str]) -> str:
    """Return the sentence that names files which cannot be read as images; ``reasons`` by path."""
    if len(reasons) == 1:
        ((path, reason),) = reasons.items()
        return f"{path} cannot be read: {reason} Mend it, or take it out of its folder."
    return (
        f"{len(reasons)} files cannot be read as images: {named(reasons)}. Mend them, or take them out of "
        "their folders; `python -m training audit` says of each what is wrong with it."
    )


def named(names: Iterable[object], most: int = 10) -> str:
    """Return names for a sentence, the first ``most`` of them: ``a, b and 5 more``."""
    texts = [str(name) for name in names]
    shown, rest = texts[:most], len(texts) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _sharpness(path: Path) -> int:
    """Return the pixels across the short side, 0 with a warning for what cannot be read."""
    try:
        return short_side(path)
    except DataError as error:
        logger.warning(f"{error}")
        return 0


def _header(path: Path) -> Image.Image:
    """Open an image without decoding it."""
    if path.suffix.lower() in FORMATS["HEIC"].suffixes:
        from pillow_heif import HeifImageFile

        heic: Image.Image = HeifImageFile(str(path))  # type: ignore[no-untyped-call]
        return heic
    return Image.open(path)


def _is_mask(relative: Path) -> bool:
    return any("mask" in part.lower() or "segmentation" in part.lower() for part in relative.parts)
