"""How many processors this process may really use, which in a container is fewer than the machine has.

The quota comes from the control group: version 2 ``cpu.max``, version 1 ``cpu.cfs_quota_us`` and
``cpu.cfs_period_us`` (Linux kernel, Documentation/admin-guide/cgroup-v2.rst and scheduler/sched-bwc.rst).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["available_cpus", "cpu_quota"]


def available_cpus() -> int:
    """Return the number of processors to plan for, at least 1: the affinity mask, cut down to the quota.

    A quota of 1.5 processors counts as 2, as in the Java and .NET runtimes: with one thread the half would
    go unused.
    """
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_quota()
    return cpus if quota is None else max(1, min(cpus, math.ceil(quota)))


def cpu_quota(
    root: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")
) -> float | None:
    """Return the tightest processor quota of this process's control groups, ``None`` where there is none.

    ``root`` is where the control groups are mounted, ``membership`` the file that says which are ours. A
    group is limited by each of those that contain it, so all of them are read.
    """
    quotas = [quota for folder in _folders(root, membership) if (quota := _quota(folder)) is not None]
    return min(quotas, default=None)


def _folders(root: Path, membership: Path) -> Iterator[Path]:
    for line in _lines(membership) or ["0::/"]:
        _, controllers, group = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        mount = root / controllers if controllers else root
        # In a container the path may be the host's, of which only the end is mounted, as the root.
        inner = Path(group.lstrip("/"))
        yield from (mount / folder for folder in (inner, *inner.parents))


def _quota(folder: Path) -> float | None:
    fields = _lines(folder / "cpu.max") or _lines(folder / "cpu.cfs_quota_us") + _lines(
        folder / "cpu.cfs_period_us"
    )
    quota, _, period = " ".join(fields).partition(" ")
    if not (quota.isdigit() and period.isdigit() and int(period)):
        return None
    return int(quota) / int(period)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
