"""What one model costs to run, measured in a process of its own: ``python -m training.comparison.timing``.

A fresh process, since memory that others used before would be counted, and a warm library would flatter.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np

from lesion.engine import OnnxEngine

WARM_UP, REPEATS, BATCH = 5, 40, 16


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("size", type=int)
@click.argument("clinical", type=int)
def main(model: Path, size: int, clinical: int) -> None:
    """Print as JSON the cost of a graph MODEL at SIZE pixels with CLINICAL further inputs (0: none).

    ``latency_ms`` is the median time of one image on one thread, decoding and reduction not counted;
    ``peak_memory_mb`` the most memory of a process that does nothing else; ``images_per_second`` the rate
    in batches of 16, on one thread as well.
    """
    engine = OnnxEngine(model, threads=1)

    def run(n: int) -> Callable[[], object]:
        rng = np.random.default_rng(0)
        inputs = [rng.random((n, 3, size, size), dtype=np.float32)]
        if clinical:
            inputs.append(np.zeros((n, clinical), dtype=np.float32))
        return lambda: engine(*inputs)

    one = seconds(run(1), WARM_UP, REPEATS)
    peak = peak_memory()
    many = seconds(run(BATCH), 1, 3)
    found = {"latency_ms": 1000 * one, "peak_memory_mb": peak / 1e6, "images_per_second": BATCH / many}
    click.echo(json.dumps(found))


def seconds(call: Callable[[], object], warm_up: int, repeats: int) -> float:
    """Return the median time of a call, after some that do not count."""
    times = []
    for _ in range(warm_up + repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times[warm_up:]))


def peak_memory() -> float:
    """Return the most memory that this process ever held, in bytes."""
    status = Path("/proc/self/status")
    if status.is_file():
        # Not from getrusage, which on Linux counts what the parent held when it started this process.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return 1024 * float(line.split()[1])
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else 1024 * peak)


if __name__ == "__main__":
    main()
