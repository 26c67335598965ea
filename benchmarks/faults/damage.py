"""Models that are not whole, and disks that take nothing more."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import httpx
import psutil

from benchmarks.faults.record import Check, Found, Numbers, check, told
from benchmarks.faults.unlimited import UNLIMITED
from benchmarks.load import closed_loop
from benchmarks.photographs import photographs
from benchmarks.running import running, started
from lesion.bundle import WEIGHTS, Bundle, find_bundles

__all__ = ["damaged_model", "full_disk"]

START_LIMIT_S = 120.0
CLIENTS = 4
FULL = Path("/dev/full")


def _remove(file: Path) -> None:
    file.unlink()


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 1)


def _alter(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        byte = stream.read(1)
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte[0] ^ 1]))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "missing": _remove,
    "cut short by a byte": _cut,
    "altered in one bit": _alter,
}


def damaged_model(path: Path, seconds: float) -> Found:
    """Start on models that are not whole: this bundle, and each that lies beside it.

    ``seconds`` changes nothing: each start takes what it takes.
    """
    checks: list[Check] = []
    numbers: Numbers = {}
    bundles = find_bundles(path.resolve().parent)
    files = [(bundle, name) for bundle in bundles.values() for name in _run_files(bundle)]
    for (bundle, name), (damage, spoil) in product(files, DAMAGES.items()):
        status, took, log = _start_on_damaged(bundle.path, name, spoil)
        file = f"{bundle.path.name}/{name}"
        checks.append(
            check(
                f"`{file}` {damage}: does not start, and says which hash it should have",
                f"ended with status {status} after {took:.2f} s" if status else "it serves",
                bool(status) and bundle.manifest.files[name] in log,
            )
        )
        numbers[f"{file} {damage}, s"] = took
    return Found(
        how="The server is started on a copy of each bundle of which a file that it runs is missing, lacks "
        "its last byte, or has one bit changed. It must end by itself, with the SHA-256 that the file should "
        "have among its last words.",
        checks=checks,
        numbers=numbers,
    )


def _run_files(bundle: Bundle) -> list[str]:
    """Return the files of a bundle that answers come from."""
    return [name for name in (bundle.manifest.graph, WEIGHTS) if name in bundle.manifest.files]


def _start_on_damaged(path: Path, name: str, spoil: Callable[[Path], None]) -> tuple[int | None, float, str]:
    """Return the status with which it ended, None where it did not, the seconds, and what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copytree(path, copy, ignore=shutil.ignore_patterns("*.pkl"))
        spoil(copy / name)
        log = Path(folder) / "log"
        with log.open("wb") as output:
            began = time.perf_counter()
            server = started(UNLIMITED, copy, output)
            try:
                status: int | None = server.process.wait(START_LIMIT_S)
            except psutil.TimeoutExpired:
                status = None
            took = time.perf_counter() - began
            server.stop()
        return status, took, log.read_text()


def full_disk(path: Path, seconds: float) -> Found:
    """Serve where no file can grow by a byte and no line of the log can be written."""
    images = photographs()
    with running(UNLIMITED, path, images[0], log=FULL.open("wb"), limits=_no_file_may_grow) as (server, _):
        load = closed_loop(server.asking(images), clients=CLIENTS, seconds=seconds)
        page = httpx.get(server.base, timeout=30).status_code
        metrics = httpx.get(f"{server.base}/metrics", timeout=30).status_code
    return Found(
        how="The server runs under a limit of no bytes for every file that it writes, with its log on a "
        f"device that is always full, while {CLIENTS} clients send pictures for {seconds:g} seconds.",
        checks=[
            check("all pictures answered", told(load), load.all_good),
            check("page and metrics", f"{page}, {metrics}", page == metrics == 200),
        ],
        numbers={"answered": len(load.good), "replies": len(load.replies)},
    )


def _no_file_may_grow() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
