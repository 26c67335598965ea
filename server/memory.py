"""Give memory back: how the C library treats what decoded photos and models being loaded leave behind."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Upkeep", "return_free_pages", "return_freed_blocks"]

# Names and values of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8

_LARGE = 8 * 1024**2


def return_freed_blocks() -> None:
    """Have glibc return every freed block of 8 MiB or more to the system at once; elsewhere do nothing.

    By default it learns from the first large photo to keep such blocks for the next one, in each thread's
    own arena. After a few pictures of 20 megapixels the process then holds three times what it needs.
    """
    mallopt = _glibc("mallopt")
    if mallopt:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, 2)


def return_free_pages() -> None:
    """Have glibc return every page that nothing lies on to the system now; elsewhere do nothing.

    While a graph is loaded, it is read, rewritten and packed anew. What this frees lies in between blocks
    that stay, so that the heap would keep it for good: half of what a DenseNet161 holds.
    """
    malloc_trim = _glibc("malloc_trim")
    if malloc_trim:
        malloc_trim(0)


class Upkeep:
    """Return free pages after work, but at most once in ``interval`` seconds: it takes some milliseconds.

    Pictures and passes through the network leave holes in every thread's arena, some megabytes each. Left
    alone, they add up to more than the model itself, within a second already where many are judged.
    """

    def __init__(self, interval: float = 0.2) -> None:
        self._interval = interval
        self._due = time.monotonic()
        self._lock = threading.Lock()

    def after_work(self) -> None:
        """Return free pages if it is time."""
        with self._lock:
            now = time.monotonic()
            if now < self._due:
                return
            self._due = now + self._interval
        return_free_pages()


def _glibc(name: str) -> Callable[..., Any] | None:
    """Return that function of the C library, or None where it has none: musl, macOS, Windows."""
    try:
        function: Callable[..., Any] | None = getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # Windows knows no library of the process itself
        return None
    return function
