"""A second pair of eyes on a server under load: is it there?"""

from __future__ import annotations

import threading
import time

import httpx

from benchmarks.faults.record import Check, check, milliseconds, percentile
from benchmarks.running import Peak, Running

__all__ = ["Watch"]

INTERVAL_S = 0.5
FAST_S = 1.0
"""Within this health and page are called fast, at the 99th percentile."""


class Watch:
    """Asks for health and page by turns, each time as a new client; ``memory`` looks at the processes'."""

    def __init__(self, server: Running) -> None:
        self.seconds: list[float] = []
        self.failures: list[str] = []
        self.memory = Peak(server)
        self._base, self._over = server.base, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watch:
        self.memory.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.memory.__exit__()

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
        number = 0
        while not self._over.wait(INTERVAL_S):
            self._ask(("/healthz", "/")[number % 2])
            number += 1

    def _ask(self, path: str) -> None:
        started = time.perf_counter()
        try:
            status = httpx.get(f"{self._base}{path}", timeout=30).status_code
        except httpx.HTTPError as error:
            self.failures.append(type(error).__name__)
            return
        if status == 200:
            self.seconds.append(time.perf_counter() - started)
        else:
            self.failures.append(str(status))
