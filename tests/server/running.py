"""Gunicorn with the bundled model, as `lesion serve` and the container run it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

ROOT = Path(__file__).parents[2]
START_LIMIT = 120.0
COMMAND = [sys.executable, "-m", "gunicorn", "-c", "server/gunicorn_conf.py", "server.wsgi:app"]


@dataclass
class Server:
    process: psutil.Popen
    port: int
    log: Path
    seconds_to_ready: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def resident(self) -> int:
        """Bytes of memory that all its processes hold."""
        return sum(process.memory_info().rss for process in self.family())

    def post(self, data: bytes, name: str = "photo.jpg") -> httpx.Response:
        return httpx.post(f"{self.url}/api/classify", files={"file": (name, data)}, timeout=60)

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def ready(self) -> list[dict]:
        """The lines in which workers say that they are ready."""
        return [line for line in self.lines() if line["message"] == "ready"]


def environment(**settings: str) -> dict[str, str]:
    basic = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    # Tests ask more of one server than people do.
    return {**basic, "RATE_LIMIT": "off", "RATE_LIMIT_READS": "off", **settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_LIMIT
    with httpx.Client(base_url=server.url) as client:
        while time.monotonic() < deadline and server.process.poll() is None:
            try:
                if client.get("/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.01)
    pytest.fail(f"the server did not get ready:\n{server.log.read_text()}")


@contextmanager
def running(command: list[str], cwd: Path, variables: dict[str, str], log: Path) -> Iterator[Server]:
    """The server that ``command`` starts at the port of ``variables``: ready, and no more afterwards."""
    with log.open("wb") as output:
        started = time.perf_counter()
        process = psutil.Popen(command, cwd=cwd, env=variables, stdout=output, stderr=subprocess.STDOUT)
        server = Server(process, int(variables["PORT"]), log, 0)
        try:
            wait_until_ready(server)
            server.seconds_to_ready = time.perf_counter() - started - seconds_waited(server.family())
            yield server
        finally:
            if process.is_running():
                process.kill()
                process.wait(10)


@contextmanager
def serving(bundle_path: Path, folder: Path, **settings: str) -> Iterator[Server]:
    """This project's server with a bundle, which keeps what it writes in ``folder``."""
    variables = environment(
        PORT=str(free_port()), LESION_MODEL=str(bundle_path), LESION_CACHE_DIR=str(folder), **settings
    )
    with running(COMMAND, ROOT, variables, folder / "server.log") as server:
        yield server


def seconds_waited(processes: list[psutil.Process]) -> float:
    """Seconds that the threads of some processes were ready to run, but had to wait for a processor."""
    files = [file for process in processes for file in Path(f"/proc/{process.pid}/task").glob("*/schedstat")]
    return sum(int(file.read_text().split()[1]) for file in files) / 1e9
