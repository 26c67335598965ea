"""Attack this server in every way that we know of, and write down what each attempt got.

    python -m benchmarks.security --images 20000

starts the server as its users do, with API keys and a list of its names; tries `benchmarks.attempts`; has
schemathesis ask for all that the OpenAPI document names (`benchmarks.specification`); sends files that are
nearly images (`benchmarks.fuzz`); and writes docs/benchmarks/security.md. With ``--part`` only some of that
is done, and what else stands beside the page remains. The status is 1 where anything did not hold.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec
from tqdm import tqdm

from benchmarks.attempts import KEY_LIMIT, attempts
from benchmarks.exchange import Target, called, canary
from benchmarks.fuzz import FILES, SLOW_S, Found, Fuzzing, corpus, fuzz_all
from benchmarks.options import out_option
from benchmarks.outcome import Circumstances, circumstances, write
from benchmarks.running import OURS, ROOT, Running, running
from benchmarks.security_report import (
    Asked,
    Attacked,
    Files,
    Outcome,
    Specification,
    Tried,
    read,
    report,
)
from lesion.keys import Key, new_key

REPORT = ROOT / "docs" / "benchmarks" / "security.md"
TOGETHER = "all attempts together"
SLOWEST = f"the slowest, at most {SLOW_S:g} s"
LIBRARIES = ("flask", "flask-limiter", "gunicorn", "onnxruntime", "pillow", "pillow-heif", "werkzeug")
PARTS = ("attempts", "specification", "files")
SPECIFICATION = "tests/server/test_specification.py"


@contextmanager
def guarded(bundle: Path) -> Iterator[tuple[Running, str, Key]]:
    """Start a server that knows its name and one API key; yield it, the key, and the server's entry."""
    secret, key = new_key("tester", f"{KEY_LIMIT}/minute")
    folder = TemporaryDirectory()
    extra = {
        "DATABASE_URL": f"sqlite:///{folder.name}/record.db",
        "STORE_IMAGES": "true",
        "ALLOWED_HOSTS": "127.0.0.1",
        "API_KEYS": key.entry,
        "RATE_LIMIT": "off",
        "RATE_LIMIT_READS": "off",
    }
    kind = msgspec.structs.replace(OURS, settings=lambda path, port: OURS.settings(path, port) | extra)
    with folder, running(kind, bundle, corpus()[1]["jpeg"]) as (server, _):
        yield server, secret, key


def try_all(server: Running, secret: str, key: Key, bad_images: dict[str, bytes]) -> list[Tried]:
    """Make every attempt, one after the other."""
    with canary() as listener:
        port = listener.getsockname()[1]
        target = Target(port=server.client.base_url.port or 80, key=secret, entry=key.entry, canary=port)
        tried, slowest, workers = [], 0.0, server.workers()
        for one in tqdm(attempts(bad_images), desc="attempts", unit="attempt"):
            reply = one.run(target)
            held = one.came_to_nothing(target, reply)
            tried.append(Tried(kind=one.kind, what=one.what, got=reply.told(), held=held))
            slowest = max(slowest, reply.seconds)
        nobody = not called(listener)
    return [
        *tried,
        Tried(
            kind="fetching for others",
            what="all of these together",
            got="nobody called" if nobody else "the server called",
            held=nobody,
        ),
        Tried(kind=TOGETHER, what=SLOWEST, got=f"{slowest:.2f} s", held=slowest <= SLOW_S),
        same_worker(server, workers),
    ]


def same_worker(server: Running, before: set[int]) -> Tried:
    """Say whether those who answer now did so before: one that died is replaced without a word."""
    healthy = server.client.get("/healthz").status_code == 200  # none is about to take another's place
    same = healthy and server.workers() == before
    got = "the one that began" if same else "another: one died" if healthy else "not healthy"
    return Tried(kind=TOGETHER, what="the server's worker afterwards", got=got, held=same)


