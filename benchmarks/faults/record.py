"""What was found in one kind of trouble."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.load import Load
from benchmarks.outcome import Circumstances

__all__ = [
    *("Check", "Found", "Numbers", "Scenario"),
    *("check", "counted", "keep", "milliseconds", "percentile", "read", "told"),
]

Numbers = dict[str, float | list[float] | None]
"""Names and what was measured; a NaN, such as the percentile of no answers, is read again as None."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; ``met`` says whether it is as it should be, None of a bare number."""

    what: str
    found: str
    met: bool | None

    @property
    def name(self) -> str:
        """What was looked at without its bound, by which notes name it."""
        return self.what.partition(",")[0]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario found: how it was done, what was checked, and the numbers behind that.

    ``versions`` are those of programs that only this scenario needs.
    """

    how: str
    checks: list[Check]
    numbers: Numbers
    versions: dict[str, str] = {}


class Scenario(Circumstances, frozen=True, kw_only=True):
    """One kind of trouble as it was measured last."""

    name: str
    title: str
    model: str
    found: Found


def check(what: str, found: str, met: bool | None = None) -> Check:
    """Return a check."""
    return Check(what=what, found=found, met=met)


def milliseconds(seconds: float) -> str:
    """Write a duration."""
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1000:.0f} ms"


def told(load: Load) -> str:
    """Write what became of the requests of a load."""
    outcomes = sorted(load.outcomes.items(), key=lambda outcome: -outcome[1])
    return ", ".join(f"{count} × {name}" for name, count in outcomes) or "none sent"


def counted(load: Load) -> Numbers:
    """Return how many requests of a load ended in each way, as numbers to keep."""
    return {f"outcome_{name}": count for name, count in load.outcomes.items()}


def percentile(values: Sequence[float], q: float) -> float:
    """Return a percentile, NaN of nothing."""
    return float(np.percentile(values, q)) if len(values) else float("nan")


def read(path: Path) -> dict[str, Scenario]:
    """Return what was measured before, by name."""
    if not path.is_file():
        return {}
    return {each.name: each for each in msgspec.json.decode(path.read_bytes(), type=list[Scenario])}


def keep(path: Path, scenarios: Sequence[Scenario]) -> None:
    """Write every number."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(scenarios)) + b"\n")
