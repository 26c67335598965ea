from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lesion.explain import METHODS
from server import memory
from server.memory import Upkeep, return_free_pages, return_freed_blocks

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys, time
import psutil
import server.models
from server.app import create_app
from server.config import Config
from server.memory import return_freed_blocks
path, keep = sys.argv[1:]
if keep == "keep":
    server.models.return_free_pages = lambda: None
return_freed_blocks()
client = create_app(Config(lesion_model=path, lesion_threads=1)).test_client()
while client.get("/healthz").status_code != 200:
    time.sleep(0.02)
print(psutil.Process().memory_info().rss)
"""


EXPLAINING = """
import base64, io, sys, time
import psutil
from lesion import explain
from lesion.drawings import drawing
from server.app import create_app
from server.config import Config
from server.memory import return_free_pages, return_freed_blocks
path, methods, count = sys.argv[1], sys.argv[2].split(","), int(sys.argv[3])
return_freed_blocks()
# A few samples take memory as many do: they come in batches.
few = {level: explain.Settings(samples=16) for level in explain.PRECISIONS}
for method in explain.METHODS.values():
    if method.precisions:
        method.precisions.update(few)
client = create_app(Config(lesion_model=path, lesion_threads=1, explain_cache_mb=1)).test_client()
while client.get("/healthz").status_code != 200:
    time.sleep(0.02)

def explain_one(number):
    file = io.BytesIO()
    drawing("irregular", number, (400, 300)).save(file, "JPEG")
    body = {"image": base64.b64encode(file.getvalue()).decode(), "method": methods[number % len(methods)]}
    job = client.post("/api/explanations", json=body)
    events = client.get(job.headers["Location"] + "/events", headers={"X-Job-Key": job.json["key"]})
    assert "event: done" in events.text, events.text

def held():
    return_free_pages()
    return psutil.Process().memory_info().rss

warm = len(methods)  # what is imported and loaded stays
for number in range(warm):
    explain_one(number)
first = held()
for number in range(warm, warm + count):
    explain_one(number)
print(first, held())
"""


def output(program: str, *arguments: str) -> list[int]:
    """The numbers that a program prints, run in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=850,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [int(number) for number in run.stdout.split()]


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_loading_a_model_leaves_behind_is_given_back(bundle_path: Path) -> None:
    (given_back,) = output(PROGRAM, str(bundle_path), "give back")
    (kept,) = output(PROGRAM, str(bundle_path), "keep")
    assert given_back < kept


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "needs_torch",
    [pytest.param(False, id="onnx"), pytest.param(True, id="torch", marks=pytest.mark.training)],
)
def test_memory_after_fifty_explanations_is_what_it_was(bundle_path: Path, needs_torch: bool) -> None:
    methods = [name for name, method in METHODS.items() if method.needs_torch == needs_torch]
    first, last = output(EXPLAINING, str(bundle_path), ",".join(methods), "50")
    # The cache holds one megabyte by then, and what jobs leave behind for half a minute a few.
    assert last - first < 12 * 1024**2, f"{first / 1024**2:.0f} MB, then {last / 1024**2:.0f} MB"


@pytest.mark.parametrize("library", [SimpleNamespace(), TypeError, OSError], ids=["musl", "Windows", "none"])
def test_without_glibc_nothing_happens(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(_: None) -> object:
        if isinstance(library, type):
            raise library
        return library

    monkeypatch.setattr(ctypes, "CDLL", load)
    return_freed_blocks()
    return_free_pages()


def test_upkeep_costs_its_time_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    monkeypatch.setattr(memory, "return_free_pages", lambda: done.append(True))
    now = iter([0.0, 0.0, 0.5, 0.9, 1.0, 1.1, 3.0])
    monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: next(now)))
    upkeep = Upkeep(interval=1.0)
    counts = []
    for _ in range(6):
        upkeep.after_work()
        counts.append(len(done))
    assert counts == [1, 1, 1, 2, 2, 3]