def attack(bundle: Path) -> Attacked:
    """Start a server, make every attempt, and stop it."""
    begun = _circumstances()
    with guarded(bundle) as (server, secret, key):
        tried = try_all(server, secret, key, corpus()[0])
    return Attacked(**begun, model=bundle.name, tried=tried)


def send_files(bundle: Path, images: int, seconds: float | None, seed: int) -> Files:
    """Start a server, send it files, and stop it; then let the fuzzer search."""
    begun = _circumstances()
    with guarded(bundle) as (server, _, _):
        told, changed = fuzz_all(server, images, seconds, seed)
    guided = search(bundle, images, seconds, seed)
    return Files(**begun, model=bundle.name, corpus=told, changed=changed, guided=guided)


def ask_as_specified() -> Specification:
    """Let schemathesis ask, in a process of its own. Raises ClickException where it cannot."""
    begun = _circumstances("hypothesis", "schemathesis")
    with TemporaryDirectory() as folder:
        out = Path(folder) / "told.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.specification", SPECIFICATION]
        ended = subprocess.run(
            [*command, f"--told={out}"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if not out.exists():
            raise click.ClickException(
                f"{SPECIFICATION} was not run:\n{ended.stdout[-2_000:]}{ended.stderr[-2_000:]}"
            )
        told = msgspec.json.decode(out.read_bytes(), type=Asked)
    if ended.returncode:
        click.echo(ended.stdout, err=True)
    return Specification(**begun, asked=told)


def _circumstances(*further: str) -> dict[str, Any]:
    return circumstances("benchmarks.security", (*LIBRARIES, *further))


def search(bundle: Path, images: int, seconds: float | None, seed: int) -> Fuzzing | None:
    """Let `benchmarks.fuzz_coverage` search in a process of its own; None where atheris is not installed."""
    if find_spec("atheris") is None:
        return None
    with TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        options = {"images": images, "seconds": int(seconds or 0), "seed": seed, "model": bundle, "out": out}
        given = [f"--{name}={value}" for name, value in options.items()]
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.fuzz_coverage", *given]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        found = msgspec.json.decode(out.read_bytes(), type=Fuzzing) if out.exists() else Fuzzing()
    if ended.returncode:
        found.found.append(
            Found(sha256="", what=f"ended with status {ended.returncode}: {ended.stderr[-500:]}")
        )
    return found


@click.command()
@click.option(
    "--part",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    default=PARTS,
    help="Do this alone; what else was measured before stays on the page. May be given more than once.",
)
@click.option("--images", default=FILES, show_default=True, help="Changed files to send.")
@click.option("--seconds", type=float, help="Send no further changed files after this time.")
@click.option("--seed", default=1, show_default=True, help="The same first changes for the same seed.")
@click.option("--model", default="models/mobilenet_v2", show_default=True, help="Bundle to serve.")
@click.option("--rewrite", is_flag=True, help="Try nothing: write the page anew from its numbers.")
@out_option(REPORT)
def main(
    parts: tuple[str, ...],
    images: int,
    seconds: float | None,
    seed: int,
    model: str,
    rewrite: bool,
    out: Path,
) -> None:
    """Attack a server of its own and write the report.

    Example: python -m benchmarks.security --images 1000 --seconds 30 --out /tmp/security.md
    """
    bundle = Path(model)
    measure: dict[str, Callable[[], Circumstances]] = {
        "attempts": lambda: attack(bundle),
        "specification": ask_as_specified,
        "files": lambda: send_files(bundle, images, seconds, seed),
    }
    measured = {} if rewrite else {name: measure[name]() for name in PARTS if name in parts}
    before = Outcome() if measured.keys() == set(PARTS) else read(out)
    outcome = msgspec.structs.replace(before, **measured)
    text = report(outcome)
    out.parent.mkdir(parents=True, exist_ok=True)
    write(out, text, outcome)
    click.echo(text)
    if not outcome.held:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
