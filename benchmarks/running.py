"""Start a server as its users do, send it images from this process, and see what it costs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil

ROOT = Path(__file__).resolve().parents[1]
START_LIMIT = 300.0
REQUEST_LIMIT = 120.0
NOT_READY = 503

Answer = dict[str, Any]


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A way to serve a bundle: its name, its command and settings for a port, and where it takes images.

    ``first`` reads from an answer the class that it found most probable.
    """

    name: str
    path: str
    command: Callable[[Path, int], list[str]]
    settings: Callable[[Path, int], dict[str, str]]
    first: Callable[[Answer], str]


OURS = Kind(
    name="this server",
    path="/api/classify",
    command=lambda bundle, port: [
        *(sys.executable, "-m", "gunicorn"),
        *("-c", "server/gunicorn_conf.py", "server.wsgi:app"),
    ],
    settings=lambda bundle, port: {
        "LESION_MODEL": str(bundle),
        "PORT": str(port),
        "LOG_LEVEL": "INFO",
        "RATE_LIMIT": "off",
    },
    first=lambda answer: str(answer["diagnoses"][0]["dx"]),
)
PLAIN = Kind(
    name="plain fastai",
    path="/predict",
    command=lambda bundle, port: [
        *(sys.executable, "-m", "benchmarks.plain_server"),
        *(str(bundle / "model.pkl"), str(port)),
    ],
    settings=lambda bundle, port: {},
    first=lambda answer: max(answer["probabilities"], key=answer["probabilities"].__getitem__),
)


class Running:
    """A server process that takes images on a port of this machine."""

    def __init__(self, kind: Kind, process: psutil.Popen, port: int) -> None:
        self.kind, self.process = kind, process
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=REQUEST_LIMIT)

    def send(self, image: bytes) -> Answer:
        """Return the answer for one JPEG. Raises httpx.HTTPError where there is none."""
        response = self.client.post(self.kind.path, files={"file": ("image.jpg", image, "image/jpeg")})
        response.raise_for_status()
        answer: Answer = response.json()
        return answer

    def seconds_for(self, image: bytes) -> float:
        """Return the seconds from sending one JPEG to having its answer."""
        start = time.perf_counter()
        self.send(image)
        return time.perf_counter() - start

    def rate(self, images: Sequence[bytes], clients: int) -> float:
        """Return images answered in a second, with that many clients that each wait for their answer."""
        start = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(self.send, images))
        return len(images) / (time.perf_counter() - start)

    def resident(self) -> int:
        """Return the bytes of memory that the process and its children hold, shared pages counted in each."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_info().rss for process in family)


@contextmanager
def running(kind: Kind, bundle: Path, first_image: bytes) -> Iterator[tuple[Running, float]]:
    """Start a server; yield it with the seconds from its start to its first answer; stop it.

    Raises RuntimeError where it ends, fails, or does not answer in time.
    """
    port = _free_port()
    environment = {**os.environ, **kind.settings(bundle.resolve(), port)}
    start = time.perf_counter()
    process = psutil.Popen(
        kind.command(bundle.resolve(), port),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Running(kind, process, port)
    try:
        _wait_for_answer(server, first_image)
        yield server, time.perf_counter() - start
    finally:
        server.client.close()
        process.terminate()
        process.wait(30)


def _wait_for_answer(server: Running, image: bytes) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.kind.name} ended with status {server.process.returncode}")
        try:
            server.send(image)
            return
        except httpx.HTTPStatusError as error:
            if error.response.status_code != NOT_READY:
                raise RuntimeError(f"{server.kind.name} cannot answer: {error}") from error
        except httpx.TransportError:
            pass  # not listening yet
        time.sleep(0.01)
    raise RuntimeError(f"{server.kind.name} did not answer within {START_LIMIT:.0f} seconds")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
