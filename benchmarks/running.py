"""Start a server as its users do, ask it from this process, and see what it costs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import aiohttp
import httpx
import msgspec
import psutil

from benchmarks.asking import Ask, Said, posting
from benchmarks.environment import environment
from tools.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
START_LIMIT = 300.0
REQUEST_LIMIT = 120.0
NOT_READY = 503
GRACE = 10.0
"""Seconds that a server has to stop by itself."""

Shares = dict[str, float]
"""Probability of each class, or of each diagnosis."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A way to serve something that lies at a path.

    ``arguments`` are the interpreter's for that path and a port, ``settings`` variables of the environment.
    ``asking`` makes of an address and some JPEGs what sends them, and ``shares`` reads an answer.
    """

    name: str
    arguments: Callable[[Path, int], list[str]]
    settings: Callable[[Path, int], dict[str, str]] = lambda source, port: {}
    asking: Callable[[str, Sequence[bytes]], Ask]
    shares: Callable[[bytes], Shares]


def _own_shares(body: bytes) -> Shares:
    """Read an answer of this server: its diagnoses, or, of a model that knows none, what else it says."""
    answer: dict[str, Any] = msgspec.json.decode(body)
    diagnoses = {each["dx"]: each["probability"] for each in answer["diagnoses"]}
    return diagnoses or answer["probabilities"]


OURS = Kind(
    name="this server",
    arguments=lambda source, port: ["-m", "gunicorn", "-c", "server/gunicorn_conf.py", "server.wsgi:app"],
    settings=lambda source, port: {
        "LESION_MODEL": str(source),
        "PORT": str(port),
        "LOG_LEVEL": "INFO",
        "RATE_LIMIT": "off",
    },
    asking=lambda base, files: posting(f"{base}/api/classify", files),
    shares=_own_shares,
)


class Running:
    """A server process and its children, at an address of this machine.

    ``client`` is for single requests; what :meth:`asking` returns is for :mod:`benchmarks.load`.
    """

    def __init__(self, kind: Kind, process: psutil.Popen, port: int) -> None:
        self.kind, self.process = kind, process
        self.base = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=self.base, timeout=REQUEST_LIMIT)

    def asking(self, files: Sequence[bytes]) -> Ask:
        """Return what sends these JPEGs in turn."""
        return self.kind.asking(self.base, files)

    def judge(self, files: Sequence[bytes]) -> list[Shares]:
        """Return what the server finds in each file. Raises RuntimeError where it does not answer."""

        async def one_after_the_other() -> list[Said]:
            ask = self.asking(files)
            async with _session() as session:
                return [await ask(session, number) for number in range(len(files))]

        return [self._read(said) for said in asyncio.run(one_after_the_other())]

    def _read(self, said: Said) -> Shares:
        if said.status != 200:
            raise RuntimeError(f"{self.kind.name} answers {said.status}: {said.body[-500:]!r}")
        return self.kind.shares(said.body)

    def resident(self, family: Sequence[psutil.Process] = ()) -> int:
        """Return the bytes of memory that the processes hold, pages that they share counted in each.

        To find the ``family`` takes longer than to look at it: who looks often gives it.
        """
        return sum(_memory(process).rss for process in family or self.family())

    def proportional(self) -> int:
        """Return the same with each shared page divided among those that share it; on Linux alone."""
        return sum(
            getattr(_memory(process, full=True), "pss", _memory(process).rss) for process in self.family()
        )

    def processor_seconds(self) -> float:
        """Return the time that processors have worked for the processes so far."""
        times = [process.cpu_times() for process in self.family()]
        return sum(each.user + each.system for each in times)

    def family(self) -> list[psutil.Process]:
        """Return the process and all that descend from it."""
        return [self.process, *self.process.children(recursive=True)]

    def workers(self) -> set[int]:
        """Return the ids of its direct children, which are others where one died and was replaced."""
        return {child.pid for child in self.process.children()}

    def stop(self) -> None:
        """End the process, and whatever it leaves behind."""
        self.client.close()
        group = self.process.pid
        with suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            self.process.terminate()
            self.process.wait(GRACE)
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self.process.wait(GRACE)


class Peak:
    """The most resident memory of a server's processes while this runs, looked at 20 times a second.

    ``at`` holds when each look was, in seconds since the first, and ``resident`` the bytes that it found.
    """

    INTERVAL = 0.05

    def __init__(self, server: Running) -> None:
        self.at: list[float] = []
        self.resident: list[int] = []
        self._server, self._over = server, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def highest(self) -> int:
        """The most bytes that were seen; 0 where the time was too short for a look."""
        return max(self.resident, default=0)

    def _watch(self) -> None:
        began, family = time.perf_counter(), self._server.family()
        while not self._over.wait(self.INTERVAL):
            try:
                self.resident.append(self._server.resident(family))
            except psutil.NoSuchProcess:  # a child ended, and perhaps another took its place
                family = self._server.family()
            else:
                self.at.append(time.perf_counter() - began)


def started(
    kind: Kind,
    source: Path,
    log: IO[bytes],
    python: str = sys.executable,
    limits: Callable[[], None] | None = None,
) -> Running:
    """Start a server and return it at once; arguments are those of :func:`running`."""
    port = free_port()
    process = psutil.Popen(
        [python, *kind.arguments(source.resolve(), port)],
        cwd=ROOT,
        env=environment(kind.settings(source.resolve(), port)),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=limits,
    )
    return Running(kind, process, port)


@contextmanager
def running(
    kind: Kind,
    source: Path,
    first_image: bytes,
    python: str = sys.executable,
    *,
    log: IO[bytes] | None = None,
    limits: Callable[[], None] | None = None,
) -> Iterator[tuple[Running, float]]:
    """Start a server; yield it with the seconds from its start to its first answer; stop it.

    Args:
        kind: how to serve.
        source: what to serve, such as a bundle's folder.
        first_image: a JPEG, which is sent until it is answered.
        python: the interpreter, of an environment that has what the server needs.
        log: takes what the server writes, and is closed; otherwise a file that is thrown away does.
        limits: called in the server's process before it begins, to take from it what it shall not have.

    Raises:
        RuntimeError: the server ends, fails, or does not answer in time.
    """
    with log or tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        server = started(kind, source, output, python, limits)
        try:
            asyncio.run(_answered(server, first_image, output))
            yield server, time.perf_counter() - start
        finally:
            server.stop()


async def _answered(server: Running, image: bytes, log: IO[bytes]) -> None:
    """Wait for the first answer."""
    ask, deadline = server.asking([image]), time.monotonic() + START_LIMIT
    async with _session() as session:
        while time.monotonic() < deadline:
            if server.process.poll() is not None:
                raise RuntimeError(
                    f"{server.kind.name} ended with status {server.process.returncode}:\n{_tail(log)}"
                )
            with suppress(aiohttp.ClientConnectionError):  # not listening yet
                said = await ask(session, 0)
                if said.status == 200:
                    return
                if said.status != NOT_READY:
                    raise RuntimeError(
                        f"{server.kind.name} cannot answer: {said.status} {said.body!r}\n{_tail(log)}"
                    )
            await asyncio.sleep(0.01)
    raise RuntimeError(f"{server.kind.name} did not answer within {START_LIMIT:.0f} seconds:\n{_tail(log)}")


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_LIMIT))


def _tail(log: IO[bytes]) -> str:
    """Return the last lines that a server wrote, none where they cannot be read again."""
    if not log.readable():
        return ""
    log.seek(0)
    return "\n".join(log.read().decode(errors="replace").splitlines()[-15:])


def most_resident(process: psutil.Process) -> int:
    """Return the most bytes of memory that a process ever held, which misses no moment.

    Elsewhere than on Linux it is what the process holds now.
    """
    status = Path(f"/proc/{process.pid}/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")]
    return found[0] if found else int(_memory(process).rss)


def _memory(process: psutil.Process, full: bool = False) -> Any:
    return process.memory_full_info() if full else process.memory_info()
