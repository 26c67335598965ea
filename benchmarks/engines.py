"""Compare ONNX Runtime and OpenVINO on the same graphs, and the settings that each leaves open.

    python -m benchmarks.engines

times every case in processes of its own, all of them in turn, round after round; asks pip what installs on
machines of another kind; and writes docs/benchmarks/engines.md and engines.json. OpenVINO is installed into
an environment of its own in the user's cache. Where onnxruntime-gpu finds a CUDA device, that is timed too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec
import numpy as np
import onnxruntime
from tqdm import tqdm

from benchmarks.engines_record import (
    BATCHES,
    CUDA,
    LEVELS,
    PROCESSOR,
    Answer,
    Case,
    Outcome,
    Timed,
    at_once,
    changed,
    farthest,
)
from benchmarks.engines_report import report
from benchmarks.engines_verdicts import left
from benchmarks.misses import remind
from benchmarks.options import out_option, rewrite_option
from benchmarks.outcome import circumstances, recorded, write
from benchmarks.wheels import MACHINES, Wheel, wheel
from lesion.bundle import INT8, MODEL, Bundle
from lesion.cpus import available_cpus
from lesion.drawings import KINDS, drawing
from lesion.preprocess import square, to_tensor
from tools.within import cache_folder, ensure, release

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "benchmarks" / "engines.md"
WORKER = Path(__file__).with_name("engine_worker.py")
OPENVINO = Path(__file__).with_name("openvino.txt")
SERVED = ROOT / "requirements-server.txt"
GRAPHS = {"float": MODEL, "int8": INT8}
INSTRUCTIONS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimddp", "i8mm")
SAME = 1e-2
"""How far apart logits may be that are computed in float32 on processors."""


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
        several = (one, msgspec.structs.replace(one, spin=True), msgspec.structs.replace(one, threads=1))
        found += map(at_once, dict.fromkeys(several))
    if CUDA in onnxruntime.get_available_providers():
        found += [
            Case(engine="onnxruntime", graph=graph, threads=cpus, provider=CUDA, batch=batch)
            for graph in graphs
            for batch in BATCHES
        ]
    return found


def measure(bundle: Bundle, chosen: Sequence[Case], rounds: int, repeats: int) -> list[Timed]:
    """Time every case in each round; the order turns round from one to the next.

    Cases of a device that is not there are left out. Raises ClickException where a case fails, or computes
    something else in float32 than the first of its graph.
    """
    pythons = {"onnxruntime": sys.executable}
    if any(case.engine == "openvino" for case in chosen):
        pythons["openvino"] = _openvino_python()
    size = bundle.manifest.input.size
    with TemporaryDirectory() as folder:
        images = Path(folder) / "images.npy"
        np.save(images, to_tensor([square(drawing(kind, seed=1), size) for kind in KINDS]))

        def ask(case: Case) -> Answer:
            return _answer(bundle, case, images, pythons[case.engine], repeats)

        missing = absent(chosen, ask)
        chosen = [case for case in chosen if case.provider not in missing]
        found: dict[Case, list[Answer]] = {case: [] for case in chosen}
        with tqdm(total=rounds * len(chosen), desc="Timing", unit="case") as bar:
            for number in range(rounds):
                for case in chosen if number % 2 else reversed(chosen):
                    found[case].append(ask(case))
                    bar.update()
                check({case: answers[0] for case, answers in found.items()})
    return [
        Timed(case=case, rounds=[each.costs for each in answers], logits=answers[0].logits)
        for case, answers in found.items()
    ]


def absent(chosen: Sequence[Case], ask: Callable[[Case], Answer]) -> set[str]:
    """Return the devices among those of the cases for which there is a library here, and nothing more.

    ONNX Runtime then computes on the processor instead.
    """
    first = {case.provider: case for case in reversed(chosen)}
    missing = {name for name, case in first.items() if name != PROCESSOR and ask(case).provider != name}
    for name in missing:
        click.echo(f"{name} falls back to the processor on this machine, and is left out.", err=True)
    return missing


def check(answers: dict[Case, Answer]) -> None:
    """Raise ClickException where a case computes other logits in float32 than the first of its graph."""
    first = {case.graph: case for case in reversed(answers)}
    for case, answer in answers.items():
        far = farthest(answer.logits, answers[first[case.graph]].logits)
        if case.graph == "float" and case.provider == PROCESSOR and not far <= SAME:
            raise click.ClickException(
                f"{case} computes something else than {first[case.graph]}: logits are {far:.2g} apart, where "
                f"{SAME} is the most."
            )


def _answer(bundle: Bundle, case: Case, images: Path, python: str, repeats: int) -> Answer:
    given: dict[str, Any] = {
        **msgspec.to_builtins(case),
        "graph": str((bundle.path / GRAPHS[case.graph]).resolve()),
        "level": LEVELS[case.level],
        "images": str(images),
        "repeats": repeats,
    }
    # Other libraries' threads count beside the engine's, unless they are told not to.
    quiet = {**os.environ, "OMP_NUM_THREADS": str(case.threads), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, str(WORKER), json.dumps(given)], env=quiet, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"{case} failed: {done.stderr.strip().splitlines()[-1]}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Answer)


def _openvino_python() -> str:
    return str(ensure(OPENVINO, cache_folder(os.environ)) / "bin" / "python")


def wheels() -> list[Wheel]:
    """Return what installs either engine, in the versions that are pinned, on each kind of machine."""
    packages = (release("onnxruntime", SERVED), release("openvino", OPENVINO))
    wanted = [(package, machine) for package in packages for machine in MACHINES]
    python = _openvino_python()
    return [wheel(python, *each) for each in tqdm(wanted, desc="Looking for wheels", unit="wheel")]


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
@rewrite_option
@out_option(REPORT)
def main(model: str, rounds: int, repeats: int, without_openvino: bool, rewrite: bool, out: Path) -> None:
    """Time engines and settings, and write the report.

    \b
    Examples:
      python -m benchmarks.engines --rounds 1 --repeats 3
      python -m benchmarks.engines --model models/mobilenet_v2 --out docs/benchmarks/engines-mobilenet_v2.md
    """
    if rewrite:
        outcome = recorded(out, Outcome)
        out.write_text(report(outcome, out))
        remind(out.stem, outcome, left(outcome))
        return
    bundle = Bundle.load(model)
    graphs = [name for name, file in GRAPHS.items() if file in bundle.manifest.files]
    chosen = [
        case
        for case in cases(graphs, available_cpus())
        if not (without_openvino and case.engine == "openvino")
    ]
    installing = [] if without_openvino else wheels()
    begun = circumstances("benchmarks.engines", ("numpy", "onnxruntime"))
    found = measure(bundle, chosen, rounds, repeats)
    outcome = Outcome(
        **begun,
        model=bundle.manifest.name,
        size=bundle.manifest.input.size,
        temperature=bundle.manifest.temperature,
        processor=instructions(),
        cases=found,
        wheels=installing,
    )
    if not without_openvino:
        outcome.versions["openvino"] = release("openvino", OPENVINO).partition("==")[2]
    out.parent.mkdir(parents=True, exist_ok=True)
    text = report(outcome, out)
    write(out, text, outcome)
    click.echo(text)
    remind(out.stem, outcome, left(outcome))


if __name__ == "__main__":
    main()
