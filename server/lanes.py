"""Threads for one sort of requests, of which only so many may be in hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["MOST_IN_LINE", "Lane"]

MOST_IN_LINE = 8
"""Requests that may wait for a thread: those that have one are soon sent away or answered."""


class Lane:
    """Some threads, and a short line before them. Used by one thread."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self.in_hand = threads + MOST_IN_LINE, 0

    def submit(self, work: Callable[[], bool]) -> Future[bool] | None:
        """Have a thread do the work, and call `leave` afterwards; return None where there is no room."""
        if self.in_hand >= self._most:
            return None
        self.in_hand += 1
        return self._pool.submit(work)

    def leave(self) -> None:
        """Make room."""
        self.in_hand -= 1

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
