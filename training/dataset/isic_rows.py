"""The ``metadata.csv`` that ``download`` writes: one row an image, in HAM10000's terms where they exist."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path

from lesion.archive import ArchiveImage
from lesion.errors import DataError
from lesion.terms import FINEST_FIRST, dx_of_clinical

__all__ = ["COLUMNS", "METADATA", "Row", "describe", "read_rows", "write_rows"]

METADATA = "metadata.csv"
COLUMNS = (
    *("image_id", "lesion_id", "dx", "dx_type", "age", "sex", "localization"),
    *("split", "diagnosis", "licence", "attribution", "sha256"),
)
DX_TYPES = {
    "histopathology": "histo",
    "serial imaging showing no change": "follow_up",
    "single image expert consensus": "consensus",
    "confocal microscopy with consensus dermoscopy": "confocal",
}

Row = dict[str, str]


def describe(image: ArchiveImage, part: str) -> Row:
    """Return the row of an image that belongs to ``part`` of its data set; the hash is left empty.

    ``dx`` is empty where the archive's diagnosis, kept in ``diagnosis``, has no code. ``lesion_id`` is the
    archive's, which is not that of the published HAM10000 table.
    """
    clinical = {key: str(value) for key, value in image.metadata.clinical.items() if value is not None}
    confirmed = clinical.get("diagnosis_confirm_type", "").lower()
    return {
        "image_id": image.isic_id,
        "lesion_id": clinical.get("lesion_id", ""),
        "dx": dx_of_clinical(clinical) or "",
        "dx_type": DX_TYPES.get(confirmed, confirmed) or "unknown",
        "age": clinical.get("age_approx", ""),
        "sex": clinical.get("sex", "unknown"),
        "localization": clinical.get("anatom_site_general", "unknown"),
        "split": part,
        "diagnosis": next((clinical[key] for key in FINEST_FIRST if key in clinical), ""),
        "licence": image.copyright_license,
        "attribution": image.attribution,
        "sha256": "",
    }


def read_rows(path: Path) -> dict[str, Row]:
    """Read the rows of an earlier run by image id; none if there was no run.

    Raises:
        DataError: the file is not one that `write_rows` wrote.
    """
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DataError(f"{path} was not written by this command: choose another folder.")
        return {row["image_id"]: row for row in reader}


def write_rows(path: Path, rows: Mapping[str, Row]) -> None:
    """Write the rows, sorted by image id; the file is replaced at once or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows))
    os.replace(fresh, path)
