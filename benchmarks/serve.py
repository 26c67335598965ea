"""Compare this server with the other ways to serve the same weights, on the same machine, in the same run.

    python -m benchmarks.serve

starts each in turn, over and over, so that a change of the machine's mood meets all; sends the same drawings
to each from another process, with 1, 4, 16 and 64 clients; and writes docs/benchmarks/serve-<model>.md and
.json. A ratio is taken within a round, and the median over the rounds is reported. Each server runs in an
environment of its own, made on first use outside the checkout. What was measured is kept after each turn: the
same command goes on after an interruption.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from tqdm import tqdm

from benchmarks.misses import remind
from benchmarks.options import out_option, rewrite_option
from benchmarks.outcome import circumstances, recorded, write
from benchmarks.photographs import photographs
from benchmarks.running import ROOT
from benchmarks.serving.agreement import check
from benchmarks.serving.contestants import Contestant, contestants, interpreter, material
from benchmarks.serving.limits import measured_peak, multiply_adds
from benchmarks.serving.page import misses, notes, page
from benchmarks.serving.record import SIZES, Outcome, keep, read
from benchmarks.serving.turn import PHASES, Images, Place, introduced, one_turn
from lesion.bundle import INT8, MANIFEST, MODEL, WEIGHTS, Bundle, sha256
from lesion.cpus import available_cpus

REPORTS = ROOT / "docs" / "benchmarks"
RESULTS = ROOT / "benchmarks" / "results"
LIBRARIES = ("aiohttp",)
DEFAULT = "models/densenet161"
ANSWERING = (MODEL, INT8, WEIGHTS)
PROGRAM = (
    *("lesion", "server", "requirements-server.txt", "benchmarks/servers"),
    *("benchmarks/asking.py", "benchmarks/environment.py", "benchmarks/load.py", "benchmarks/photographs.py"),
    *("benchmarks/running.py", "benchmarks/serving/engine_call.py", "benchmarks/serving/limits.py"),
    *("benchmarks/serving/contestants.py", "benchmarks/serving/turn.py"),
)
"""What is measured, and what measures it."""


def material_folder(bundle: Bundle) -> Path:
    """Return where what the others load of a bundle is kept; of other weights it is another folder."""
    return RESULTS / f"{bundle.path.name}-{sha256(bundle.path / MANIFEST)[:12]}"


def places(chosen: Sequence[Contestant], bundle: Bundle, folder: Path, here: bool) -> dict[str, Place]:
    """Make what is missing: environments, and what the others load."""
    if not all(contestant.ours for contestant in chosen):
        material(bundle, folder)
    return {each.name: Place(each, interpreter(each, here), each.source(bundle, folder)) for each in chosen}


def program(root: Path = ROOT) -> str:
    """Return a hash of the code that a measurement depends on, so that no run mixes two states of it."""
    digest = hashlib.sha256()
    for path in sorted(file for name in PROGRAM for file in _sources(root / name)):
        digest.update(f"{path.relative_to(root).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


def _sources(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    yield from (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def blank(bundle: Bundle, rounds: int, seconds: float, found: dict[str, Place]) -> Outcome:
    """Return a record of which nothing is measured yet."""
    size = bundle.manifest.input.size
    return Outcome(
        **circumstances("benchmarks.serve", LIBRARIES),
        model=bundle.path.name,
        manifest=sha256(bundle.path / MANIFEST),
        files={name: digest for name, digest in bundle.manifest.files.items() if name in ANSWERING},
        program=program(),
        input_size=size,
        temperature=bundle.manifest.temperature,
        multiply_adds=multiply_adds(bundle.file(MODEL), size),
        threads=available_cpus(),
        seconds=seconds,
        planned=rounds,
        servers={},
        rounds={name: [] for name in found},
        peaks=[],
    )


def measure(outcome: Outcome, found: dict[str, Place], state: Path) -> None:
    """Fill a record, keeping it after each part; what is in it already is not measured again.

    Raises RuntimeError where a server fails, or does other work than this one, or where the program is
    another by now.
    """
    images = {name: photographs(size) for name, size in SIZES.items()}
    done = sum(map(len, outcome.rounds.values()))
    total = outcome.planned * len(found)
    with tqdm(total=total * PHASES, initial=done * PHASES, unit="load") as bar:
        for name, place in found.items():
            if name not in outcome.servers:
                bar.set_description(f"introducing {name}")
                server = introduced(place, images)
                _check_program(outcome)
                outcome.servers[name] = server
                keep(outcome, state)
        check(outcome)
        for number in range(outcome.planned):
            _one_round(outcome, number, found, images, bar, state)


def _one_round(
    outcome: Outcome,
    number: int,
    found: dict[str, Place],
    images: Images,
    bar: tqdm,  # type: ignore[type-arg]
    state: Path,
) -> None:
    if len(outcome.peaks) <= number:
        bar.set_description("measuring the machine's peak")
        outcome.peaks.append(measured_peak())
    names = list(found)
    first = number % len(names)
    for name in (*names[first:], *names[:first]):
        if len(outcome.rounds[name]) <= number:
            bar.set_description(f"round {number + 1}, {name}")
            _check_program(outcome)
            turn = one_turn(found[name], images, outcome.seconds, bar.update)
            _check_program(outcome)
            outcome.rounds[name].append(turn)
            keep(outcome, state)


def _check_program(outcome: Outcome) -> None:
    """Each turn starts its server from the files as they are then: a run takes hours, and they may change."""
    if program() != outcome.program:
        raise RuntimeError(
            "The program was changed since this measurement began, which is of one: begin anew with --fresh."
        )


def gone_on_with(fresh: Outcome, state: Path) -> Outcome:
    """Return what an interrupted run of the same measurement left behind, or a fresh record."""
    before = read(state)
    if before is None:
        return fresh
    if not before.alike(fresh):
        click.echo(f"{state} is of another program, model or machine: beginning anew.")
        return fresh
    click.echo(f"Going on with {state}; --fresh begins anew.")
    return before


@click.command()
@click.option("--model", "path", default=DEFAULT, show_default=True, help="Bundle to serve.")
@click.option("--rounds", default=3, show_default=True, help="Times that each server is measured.")
@click.option("--seconds", default=3.0, show_default=True, help="Seconds of each load; twice for one client.")
@click.option("--quick", is_flag=True, help="One round with loads of a second, not among the documentation.")
@click.option(
    "--server",
    "names",
    multiple=True,
    help="Only this one; give it again for more. Not among the documentation either.",
)
@click.option(
    "--here", is_flag=True, help="Run the servers in this environment, which must have all they need."
)
@click.option("--fresh", is_flag=True, help="Forget what an interrupted run left behind.")
@rewrite_option
@out_option()
def main(
    path: str,
    rounds: int,
    seconds: float,
    quick: bool,
    names: tuple[str, ...],
    here: bool,
    fresh: bool,
    rewrite: bool,
    out: Path | None,
) -> None:
    """Measure all servers and write the report. With the default rounds it takes about 25 minutes.

    \b
    Examples:
      python -m benchmarks.serve
      python -m benchmarks.serve --quick --server "this server, float32" --server LitServe
    """
    bundle = Bundle.load(path)
    rounds, seconds = (1, 1.0) if quick else (rounds, seconds)
    target = out or (RESULTS if quick or names else REPORTS) / f"serve-{bundle.path.name}.md"
    if rewrite:
        record = recorded(target, Outcome)
        target.write_text(page(record, target))
        remind(notes(record), record, misses(record))
        return
    chosen = choose(contestants(bundle), names)
    try:
        found = places(chosen, bundle, material_folder(bundle), here)
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"What a server needs could not be made: {error}") from error
    state = state_path(bundle.path.name, rounds, seconds, here, found)
    if fresh:
        state.unlink(missing_ok=True)
    outcome = gone_on_with(blank(bundle, rounds, seconds, found), state)
    try:
        measure(outcome, found, state)
    except RuntimeError as error:
        raise click.ClickException(str(error)) from error
    text = page(outcome, target)
    write(target, text, outcome)
    state.unlink()
    click.echo(text)
    remind(notes(outcome), outcome, misses(outcome))


def state_path(model: str, rounds: int, seconds: float, here: bool, names: Iterable[str]) -> Path:
    """Return where the state of a measurement is kept; one that is asked for otherwise has another."""
    digest = hashlib.sha256(repr((rounds, seconds, here, *names)).encode()).hexdigest()
    return RESULTS / f"serve-{model}-{digest[:12]}.json"


def choose(everybody: Sequence[Contestant], names: Sequence[str]) -> list[Contestant]:
    """Return those of the given names, or all. Raises UsageError for a name that nobody has."""
    known = [each.name for each in everybody]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"There is no server {unknown[0]!r}: choose from {', '.join(known)}.")
    return [each for each in everybody if not names or each.name in names]


if __name__ == "__main__":
    main()
