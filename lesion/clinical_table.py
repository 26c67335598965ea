"""What is known of many images' people and places, read from a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from lesion.clinical import Clinical
from lesion.errors import InvalidOption

__all__ = ["ClinicalTable", "read_clinical"]

VALUES = ("age", "sex", "localization")


class ClinicalTable(msgspec.Struct, frozen=True):
    """Rows by the absolute path of the image, and by its ``image_id``: its file name without the ending."""

    by_path: dict[str, Clinical]
    by_id: dict[str, Clinical]

    def find(self, image: Path) -> Clinical | None:
        """Return the row of an image; ``None`` if it has none."""
        return self.by_path.get(os.path.abspath(image)) or self.by_id.get(image.stem)


def read_clinical(path: Path) -> ClinicalTable:
    """Read a CSV file with a column ``path`` or ``image_id``, and any of ``age sex localization``.

    A relative ``path`` is looked for from the working folder and from the folder of the file. Other columns
    are passed over; an empty field or ``unknown`` is not known.

    Raises:
        InvalidOption: the file cannot be read, lacks the columns, contradicts itself, or has a value that
            cannot be used; the message names the line.
    """
    table = ClinicalTable({}, {})
    for where, row in _rows(path):
        clinical = _clinical(row, where)
        for key in _paths(row.get("path"), path.parent):
            _put(table.by_path, key, clinical, where)
        if row.get("image_id"):
            _put(table.by_id, row["image_id"], clinical, where)
    return table


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each row with its place in words."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream)
            columns = set(reader.fieldnames or ())
            if not columns & {"path", "image_id"} or not columns & set(VALUES):
                raise InvalidOption(
                    f"{path} needs a column path or image_id, and one or more of {', '.join(VALUES)}."
                )
            for row in reader:
                told = {key: (value or "").strip() for key, value in row.items() if key}
                yield f"{path}, line {reader.line_num}", told
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidOption(f"{path} cannot be read as CSV: {error}.") from error


def _clinical(row: dict[str, str], where: str) -> Clinical:
    try:
        return Clinical.of(_age(row.get("age", "")), row.get("sex"), row.get("localization"))
    except InvalidOption as error:
        raise InvalidOption(f"{where}: {error}") from error


def _age(text: str) -> float | None:
    if text.lower() in {"", "unknown"}:
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidOption(f"The age {text!r:.80} is no number: give years, or leave it empty.") from None


def _paths(text: str | None, folder: Path) -> set[str]:
    return {os.path.abspath(text), os.path.abspath(folder / text)} if text else set()


def _put(rows: dict[str, Clinical], key: str, clinical: Clinical, where: str) -> None:
    if rows.setdefault(key, clinical) != clinical:
        raise InvalidOption(f"{where}: {key} has another row with other values; leave one of them.")
