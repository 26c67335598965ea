"""Counts of several workers as one: each writes to files in memory, and whoever is asked adds them up.

The library takes their folder from the environment, and chooses its way of counting when it is imported. So
the folder is made before any worker is, and nothing here imports the library.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from server.config import metrics_dir, set_metrics_dir

__all__ = ["begin_sharing", "end_sharing", "forget_worker", "live_workers"]

MEMORY = Path("/dev/shm")
"""Files that lie in memory, where the system has such a folder."""

_LIVE = "gauge_livesum_{}.db"


def begin_sharing() -> None:
    """Make the folder in which workers that are begun from now on count together."""
    set_metrics_dir(Path(tempfile.mkdtemp(prefix="lesion-metrics-", dir=MEMORY if MEMORY.is_dir() else None)))


def end_sharing() -> None:
    """Remove the folder, if there is one."""
    folder = metrics_dir()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def forget_worker(pid: int) -> None:
    """Let go of what a worker that is gone had in hand; what it counted remains."""
    folder = metrics_dir()
    if folder is not None:
        (folder / _LIVE.format(pid)).unlink(missing_ok=True)


def live_workers(folder: Path) -> list[int]:
    """Return the process ids of the workers that count in a folder."""
    return sorted(int(file.stem.rpartition("_")[2]) for file in folder.glob(_LIVE.format("*")))
