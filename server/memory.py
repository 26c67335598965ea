"""Give memory back: how the C library treats the large blocks that decoded photos leave behind."""

from __future__ import annotations

import ctypes

__all__ = ["return_freed_blocks"]

# Names and values of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8

_LARGE = 8 * 1024**2


def return_freed_blocks() -> None:
    """Have glibc return every freed block of 8 MiB or more to the system at once; elsewhere do nothing.

    By default it learns from the first large photo to keep such blocks for the next one, in each thread's
    own arena. After a few pictures of 20 megapixels the process then holds three times what it needs.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, 2)
