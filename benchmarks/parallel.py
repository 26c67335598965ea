"""Measure how many processes, pictures at once and threads let this server answer the most pictures.

    python -m benchmarks.parallel

starts the server with each setting in turn, round after round; asks it from this process, another than the
server's, with 16 clients and with one; and writes docs/benchmarks/parallel-<model>.md and .json. A ratio is
taken within a round, to the setting that the server finds by itself. It takes about seven minutes on two
processors.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import click
import msgspec
from tqdm import tqdm

from benchmarks.load import closed_loop
from benchmarks.options import out_option, rewrite_option
from benchmarks.outcome import circumstances, recorded, write
from benchmarks.parallel_report import Loaded, Measured, Outcome, Round, Setting, report
from benchmarks.photographs import photographs
from benchmarks.running import OURS, ROOT, Kind, Peak, Running, running
from benchmarks.serving.record import SIZES
from benchmarks.serving.targets import MANY
from lesion.bundle import MANIFEST, Bundle, sha256
from lesion.cpus import available_cpus
from server.config import Config

REPORTS = ROOT / "docs" / "benchmarks"
LIBRARIES = ("aiohttp", "flask", "gunicorn", "onnxruntime", "pillow")
WORKERS = (1, 2)
AT_ONCE = (1, 2, 4)
WARM_UP = 8
"""Pictures before each load."""
READY = b'"ready"'
"""What each process writes once its model answers."""
READY_LIMIT = 120.0

Images = dict[str, list[bytes]]


def own_setting(cpus: int) -> Setting:
    """Return the setting that the server finds by itself."""
    config = Config(lesion_threads=cpus)
    return Setting(workers=config.web_workers, parallel=config.parallel, threads=config.threads)


def settings(cpus: int) -> list[Setting]:
    """Return what is compared, first the server's own choice: none that leaves processors without work."""
    threads = sorted({1, max(1, cpus // 2), cpus})
    everything = (
        Setting(workers=workers, parallel=parallel, threads=each)
        for workers, parallel, each in product(WORKERS, AT_ONCE, threads)
        if workers * parallel * each >= cpus and (workers == 1 or parallel < max(AT_ONCE))
    )
    return list(dict.fromkeys((own_setting(cpus), *everything)))


def kind(setting: Setting) -> Kind:
    """Return this server, set so."""
    return msgspec.structs.replace(
        OURS,
        name=f"{OURS.name}, {setting.told}",
        settings=lambda source, port: OURS.settings(source, port) | setting.variables,
    )


def measure(source: Path, chosen: Sequence[Setting], rounds: int, seconds: float) -> list[Measured]:
    """Measure every setting in each round; the order turns round from one to the next.

    Raises RuntimeError where a server does not start, or answers nobody.
    """
    images = {name: photographs(size) for name, size in SIZES.items()}
    found: dict[Setting, list[Round]] = {setting: [] for setting in chosen}
    with tqdm(total=rounds * len(chosen), unit="start") as bar:
        for number in range(rounds):
            for setting in reversed(chosen) if number % 2 else chosen:
                bar.set_description(setting.told)
                found[setting].append(one_turn(source, setting, images, seconds))
                bar.update()
    return [Measured(setting=setting, rounds=each) for setting, each in found.items()]


def one_turn(source: Path, setting: Setting, images: Images, seconds: float) -> Round:
    """Start a server, ask it by one client and by many, and stop it."""
    first = next(iter(images.values()))
    with tempfile.NamedTemporaryFile() as file:
        log = Path(file.name)
        with running(kind(setting), source, first[0], log=log.open("w+b")) as (server, _):
            _wait_for_all(setting.workers, log)
            shared = server.resident() - server.proportional()
            with Peak(server) as peak:
                one = _load(server, first, 1, seconds / 2)
                many = {size: _load(server, files, MANY, seconds) for size, files in images.items()}
    return Round(memory_peak_mb=(peak.highest - shared) / 1e6, many=many, one=one)


def _wait_for_all(workers: int, log: Path) -> None:
    """Return once every process has its model: the first answer may be another's."""
    deadline = time.monotonic() + READY_LIMIT
    while log.read_bytes().count(READY) < workers:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Not all processes were ready within {READY_LIMIT:.0f} seconds.")
        time.sleep(0.05)


def _load(server: Running, files: Sequence[bytes], clients: int, seconds: float) -> Loaded:
    """Offer a server pictures after some that do not count. Raises RuntimeError where it answers nobody."""
    ask = server.asking(files)
    closed_loop(ask, clients=clients, seconds=seconds, requests=WARM_UP)
    load = closed_loop(ask, clients=clients, seconds=seconds)
    if not load.good:
        raise RuntimeError(f"{server.kind.name} answers nobody: {load.outcomes}")
    return Loaded(
        rate=load.rate,
        p50_ms=1000 * load.percentile(50),
        p95_ms=1000 * load.percentile(95),
        answers=len(load.good),
        others=len(load.replies) - len(load.good),
    )


@click.command()
@click.option("--model", "path", default="models/densenet161", show_default=True, help="Bundle to serve.")
@click.option("--rounds", default=3, show_default=True, help="Times that each setting is measured.")
@click.option("--seconds", default=4.0, show_default=True, help="Seconds of each load; half for one client.")
@rewrite_option
@out_option()
def main(path: str, rounds: int, seconds: float, rewrite: bool, out: Path | None) -> None:
    """Measure settings of this server, and write the report.

    \b
    Example:
      python -m benchmarks.parallel --model models/mobilenet_v2 --rounds 1 --seconds 2
    """
    bundle = Bundle.load(path)
    target = out or REPORTS / f"parallel-{bundle.path.name}.md"
    if rewrite:
        target.write_text(report(recorded(target, Outcome), target))
        return
    cpus = available_cpus()
    begun = circumstances("benchmarks.parallel", LIBRARIES)
    try:
        found = measure(bundle.path, settings(cpus), rounds, seconds)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
    outcome = Outcome(
        **begun,
        model=bundle.path.name,
        manifest=sha256(bundle.path / MANIFEST),
        cpus=cpus,
        seconds=seconds,
        own=own_setting(cpus),
        measured=found,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    text = report(outcome, target)
    write(target, text, outcome)
    click.echo(text)


if __name__ == "__main__":
    main()
