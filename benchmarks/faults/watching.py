"""A second pair of eyes on a server under load: is it there, and does its memory grow?"""

from __future__ import annotations

import math
import threading
import time
from contextlib import suppress

import httpx
import msgspec
import numpy as np
import psutil

from benchmarks.faults.record import Check, check, milliseconds, percentile
from benchmarks.running import Running

__all__ = ["Growth", "Watch", "growth"]

INTERVAL_S = 0.5
FAST_S = 1.0
"""Within this health and page are called fast, at the 99th percentile."""
SETTLING = 0.2
"""Share of the time in which memory may still find its level."""
BLOCKS = 10
_T_95 = 2.306
"""Student's t for 95 % and BLOCKS - 2 degrees of freedom."""
NEGLIGIBLE_MB_PER_HOUR = 2.0


class Watch:
    """Asks for health and page by turns, each time as a new client, and notes the memory of all processes.

    ``seconds`` is how long it will go on, so that a short load is looked at often enough too.
    """

    def __init__(self, server: Running, seconds: float = math.inf) -> None:
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.at: list[float] = []
        self.megabytes: list[float] = []
        self._server, self._interval = server, min(INTERVAL_S, seconds / (10 * BLOCKS))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def checks(self) -> list[Check]:
        """Say how fast health and page were."""
        return [
            check(
                f"health and page, p99 at most {milliseconds(FAST_S)}, none unanswered",
                f"p50 {milliseconds(percentile(self.seconds, 50))}, p99 "
                f"{milliseconds(percentile(self.seconds, 99))}, "
                f"{len(self.failures)} of {len(self.seconds) + len(self.failures)} unanswered",
                not self.failures and percentile(self.seconds, 99) <= FAST_S,
            )
        ]

    def _watch(self) -> None:
        began, number = time.perf_counter(), 0
        while not self._over.wait(self._interval):
            self._ask(("/healthz", "/")[number % 2])
            number += 1
            with suppress(psutil.Error):  # a process may end while it is looked at
                self.megabytes.append(self._server.resident() / 1e6)
                self.at.append(time.perf_counter() - began)

    def _ask(self, path: str) -> None:
        started = time.perf_counter()
        try:
            status = httpx.get(f"{self._server.base}{path}", timeout=30).status_code
        except httpx.HTTPError as error:
            self.failures.append(type(error).__name__)
            return
        if status == 200:
            self.seconds.append(time.perf_counter() - started)
        else:
            self.failures.append(str(status))


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How memory went, in megabytes: an hour, with a 95 % interval; from beginning to end; at most."""

    per_hour: float
    low: float
    high: float
    gained: float
    most: float

    @property
    def nil(self) -> bool:
        """Whether it did not grow, as far as can be told, or so slowly that it takes days to matter."""
        return self.low <= 0 or self.per_hour <= NEGLIGIBLE_MB_PER_HOUR

    def __str__(self) -> str:
        return (
            f"{self.gained:+.1f} MB from beginning to end, {self.per_hour:+.1f} MB an hour (95 % interval "
            f"{self.low:+.1f} to {self.high:+.1f}), at most {self.most:.0f} MB"
        )


def growth(at: list[float], megabytes: list[float]) -> Growth:
    """Fit a line to memory over time, in seconds.

    Its first part is left out, and what remains is cut into blocks whose medians are fitted, since
    neighbours in time are alike. Raises ValueError where there are fewer samples than blocks.
    """
    times, sizes = np.asarray(at), np.asarray(megabytes)
    settled = times >= SETTLING * times[-1] if len(times) else times.astype(bool)
    blocks = [block for block in np.array_split(np.flatnonzero(settled), BLOCKS) if len(block)]
    if len(blocks) < BLOCKS:
        raise ValueError("The load was too short to say how memory goes: give it more --seconds.")
    x = np.array([times[block].mean() for block in blocks]) / 3600
    y = np.array([np.median(sizes[block]) for block in blocks])
    slope, start = np.polyfit(x, y, 1)
    rest = y - (slope * x + start)
    error = np.sqrt((rest**2).sum() / (BLOCKS - 2) / ((x - x.mean()) ** 2).sum())
    return Growth(
        per_hour=float(slope),
        low=float(slope - _T_95 * error),
        high=float(slope + _T_95 * error),
        gained=float(y[-1] - y[0]),
        most=float(sizes.max()),
    )
