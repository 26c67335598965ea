"""Send a server what is nearly an image, and watch for what must not happen.

    python -m benchmarks.fuzz --images 20000 --seed 1

starts this server as its users do, sends it every file of the tests' corpus as it is, then as many changed
files as asked for, and reports statuses, the slowest answer and the server's memory. A changed file that
brings an answer of a new kind is changed further, so that the search goes where there is something to find.
Files at which a server failed are kept for a test. The status is 1 where anything failed.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import httpx
import msgspec
from tqdm import tqdm

from benchmarks.mutate import Mutator
from benchmarks.running import OURS, ROOT, Running, most_resident, running

__all__ = ["Found", "Fuzzing", "corpus", "fuzz", "fuzz_all", "kind_of", "mutants"]

FILES = 20_000
"""Changed files after which something is shown."""

SLOW_S = 2.0
MEMORY_MB = 400
"""What a server of 512 MB may hold while somebody means it ill."""

KEPT = ROOT / ".cache" / "fuzz"
_NUMBERS = re.compile(r"[\d.]+")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A file with which something went wrong: its SHA-256, and what happened."""

    sha256: str
    what: str


class Fuzzing(msgspec.Struct, kw_only=True):
    """What came of many files. The memory at its peak is the most that was held since the start."""

    files: int = 0
    seconds: float = 0.0
    kinds: dict[str, int] = {}
    slowest_s: float = 0.0
    memory_before_mb: float = 0.0
    memory_peak_mb: float = 0.0
    found: list[Found] = []

    def note(self, data: bytes, kind: str, taken: float) -> None:
        """Count one file and its answer; keep the file where that is not as it should be."""
        self.files += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        self.slowest_s = max(self.slowest_s, taken)
        if kind.startswith(("5", "no answer")):
            self.found.append(_kept(data, kind))
        elif taken > SLOW_S:
            self.found.append(_kept(data, f"took {taken:.1f} s"))

    @property
    def held(self) -> bool:
        """Whether nothing failed, hung or grew."""
        return not self.found and self.memory_peak_mb <= MEMORY_MB


def _kept(data: bytes, what: str) -> Found:
    digest = hashlib.sha256(data).hexdigest()
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / digest).write_bytes(data)
    return Found(sha256=digest, what=what)


def corpus() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the files of the tests' corpus by name, the bad ones and the good ones."""
    from tests.images import BAD_INPUTS, GOOD_INPUTS

    bad, good = ({name: one.data for name, one in inputs.items()} for inputs in (BAD_INPUTS, GOOD_INPUTS))
    return bad, good


def mutants(mutator: Mutator, count: int, seconds: float | None = None) -> Iterator[bytes]:
    """Yield changed files, at most ``count``, and no more once the time is over."""
    end = time.monotonic() + seconds if seconds else None
    for _ in range(count):
        if end and time.monotonic() > end:
            return
        yield mutator.next()


def fuzz(server: Running, files: Iterable[bytes], mutator: Mutator | None = None) -> Fuzzing:
    """Send the files one after the other; what is answered in a new way goes back to ``mutator``."""
    result, seen = Fuzzing(memory_before_mb=server.resident() / 1e6), set[str]()
    started = time.perf_counter()
    for data in files:
        start = time.perf_counter()
        kind, told = _send(server, data)
        result.note(data, kind, time.perf_counter() - start)
        if mutator and told not in seen:
            mutator.keep(data)
        seen.add(told)
    result.seconds = time.perf_counter() - started
    result.memory_peak_mb = sum(map(most_resident, server.family())) / 1e6
    return result


def fuzz_all(server: Running, images: int, seconds: float | None, seed: int) -> tuple[Fuzzing, Fuzzing]:
    """Send the corpus as it is, then at most so many changed files, in at most so many seconds."""
    bad, good = corpus()
    files = [*bad.values(), *good.values()]
    mutator = Mutator(files, seed)
    told = fuzz(server, tqdm(files, desc="corpus", unit="file"))
    changed = tqdm(mutants(mutator, images, seconds), total=images, desc="changed", unit="file")
    return told, fuzz(server, changed, mutator)


def _send(server: Running, data: bytes) -> tuple[str, str]:
    """Return the kind of the answer, and all that it tells but for numbers."""
    try:
        answer = server.client.post("/api/classify", files={"file": ("image", data)}, timeout=60)
    except httpx.TransportError as error:
        return f"no answer ({type(error).__name__})", type(error).__name__
    told = answer.json()
    if answer.status_code == 200:
        return "200", f"{told['prediction']} {told['triage']['level']} {told['quality']['advice']}"
    kind = kind_of(answer.status_code, told)
    return kind, f"{kind} {_NUMBERS.sub('', told['detail'])}"


def kind_of(status: int, told: dict[str, str]) -> str:
    """Return the kind of an answer: its status and, of a problem, its name."""
    return f"{status} {told.get('type', '').removeprefix('/problems/')}".strip()


@click.command()
@click.option("--images", default=FILES, show_default=True, help="Changed files to send.")
@click.option("--seconds", type=float, help="Stop after this time, whatever was sent.")
@click.option("--seed", default=1, show_default=True, help="The same files for the same seed and machine.")
@click.option("--model", default="models/mobilenet_v2", show_default=True, help="Bundle to serve.")
def main(images: int, seconds: float | None, seed: int, model: str) -> None:
    """Send nasty and changed files to a server of its own, and say what came of it.

    Example: python -m benchmarks.fuzz --images 2000 --seconds 50
    """
    _, good = corpus()
    with running(OURS, Path(model), good["jpeg"]) as (server, _):
        results = fuzz_all(server, images, seconds, seed)
    for result in results:
        click.echo(msgspec.json.format(msgspec.json.encode(result)).decode())
    if not all(result.held for result in results):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
