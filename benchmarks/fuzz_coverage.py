"""Search by coverage: atheris (libFuzzer) changes images so that they reach code that none reached before.

    python -m benchmarks.fuzz_coverage --images 20000

asks the application within this process, since that is where coverage is seen; what a decoder that crashes
does to a whole server, `benchmarks.fuzz` finds out. Writes what came of it as JSON. A crash of the process
itself, or an answer that never comes, ends it with libFuzzer's own report.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

import atheris
import click
import msgspec
import psutil

# What is imported elsewhere before is not seen.
with atheris.instrument_imports(include=["PIL", "lesion", "server"]):
    from benchmarks.fuzz import FILES, Fuzzing, corpus, kind_of
    from benchmarks.mutate import MOST_BYTES
    from benchmarks.running import most_resident
    from server.app import create_app
    from server.config import Config

GIVE_UP_S = 20


class Asking:
    """Asks an application in this process about each file, and writes what came of all so far."""

    def __init__(self, model: Path, out: Path) -> None:
        settings = Config(lesion_model=str(model), lesion_threads=1, rate_limit="off", rate_limit_reads="off")
        self.client = create_app(settings).test_client()
        while self.client.get("/healthz").status_code != 200:
            time.sleep(0.02)
        self.out, self.process = out, psutil.Process()
        self.started = time.perf_counter()
        self.result = Fuzzing(memory_before_mb=self.process.memory_info().rss / 1e6)

    def __call__(self, data: bytes) -> None:
        """Ask about one file."""
        start = time.perf_counter()
        answer = self.client.post("/api/classify", data={"file": (io.BytesIO(data), "image")})
        self.result.note(data, kind_of(answer.status_code, answer.json or {}), time.perf_counter() - start)
        self.result.memory_peak_mb = most_resident(self.process) / 1e6
        self.result.seconds = time.perf_counter() - self.started
        # At once: libFuzzer ends the process without a word when it has had enough.
        self.out.write_bytes(msgspec.json.encode(self.result))


@click.command()
@click.option("--images", default=FILES, show_default=True, help="Changed files to ask about.")
@click.option("--seconds", default=0, show_default=True, help="Stop after this time; 0 is never.")
@click.option("--seed", default=1, show_default=True, help="The same files for the same seed.")
@click.option("--model", type=Path, default=Path("models/mobilenet_v2"), show_default=True)
@click.option("--out", type=Path, required=True, help="File for what came of it, as JSON.")
def main(images: int, seconds: int, seed: int, model: Path, out: Path) -> None:
    """Search for images at which the application fails.

    Example: python -m benchmarks.fuzz_coverage --images 500 --out found.json
    """
    with tempfile.TemporaryDirectory() as folder:
        for inputs in corpus():
            for name, data in inputs.items():
                if len(data) <= MOST_BYTES:
                    (Path(folder) / name).write_bytes(data)
        options = {
            "runs": images,
            "max_total_time": seconds,
            "seed": seed,
            "max_len": MOST_BYTES,
            "timeout": GIVE_UP_S,
            # It goes by ru_maxrss, which begins with what the process held that started this one.
            "rss_limit_mb": 0,
        }
        given = [f"-{name}={value}" for name, value in options.items()]
        atheris.Setup([sys.argv[0], folder, *given, "-verbosity=0"], Asking(model, out))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
