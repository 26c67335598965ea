from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

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


def resident(bundle_path: Path, keep: str) -> int:
    """Bytes that a server holds once its model answers."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(bundle_path), keep],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return int(run.stdout)


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_loading_a_model_leaves_behind_is_given_back(bundle_path: Path) -> None:
    assert resident(bundle_path, "give back") < resident(bundle_path, "keep")


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
