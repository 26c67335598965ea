"""Many images judged: found on disk, worked on by several threads, told as rows in their order."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypedDict

import msgspec

from lesion.classifier import Classifier, Result
from lesion.clinical import Clinical
from lesion.decode import decode
from lesion.errors import LesionError
from lesion.formats import SUFFIXES
from lesion.manifest import Manifest
from lesion.pictures import Pictures
from lesion.predictive import PredictiveValues
from lesion.stream import ordered_map

__all__ = ["Row", "columns", "find_images", "judge"]

MEANING = ["prevalence", *(f"{name}{end}" for name in ("ppv", "npv") for end in ("", "_low", "_high"))]
"""Columns of the positive and negative predictive value at a prevalence, with their 95 % intervals."""


class Options(TypedDict):
    """How every image is judged, as the classifier takes it."""

    operating_point: str | None
    threshold: float | None
    prevalence: float | None


Row = dict[str, str | float | bool | None]
"""One image; a value that is not known is ``None``."""


def find_images(patterns: Sequence[str]) -> list[Path]:
    """Return the files that the arguments name, in their order; those of a folder or pattern sorted.

    A folder stands for all images below it, hidden ones left out. A name that nothing answers to is
    returned as it is, so that it becomes a row with an error.
    """
    return [path for pattern in patterns for path in _expand(pattern)]


def columns(manifest: Manifest, explain: bool, meaning: bool = False) -> list[str]:
    """Return the columns of the rows that a bundle gives; ``meaning`` adds those of a prevalence."""
    shares = [f"p_{dx}" for dx in manifest.classes] if manifest.task == "dx" else []
    clinical = list(Clinical.__struct_fields__) if manifest.clinical else []
    among = ["diagnosis_set"] if manifest.conformal else []
    like = ["in_distribution"] if manifest.distribution else []
    told = ["quality_ok", "sharpness", "contrast", "advice", *like, "triage", "message"]
    pictures = ["explanation"] if explain else []
    verdict = ["prediction", "probability", "threshold", *(MEANING if meaning else [])]
    return ["path", *verdict, *shares, *among, *clinical, *told, *pictures, "error"]


def judge(
    classifier: Classifier,
    paths: Iterable[Path],
    *,
    clinical: Callable[[Path], Clinical | None] = lambda _: None,
    operating_point: str | None = None,
    threshold: float | None = None,
    prevalence: float | None = None,
    pictures: Pictures | None = None,
    threads: int = 1,
) -> Iterator[Row]:
    """Give one row an image, in the order of the paths; a file that cannot be judged gives its error.

    Memory does not grow with the number of images.

    Args:
        classifier: what judges; with several threads, one whose engine allows them.
        paths: the files.
        clinical: what is known of an image's person and place, for a bundle that takes it.
        operating_point: name of one of the bundle's; ``None`` takes its default.
        threshold: a cut of one's own instead.
        prevalence: share of malignant lesions at which predictive values are wanted.
        pictures: which explanation is drawn, and where; ``None`` draws none.
        threads: images that are worked on at a time.
    """

    options: Options = {
        "operating_point": operating_point,
        "threshold": threshold,
        "prevalence": prevalence,
    }

    def work(numbered: tuple[int, Path]) -> Row:
        return _row(classifier, *numbered, clinical, pictures, options)

    return ordered_map(work, enumerate(paths, 1), threads)


def _row(
    classifier: Classifier,
    number: int,
    path: Path,
    clinical: Callable[[Path], Clinical | None],
    pictures: Pictures | None,
    options: Options,
) -> Row:
    meaning = options["prevalence"] is not None
    row: Row = dict.fromkeys(columns(classifier.bundle.manifest, pictures is not None, meaning))
    row["path"] = str(path).encode(errors="surrogateescape").decode(errors="replace")
    try:
        data = _read(path, classifier.limits.max_bytes)
        told = clinical(path)
        row.update(_told(classifier.classify(data, clinical=told, explain=False, **options)))
        if pictures:
            image = decode(data, classifier.limits)
            row["explanation"] = str(pictures.draw(classifier, image, told, number, path))
    except LesionError as error:
        row["error"] = str(error)
    except OSError as error:
        row["error"] = f"{error.strerror or error}: check the path."
    except Exception as error:  # a fault of ours with one image must not cost the others
        row["error"] = f"Unexpected {type(error).__name__}: {error}. Please report it with the image."
    return row


def _told(result: Result) -> Row:
    shares: Row = {f"p_{found.dx}": round(found.probability, 6) for found in result.diagnoses}
    among: Row = {"diagnosis_set": " ".join(result.diagnosis_set.dx)} if result.diagnosis_set else {}
    like: Row = {"in_distribution": result.distribution.ok} if result.distribution else {}
    used: Row = msgspec.structs.asdict(result.clinical) if result.clinical else {}
    return {
        "prediction": result.prediction,
        "probability": round(result.probability, 6),
        "threshold": round(result.operating_point.threshold, 6),
        **_meaning(result.predictive),
        **shares,
        **among,
        **used,
        "quality_ok": result.quality.ok,
        "sharpness": result.quality.sharpness,
        "contrast": result.quality.contrast,
        "advice": result.quality.advice,
        **like,
        "triage": result.triage.level,
        "message": result.triage.message,
    }


def _meaning(found: PredictiveValues | None) -> Row:
    """Return the columns of predictive values, empty where no held-out lesion got that verdict."""
    if found is None:
        return {}
    row: Row = {"prevalence": found.prevalence}
    for name, value in (("ppv", found.positive), ("npv", found.negative)):
        ends = (value.value, value.low, value.high) if value else (None, None, None)
        for end, share in zip(("", "_low", "_high"), ends, strict=True):
            row[f"{name}{end}"] = None if share is None else round(share, 6)
    return row


def _read(path: Path, most: int) -> bytes:
    """Read a file, but no more of it than shows that it is too large."""
    with path.open("rb") as stream:
        return stream.read(most + 1)


def _expand(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_dir():
        return sorted(found for found in path.rglob("*") if _is_image(found.relative_to(path), found))
    if path.exists() or not glob.has_magic(pattern):
        return [path]
    matches = sorted(glob.glob(pattern, recursive=True))
    found = [
        file for match in matches for file in (_expand(match) if Path(match).is_dir() else [Path(match)])
    ]
    return list(dict.fromkeys(found)) or [path]


def _is_image(relative: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in relative.parts)
    return not hidden and path.suffix.lower() in SUFFIXES and path.is_file()
