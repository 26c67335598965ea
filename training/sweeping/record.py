"""``sweep.json``: all that a sweep found, as numbers, from which its report is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lesion.errors import DataError
from lesion.measures.blocks import Flat

RECORD = "sweep.json"
BASELINE = "baseline"
"""Name of the variant that the others are compared with, where a sweep has one."""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of one run.

    ``settings`` is what set it apart; ``error`` what ended it, empty for a finished one. ``numbers`` has the
    measures of :func:`training.sweeping.measure.measure_runs`, what each is better by than the baseline's
    under ``difference.…``, and what :func:`training.sweeping.left_out.measure_left_out` found.
    """

    run: str
    settings: dict[str, Any]
    numbers: Flat = {}
    error: str = ""


class SweepRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole sweep: its question, what all runs share, the grid, what was measured on, and its runs."""

    title: str
    base: dict[str, Any]
    grid: dict[str, list[Any]]
    about: Flat
    runs: list[Outcome]

    @property
    def finished(self) -> list[Outcome]:
        """The runs that were measured, the best AUROC first."""
        found = [run for run in self.runs if not run.error]
        return sorted(found, key=lambda run: -float(run.numbers["auroc"]))


def write_record(record: SweepRecord) -> str:
    """Return the text of ``sweep.json``."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1).decode() + "\n"


def read_record(path: Path) -> SweepRecord:
    """Read a file that :func:`write_record` made. Raises DataError if it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=SweepRecord)
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(
            f"{path} tells of no sweep ({error}): make its runs with `python -m training sweep`."
        ) from error
