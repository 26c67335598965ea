"""How many files, and so connections, the operating system allows a process."""

from __future__ import annotations

import contextlib
import resource

__all__ = ["connections_allowed"]

OTHER_FILES = 128
"""File descriptors for everything that is no connection: libraries, pipes, the model, a database."""


def connections_allowed(wanted: int) -> int:
    """Return how many connections this process may hold, at most ``wanted``; ask for as many files."""
    needed = wanted + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        more = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with contextlib.suppress(OSError, ValueError):  # some systems promise more than they give
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
            soft = more
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - OTHER_FILES))
