"""Does memory grow? A slope with its interval, held against what a small machine has room for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from benchmarks.faults.record import Check, Numbers, check
from benchmarks.fuzz import MEMORY_MB
from benchmarks.serving.dynos import DYNOS

__all__ = ["DAY_H", "Growth", "growth", "room"]

SETTLING = 0.2
"""Share of the time in which memory may still find its level."""
BLOCKS = 10
_T_95 = 2.306
"""Student's t for 95 % and BLOCKS - 2 degrees of freedom."""

DYNO_MB = DYNOS[0].memory / 1e6
DAY_H = 28
"""Hours after which Heroku has restarted a dyno: 24, and up to 216 minutes more.
https://devcenter.heroku.com/articles/dynos#automatic-dyno-restarts"""


def room(hours: float) -> float:
    """Return the megabytes an hour that fill the smallest dyno in so many hours.

    At the beginning it holds what it may at most under load, :data:`benchmarks.fuzz.MEMORY_MB`.
    """
    return (DYNO_MB - MEMORY_MB) / hours


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How memory went, in megabytes: an hour, with a 95 % interval; from beginning to end; at most.

    ``levels`` are those that the slope is fitted to, ``at`` their times in seconds.
    """

    at: list[float]
    levels: list[float]
    per_hour: float
    low: float
    high: float
    most: float

    def within(self, per_hour: float) -> bool:
        """Whether it is shown to grow by no more than this: the whole interval lies below.

        A short or an unsteady run has a wide interval. It shows nothing, and so is not within.
        """
        return self.high <= per_hour

    def checks(self, hours: float) -> list[Check]:
        """Hold it against what would fill the smallest dyno in so many hours."""
        allowed = room(hours)
        unsure = ", too short to say" if self.low <= allowed < self.high else ""
        return [
            check(
                f"memory grows by at most {allowed:.0f} MB an hour, at the interval's upper end",
                f"{self}{unsure}",
                self.within(allowed),
            ),
            check(
                f"memory at its peak, at most {MEMORY_MB} MB", f"{self.most:.0f} MB", self.most <= MEMORY_MB
            ),
        ]

    @property
    def numbers(self) -> Numbers:
        """What is kept of it."""
        return {
            "memory_mb_per_hour": self.per_hour,
            "memory_mb_per_hour_low": self.low,
            "memory_mb_per_hour_high": self.high,
            "memory_peak_mb": self.most,
            "memory_level_at_s": [round(value, 1) for value in self.at],
            "memory_level_mb": [round(value, 2) for value in self.levels],
        }

    def __str__(self) -> str:
        return (
            f"{self.per_hour:+.1f} MB an hour (95 % interval {self.low:+.1f} to {self.high:+.1f}), "
            f"from {self.levels[0]:.1f} to {self.levels[-1]:.1f} MB"
        )


def growth(at: Sequence[float], resident: Sequence[float]) -> Growth:
    """Fit a line to bytes of memory over time, in seconds.

    The first part is left out, and what remains is cut into blocks, since neighbours in time are alike. The
    level of a block is the least that was held in it: pictures in work come and go, by whose sizes memory
    sways, and what is never given back lies under all of that. Raises ValueError where there are fewer
    samples than blocks.
    """
    times, sizes = np.asarray(at), np.asarray(resident) / 1e6
    settled = np.flatnonzero(times >= SETTLING * times[-1]) if len(times) else times
    if len(settled) < BLOCKS:
        raise ValueError("The load was too short to say how memory goes: give it more --seconds.")
    blocks = np.array_split(settled, BLOCKS)
    x = np.array([times[block].mean() for block in blocks])
    y = np.array([sizes[block].min() for block in blocks])
    slope, start = np.polyfit(x / 3600, y, 1)
    rest = y - (slope * x / 3600 + start)
    error = np.sqrt((rest**2).sum() / (BLOCKS - 2) / (((x - x.mean()) / 3600) ** 2).sum())
    return Growth(
        at=x.tolist(),
        levels=y.tolist(),
        per_hour=float(slope),
        low=float(slope - _T_95 * error),
        high=float(slope + _T_95 * error),
        most=float(sizes.max()),
    )
