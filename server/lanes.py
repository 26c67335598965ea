"""Threads of their own for each sort of requests, so that none waits for another sort."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar

from server.incoming import Incoming

__all__ = ["ARRIVED", "MOST_IN_LINE", "PICTURES", "Lane", "Lanes"]

ARRIVED: ContextVar[float | None] = ContextVar("arrived", default=None)
"""When the request that a thread works on was all there, by `time.monotonic`."""

MOST_IN_LINE = 8
"""Uploads that may wait for a thread: those that have one are soon sent away or answered."""
PROBES = (b"/ping", b"/healthz")
PROBE_THREADS = 2
PICTURES = (b"/api/classify", b"/api/explanations", b"/predict")
"""What brings a picture to be judged."""


class Lane:
    """Some threads, and a line of at most so many requests before them. Used by one thread."""

    def __init__(self, name: str, threads: int, line: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most, self._closed = threads + line, False
        self._in_hand: set[Future[bool]] = set()

    @property
    def in_hand(self) -> int:
        """Requests that have a thread or wait for one."""
        return len(self._in_hand)

    def submit(self, work: Callable[[], bool], tell: Callable[[Future[bool]], object]) -> bool:
        """Have a thread do the work and ``tell`` of its end; return False where there is no room."""
        if self.in_hand >= self._most:
            return False
        future = self._pool.submit(_arrived, time.monotonic(), work)
        self._in_hand.add(future)
        future.add_done_callback(self._in_hand.discard)
        future.add_done_callback(lambda done: None if self._closed else tell(done))
        return True

    def close(self) -> None:
        """Begin nothing more, and tell of no end."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)


class Lanes:
    """The lanes of a worker, in the place of gunicorn's one pool of threads.

    Of uploads only a few may wait, since their bytes are held meanwhile. A browser asks for dozens of the
    page's files at once, and takes no for an answer, so of other requests as many may wait as leave a quarter
    of all ``connections`` to those who have not asked yet.
    """

    def __init__(self, upload_threads: int, page_threads: int, connections: int) -> None:
        self.uploads = Lane("upload", upload_threads, MOST_IN_LINE)
        self.pages = Lane("page", page_threads, connections // 2)
        self.probes = Lane("probe", PROBE_THREADS, connections // 4)

    def of(self, incoming: Incoming) -> Lane:
        """Return the lane for a request."""
        if incoming.brings_body:
            return self.uploads
        return self.probes if incoming.path in PROBES else self.pages

    def shutdown(self, wait: bool = False) -> None:
        """Begin nothing more, and wait for nothing, whatever gunicorn asks for."""
        for lane in (self.uploads, self.pages, self.probes):
            lane.close()


def _arrived(at: float, work: Callable[[], bool]) -> bool:
    ARRIVED.set(at)
    return work()
