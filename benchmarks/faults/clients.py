"""Clients that hold on to a server: idle, or slow to send, or slow to take."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import msgspec

from benchmarks.faults.record import Check, Found, Numbers, check, milliseconds, percentile, told
from benchmarks.faults.unlimited import UNLIMITED
from benchmarks.faults.watching import Watch
from benchmarks.load import closed_loop
from benchmarks.photographs import photographs
from benchmarks.running import Running, running
from server.descriptors import connections_allowed

__all__ = ["slow_clients"]

CROWD = 1_000
DRIP_S = 1.0
ENOUGH = 0.9
"""Share of the crowd that must have held on, or there was no trouble to stand."""
CLIENTS = 2
SLOWDOWN = 1.5
"""How much longer the others' answers may take."""

PostHead = (
    b"POST /api/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
)


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends first and then once a second, and whether it takes a byte once a second."""

    name: str
    first: bytes
    drip: bytes = b""
    sips: bool = False


HABITS = (
    Habit(name="idle", first=b""),
    Habit(name="slow to send a head", first=b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", drip=b"a"),
    Habit(
        name="slow to send a picture", first=PostHead + b"Content-Length: 100000\r\n\r\n--b\r\n", drip=b"a"
    ),
    Habit(
        name="slow to take a file",
        first=b"GET /static/vendor/bootstrap-5.3.8/bootstrap.min.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
        sips=True,
    ),
)


class Crowd:
    """So many clients of one habit, who keep to it until the end; who is cut off comes again.

    ``held`` is how many had their connection at the end, ``cut_off`` how often one lost it before.
    """

    def __init__(self, base: str, habit: Habit, count: int) -> None:
        address = urlsplit(base)
        self._address = (address.hostname or "", address.port or 80)
        self._habit, self._count = habit, count
        self._clients: list[socket.socket] = []
        self.cut_off = self.held = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Crowd:
        self._clients = [self._come() for _ in range(self._count)]
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        self.held = sum(not self._is_cut_off(client) for client in self._clients)
        for client in self._clients:
            client.close()

    def _come(self) -> socket.socket:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.settimeout(30)
        client.connect(self._address)
        client.sendall(self._habit.first)
        client.setblocking(False)
        return client

    def _go_on(self) -> None:
        while not self._over.wait(DRIP_S):
            for number, client in enumerate(self._clients):
                if self._over.is_set():
                    return
                if self._is_cut_off(client):
                    self.cut_off += 1
                    client.close()
                    with suppress(OSError):
                        self._clients[number] = self._come()

    def _is_cut_off(self, client: socket.socket) -> bool:
        try:
            if self._habit.drip:
                client.send(self._habit.drip)
            # Who sips takes a byte; all others only look whether the server has something to say.
            return not client.recv(1) if self._habit.sips else bool(self._peek(client))
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True

    def _peek(self, client: socket.socket) -> bool:
        client.recv(1, socket.MSG_PEEK)
        return True  # an end or a refusal


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What others had of a server while a crowd held on to it."""

    name: str
    checks: list[Check]
    numbers: Numbers


def slow_clients(bundle: Path, seconds: float, crowd: int = CROWD) -> Found:
    """Send a thousand clients of each bad habit, while a few others go about their business."""
    connections_allowed(crowd + 100)  # for this process too
    images = photographs()
    with running(UNLIMITED, bundle, images[0]) as (server, _):
        ask = server.asking(images)
        closed_loop(ask, clients=CLIENTS, seconds=seconds / 4)
        before = closed_loop(ask, clients=CLIENTS, seconds=seconds).percentile(50)
        effects = [_effect(server, habit, crowd, seconds, before, images) for habit in HABITS]
    numbers: Numbers = {"before_p50_s": before}
    for effect in effects:
        numbers |= {f"{effect.name}: {name}": value for name, value in effect.numbers.items()}
    return Found(
        how=f"{crowd:,} clients of one bad habit at a time hold connections for {seconds:g} seconds: idle; "
        "sending one byte of a head or of a picture each second (“slowloris”); taking one byte of an answer "
        f"each second. Who is cut off comes again. Meanwhile {CLIENTS} others send pictures, which took "
        f"{milliseconds(before)} (p50) before.",
        checks=[each for effect in effects for each in effect.checks],
        numbers=numbers,
    )


def _effect(
    server: Running, habit: Habit, crowd: int, seconds: float, before: float, images: list[bytes]
) -> Effect:
    with ExitStack() as stack:
        held = stack.enter_context(Crowd(server.base, habit, crowd))
        watch = stack.enter_context(Watch(server))
        load = closed_loop(server.asking(images), clients=CLIENTS, seconds=seconds)
    during = load.percentile(50)
    named: Callable[[str], str] = lambda what: f"{habit.name}: {what}"  # noqa: E731
    return Effect(
        name=habit.name,
        checks=[
            check(
                named(f"connections held at the end, at least {ENOUGH:.0%}"),
                f"{held.held:,} of {crowd:,}, {held.cut_off:,} cut off before",
                held.held >= ENOUGH * crowd,
            ),
            check(named("all pictures answered"), told(load), load.all_good),
            check(
                named(f"p50 of these, at most {SLOWDOWN:g} times that before"),
                milliseconds(during),
                during <= SLOWDOWN * before,
            ),
            *(check(named(each.what), each.found, each.met) for each in watch.checks()),
        ],
        numbers={
            "p50_s": during,
            "health_p99_s": percentile(watch.seconds, 99),
            "memory_mb": watch.memory.highest / 1e6,
            "held": held.held,
            "cut_off": held.cut_off,
        },
    )
