"""Compare ONNX Runtime and OpenVINO on the same graphs, and the settings that each leaves open.

    python -m benchmarks.engines

times every case in processes of its own, all of them in turn, round after round; and writes
docs/benchmarks/engines.md and engines.json. OpenVINO is installed into an environment of its own in the
user's cache. Where onnxruntime-gpu finds a CUDA device, that is timed too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import onnxruntime
from tqdm import tqdm

from benchmarks.engines_report import BATCHES, LEVELS, Case, Found, Outcome, Timed, changed, report
from benchmarks.outcome import circumstances, recorded, write
from lesion.bundle import INT8, MODEL, Bundle
from lesion.cpus import available_cpus
from tools.within import cache_folder, ensure, pinned

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "benchmarks" / "engines.md"
WORKER = Path(__file__).with_name("engine_worker.py")
OPENVINO = Path(__file__).with_name("openvino.txt")
GRAPHS = {"float": MODEL, "int8": INT8}
INSTRUCTIONS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimddp", "i8mm")


def cases(graphs: Sequence[str], cpus: int) -> list[Case]:
    """Return what is timed: first both engines as served, then one setting changed at a time."""
    found = [
        Case(engine=engine, graph=graph, threads=cpus)
        for engine in ("onnxruntime", "openvino")
        for graph in graphs
    ]
    served = list(found)
    for one in served:
        if cpus > 1:
            found.append(msgspec.structs.replace(one, threads=1))
        found += [msgspec.structs.replace(one, batch=batch) for batch in BATCHES[1:]]
    for one in (case for case in served if case.engine == "onnxruntime"):
        found += list(changed(one).values())[1:]
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        found += [
            Case(
                engine="onnxruntime", graph=graph, threads=cpus, provider="CUDAExecutionProvider", batch=batch
            )
            for graph in graphs
            for batch in BATCHES
        ]
    return found


def measure(bundle: Bundle, chosen: Sequence[Case], rounds: int, repeats: int) -> list[Timed]:
    """Time every case in each round; the order turns round from one to the next."""
    pythons = {"onnxruntime": sys.executable}
    if any(case.engine == "openvino" for case in chosen):
        pythons["openvino"] = str(ensure(OPENVINO, cache_folder(os.environ)) / "bin" / "python")
    found: dict[Case, list[Found]] = {case: [] for case in chosen}
    turns = [case for n in range(rounds) for case in (chosen if n % 2 else reversed(chosen))]
    for case in tqdm(turns, desc="Timing", unit="case"):
        found[case].append(_timed(bundle, case, pythons[case.engine], repeats))
    return [Timed(case=case, rounds=rounds_) for case, rounds_ in found.items()]


def _timed(bundle: Bundle, case: Case, python: str, repeats: int) -> Found:
    given = {
        **msgspec.to_builtins(case),
        "graph": str((bundle.path / GRAPHS[case.graph]).resolve()),
        "level": LEVELS[case.level],
        "size": bundle.manifest.input.size,
        "repeats": repeats,
    }
    # Other libraries' threads count beside the engine's, unless they are told not to.
    quiet = {**os.environ, "OMP_NUM_THREADS": str(case.threads), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, str(WORKER), json.dumps(given)], env=quiet, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{case} failed: {done.stderr.strip().splitlines()[-1]}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def instructions() -> str:
    """Return which instructions for products of bytes the processor has, as the kernel names them."""
    path = Path("/proc/cpuinfo")
    words = set(path.read_text().split()) if path.is_file() else set()
    return ", ".join(name for name in INSTRUCTIONS if name in words) or "not known"


@click.command()
@click.option("--model", default="models/densenet161", show_default=True, help="Bundle to time.")
@click.option("--rounds", default=5, show_default=True, help="Times that each case is started and timed.")
@click.option("--repeats", default=15, show_default=True, help="Passes through the network in each.")
@click.option("--without-openvino", is_flag=True, help="Leave OpenVINO out, and install nothing.")
@click.option("--rewrite", is_flag=True, help="Measure nothing: write the page anew from its numbers.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=REPORT,
    help="Where to write the page; the numbers go beside it as JSON.",
)
def main(model: str, rounds: int, repeats: int, without_openvino: bool, rewrite: bool, out: Path) -> None:
    """Time engines and settings, and write the report.

    Example: python -m benchmarks.engines --rounds 1 --repeats 3
    """
    if rewrite:
        out.write_text(report(recorded(out, Outcome)))
        return
    bundle = Bundle.load(model)
    graphs = [name for name, file in GRAPHS.items() if file in bundle.manifest.files]
    chosen = [
        case
        for case in cases(graphs, available_cpus())
        if not (without_openvino and case.engine == "openvino")
    ]
    found = measure(bundle, chosen, rounds, repeats)
    outcome = Outcome(
        **circumstances("benchmarks.engines", ("numpy", "onnxruntime")),
        model=bundle.manifest.name,
        size=bundle.manifest.input.size,
        processor=instructions(),
        cases=found,
    )
    if not without_openvino:
        outcome.versions["openvino"] = pinned("openvino", OPENVINO).partition("==")[2]
    out.parent.mkdir(parents=True, exist_ok=True)
    text = report(outcome)
    write(out, text, outcome)
    click.echo(text)


if __name__ == "__main__":
    main()
