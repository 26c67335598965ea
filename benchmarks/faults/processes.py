"""A worker that is killed, and a stop in the middle of work."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import httpx
import msgspec

from benchmarks.asking import Ask, Said
from benchmarks.faults.record import Found, check, counted, told
from benchmarks.faults.unlimited import UNLIMITED
from benchmarks.load import Load, closed_loop
from benchmarks.photographs import photographs
from benchmarks.running import Running, running

__all__ = ["Meanwhile", "checked", "expected", "killed_worker", "probability", "stop"]

CLIENTS = 8
HEALTHY_WITHIN_S = 10.0
START_S = STOP_S = 60.0
RIGHT, WRONG = "right", "wrong"


def checked(ask: Ask, expected: list[bytes], read: Callable[[bytes], Hashable]) -> Ask:
    """Return what asks alike, and puts into the place of an answer whether it is the right one.

    Raises ValueError where two are alike, so that one in the place of the other would pass.
    """
    right = [read(body) for body in expected]
    if len(set(right)) < len(right):
        raise ValueError("Two pictures have the same answer, so that none would be seen to be another's.")

    async def ask_and_check(session: aiohttp.ClientSession, number: int) -> Said:
        said = await ask(session, number)
        if said.status != 200:
            return said
        verdict = RIGHT if read(said.body) == right[number % len(right)] else WRONG
        return Said(said.status, verdict.encode(), said.retry_after)

    return ask_and_check


def probability(body: bytes) -> float:
    """Return what an answer says of its picture, to as many digits as passes of the network agree on."""
    return round(float(msgspec.json.decode(body)["probability"]), 4)


def expected(server: Running, images: list[bytes]) -> list[bytes]:
    """Return the server's answers to all images when nothing else goes on."""
    url = f"{server.base}/api/classify"
    return [
        httpx.post(url, files={"file": ("image.jpg", image, "image/jpeg")}, timeout=60).content
        for image in images
    ]


class Meanwhile:
    """A load that goes on in a thread while something is done to the server."""

    def __init__(self, ask: Ask, clients: int, seconds: float) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._load = self._pool.submit(
            closed_loop, ask, clients=clients, seconds=seconds, note=lambda said: said.body[:10].decode()
        )

    def __enter__(self) -> Meanwhile:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def load(self) -> Load:
        """Wait for its end, and return it."""
        return self._load.result()


@contextmanager
def _asked(bundle: Path, seconds: float) -> Iterator[tuple[Running, Meanwhile]]:
    """Start a server and yield it with the load on it, whose answers are checked."""
    images = photographs()
    with running(UNLIMITED, bundle, images[0]) as (server, _):
        ask = checked(server.asking(images), expected(server, images), probability)
        with Meanwhile(ask, CLIENTS, seconds) as meanwhile:
            yield server, meanwhile


def killed_worker(bundle: Path, seconds: float) -> Found:
    """Kill the process that answers, in the middle of its work."""
    with _asked(bundle, seconds) as (server, meanwhile):
        time.sleep(seconds / 3)
        worker = server.process.children()[0]
        worker.kill()
        killed = time.perf_counter()
        worker.wait(10)
        down = _until_healthy(server) - killed
        load = meanwhile.load()
    lost = [reply for reply in load.replies if reply.problem]
    wrong = sum(reply.note == WRONG for reply in load.good)
    return Found(
        how=f"{CLIENTS} clients send pictures without a pause for {seconds:g} seconds. After a third of "
        "that the worker gets SIGKILL. gunicorn's master starts another; what comes meanwhile waits in the "
        "system's queue, and is told `not-ready` until the model is loaded.",
        checks=[
            check(f"healthy again within {HEALTHY_WITHIN_S:g} s", f"{down:.2f} s", down <= HEALTHY_WITHIN_S),
            check(
                f"answers lost: at most the {CLIENTS} in its hands",
                f"{len(lost)}, of {len(load.replies)}",
                len(lost) <= CLIENTS,
            ),
            check("wrong answers", str(wrong), wrong == 0),
            check("what became of all", told(load)),
        ],
        numbers={
            **{"down_s": down, "lost": len(lost), "wrong": wrong, "replies": len(load.replies)},
            **counted(load),
        },
    )


def stop(bundle: Path, seconds: float) -> Found:
    """Tell the server to stop in the middle of its work, as every new version does."""
    with _asked(bundle, seconds) as (server, meanwhile):
        time.sleep(seconds / 2)
        stopped = time.perf_counter()
        server.process.terminate()
        status = _status_of(server.process.pid)
        took = time.perf_counter() - stopped
        load = meanwhile.load()
    wrong = sum(reply.note == WRONG for reply in load.good)
    return Found(
        how=f"{CLIENTS} clients send pictures without a pause. After {seconds / 2:g} seconds the server "
        "gets SIGTERM, while all of them wait for an answer. Whoever comes after that is refused a "
        "connection, as a balancer expects.",
        checks=[
            check("wrong answers", str(wrong), wrong == 0),
            check(
                "seconds to stop, at most 30", f"{took:.1f} s, status {status}", took <= 30 and status == 0
            ),
            check("what became of all", told(load)),
        ],
        numbers={"took_s": took, "wrong": wrong, "answered": len(load.good), **counted(load)},
    )


def _status_of(pid: int) -> int | None:
    """Wait for a process to end and return its status; leave it to be collected by whoever started it."""
    deadline = time.perf_counter() + STOP_S
    while time.perf_counter() < deadline:
        if ended := os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
            return ended.si_status
        time.sleep(0.02)
    return None


def _until_healthy(server: Running) -> float:
    """Return when the server said that it is well."""
    deadline = time.perf_counter() + START_S
    while time.perf_counter() < deadline:
        try:
            if httpx.get(f"{server.base}/healthz", timeout=5).status_code == 200:
                return time.perf_counter()
        except httpx.HTTPError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"the server was not healthy again within {START_S:g} seconds")
