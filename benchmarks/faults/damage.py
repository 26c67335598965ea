"""Models that are not whole, and disks that take nothing more."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.faults.record import Check, Found, Numbers, check, told
from benchmarks.faults.unlimited import UNLIMITED
from benchmarks.load import closed_loop
from benchmarks.photographs import photographs
from benchmarks.running import ROOT, Running
from lesion.bundle import WEIGHTS, Bundle
from lesion.classifier import open_classifier

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
    """Start on models that are not whole. ``seconds`` changes nothing: each start takes what it takes."""
    checks: list[Check] = []
    numbers: Numbers = {}
    for name, digest in _run_files(path).items():
        for damage, spoil in DAMAGES.items():
            status, took, log = _start_on_damaged(path, name, spoil)
            refused = bool(status) and digest in log
            checks.append(
                check(
                    f"`{name}` {damage}: does not start, and says which hash it should have",
                    f"ended with status {status} after {took:.2f} s" if status else "it serves",
                    refused,
                )
            )
            numbers[f"{name} {damage}, s"] = took
    return Found(
        how="The server is started on a copy of the bundle of which a file that it runs is missing, lacks "
        "its last byte, or has one bit changed. It must end by itself, with the SHA-256 that the file should "
        "have among its last words.",
        checks=checks,
        numbers=numbers,
    )


def _run_files(path: Path) -> dict[str, str]:
    """Return the files of a bundle that answers come from, with their hashes."""
    files = Bundle.load(path).manifest.files
    run = open_classifier(path).info.sha256
    names = [name for name, digest in files.items() if digest == run]
    return {name: files[name] for name in (*names, WEIGHTS) if name in files}


def _start_on_damaged(path: Path, name: str, spoil: Callable[[Path], None]) -> tuple[int | None, float, str]:
    """Return the status with which it ended, None where it did not, the seconds, and what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copytree(path, copy, ignore=shutil.ignore_patterns("*.pkl"))
        spoil(copy / name)
        port, log = _free_port(), Path(folder) / "log"
        with log.open("wb") as output:
            began = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *UNLIMITED.arguments(copy, port)],
                cwd=ROOT,
                env={**os.environ, **UNLIMITED.settings(copy, port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                status: int | None = process.wait(START_LIMIT_S)
            except subprocess.TimeoutExpired:
                status = None
                process.kill()
                process.wait()
        return status, time.perf_counter() - began, log.read_text()


def full_disk(path: Path, seconds: float) -> Found:
    """Serve where no file can grow by a byte and no line of the log can be written."""
    images = photographs()
    with _on_full_disk(path) as server:
        load = closed_loop(server.asking(images), clients=CLIENTS, seconds=seconds)
        page = httpx.get(server.base, timeout=30).status_code
        metrics = httpx.get(f"{server.base}/metrics", timeout=30).status_code
    return Found(
        how="The server runs under a limit of no bytes for every file that it writes, with its log on a "
        f"device that is always full, while {CLIENTS} clients send pictures for {seconds:g} seconds.",
        checks=[
            check("all pictures answered", told(load), len(load.good) == len(load.replies) > 0),
            check("page and metrics", f"{page}, {metrics}", page == metrics == 200),
        ],
        numbers={"answered": len(load.good), "replies": len(load.replies)},
    )


@contextmanager
def _on_full_disk(path: Path) -> Iterator[Running]:
    port = _free_port()
    with FULL.open("wb") as full:
        process = psutil.Popen(
            [sys.executable, *UNLIMITED.arguments(path.resolve(), port)],
            cwd=ROOT,
            env={**os.environ, **UNLIMITED.settings(path.resolve(), port)},
            stdout=full,
            stderr=full,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        )
    server = Running(UNLIMITED, process, port)
    try:
        _wait_until_healthy(server)
        yield server
    finally:
        process.terminate()
        process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Running) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if httpx.get(f"{server.base}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the server does not start where nothing can be written")
