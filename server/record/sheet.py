"""Records as CSV: one line each, for spreadsheets and statistics."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from lesion.classifier import ModelInfo
from lesion.quality import Quality
from server.record.answers import Record

__all__ = ["COLUMNS", "lines"]

_PARTS = {
    "quality": [f"quality_{name}" for name in Quality.__struct_fields__],
    "model": [f"model_{name}" for name in ModelInfo.__struct_fields__],
}
COLUMNS = tuple(
    column for name in Record.__struct_fields__ if name != "image" for column in _PARTS.get(name, [name])
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings by which spreadsheets take a text for a formula, and carry it out."""


def lines(batches: Iterable[list[tuple[str, Record]]], owners: bool = False) -> Iterator[str]:
    """Yield CSV (RFC 4180): the header, then a piece for each batch of owners with their records.

    The owner is told where ``owners`` are asked for. A note that a spreadsheet would take for a formula gets
    an apostrophe in front. What is not known is empty.
    """
    names = ("owner", *COLUMNS) if owners else COLUMNS
    yield _written([names])
    for batch in batches:
        yield _written([[owner, *_cells(record)] if owners else _cells(record) for owner, record in batch])


def _cells(record: Record) -> list[object]:
    cells: list[object] = []
    for name in Record.__struct_fields__:
        value = getattr(record, name)
        if name in _PARTS:
            cells += [_cell(getattr(value, part)) for part in value.__struct_fields__]
        elif name == "time":
            cells.append(value.isoformat().replace("+00:00", "Z"))
        elif name != "image":
            cells.append(_cell(value))
    return cells


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _written(rows: Iterable[Iterable[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()
