"""Rows written as they come: as CSV, as JSON lines, or as a table for people."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

import msgspec

from lesion.batch import Row

__all__ = ["Writer", "csv_writer", "json_writer", "table_writer"]

Writer = Callable[[Row], None]
LONGEST_PATH = 48


def csv_writer(stream: TextIO, columns: Sequence[str]) -> Writer:
    """Write a header now and a line a row, RFC 4180 but for plain line ends; ``None`` is empty."""
    table = csv.DictWriter(stream, columns, lineterminator="\n")
    table.writeheader()

    def write(row: Row) -> None:
        table.writerow(
            {key: str(value).lower() if isinstance(value, bool) else value for key, value in row.items()}
        )
        stream.flush()

    return write


def json_writer(stream: TextIO) -> Writer:
    """Write one JSON object a line."""

    def write(row: Row) -> None:
        stream.write(msgspec.json.encode(row).decode() + "\n")
        stream.flush()

    return write


def table_writer(stream: TextIO, paths: Sequence[Path]) -> Writer:
    """Write aligned columns: what a person wants to see of a row, the rest is in CSV and JSON."""
    width = min(LONGEST_PATH, max((len(str(path)) for path in paths), default=4))
    known = ("prediction", "probability", "threshold", "likeliest", "quality", "triage")
    stream.write(_line(width, "path", *known))

    def write(row: Row) -> None:
        name = _shortened(str(row["path"]), width)
        if row["error"]:
            stream.write(f"{name:<{width}}  {row['error']}\n")
        else:
            quality = "ok" if row["quality_ok"] else "poor"
            numbers = (f"{row['probability']:.3f}", f"{row['threshold']:.3f}")
            line = _line(
                width, name, str(row["prediction"]), *numbers, _likeliest(row), quality, str(row["triage"])
            )
            stream.write(line)
        stream.flush()

    return write


def _line(width: int, path: str, *cells: str) -> str:
    widths = (10, 11, 9, 11, 7, 7)
    padded = (f"{cell:<{size}}" for cell, size in zip(cells, widths, strict=True))
    return f"{path:<{width}}  {'  '.join(padded)}".rstrip() + "\n"


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else "…" + text[1 - width :]


def _likeliest(row: Row) -> str:
    shares = {key: value for key, value in row.items() if key.startswith("p_") and isinstance(value, float)}
    if not shares:
        return "-"
    best = max(shares, key=lambda key: shares[key])
    return f"{best.removeprefix('p_')} {shares[best]:.2f}"
