"""How long the engine takes alone: no HTTP, no decoding, the network's input ready in memory.

python -m benchmarks.serving.engine_call BUNDLE [--seconds 3]

Needs what serving needs, and runs in the server's environment.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import click
import numpy as np

from benchmarks.environment import environment
from lesion.bundle import Bundle
from lesion.cpus import available_cpus
from lesion.drawings import drawing
from lesion.engine import open_engine
from lesion.preprocess import preprocess

WARM_UP = 5


def engine_seconds(python: str, bundle: Path, seconds: float) -> float:
    """Return the median time of an engine's call, measured in a process of that interpreter."""
    command = [python, "-m", "benchmarks.serving.engine_call", str(bundle), "--seconds", str(seconds)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environment({}), capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["p50_ms"]) / 1000


@click.command()
@click.argument("path", metavar="BUNDLE", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seconds", default=3.0, show_default=True, help="How long to measure.")
def main(path: Path, seconds: float) -> None:
    """Print the median time of a forward pass of one image, with as many threads as the server takes."""
    bundle = Bundle.load(path)
    engine = open_engine(bundle, threads=available_cpus())
    tensor = preprocess(drawing("irregular", seed=1), bundle.manifest.input.size)
    for _ in range(WARM_UP):
        engine(tensor)
    times, over = [], time.perf_counter() + seconds
    while time.perf_counter() < over:
        start = time.perf_counter()
        engine(tensor)
        times.append(time.perf_counter() - start)
    click.echo(json.dumps({"p50_ms": 1000 * float(np.median(times)), "calls": len(times)}))


if __name__ == "__main__":
    main()
