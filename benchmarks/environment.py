"""The environment of a process that is measured: the same for all, whatever the shell is set up for."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["environment"]

KEPT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "USER", "XDG_CACHE_HOME")
"""What a process needs to know of the shell."""


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return these settings, and of the shell's variables only those that any process needs.

    Others may set up one server and not the next: OMP_NUM_THREADS is the number of torch's threads, and not
    of this server's.
    """
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **settings}
