"""A job told as it goes on, in server-sent events."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from server.errors import Busy
from server.job import Job
from server.job_answers import JobStatus

__all__ = ["Stream", "Streams", "event", "events", "has_gone", "notice_when_gone"]

HEARTBEAT_S = 2.0
"""Seconds without news after which a comment is sent, to find out whether somebody still listens."""
PEER_GONE_S = 15
PROBE_S = 5
"""Seconds without traffic after which a client is asked whether it is there, and between such questions."""


def _unheard(_: int) -> None:
    """Tell nobody."""


class Streams:
    """Jobs followed at the same time, at most ``most``: each holds one of the server's threads.

    ``tell`` is told how many they are, whenever that changes.
    """

    def __init__(self, most: int, tell: Callable[[int], None] = _unheard) -> None:
        self._most, self._open, self._tell, self._lock = most, 0, tell, threading.Lock()

    def follow(self, job: Job, first: Iterable[bytes] = (), left: Callable[[], None] | None = None) -> Stream:
        """Return the events of a job, to be closed by whoever does not take them all. Raises Busy.

        Args:
            job: whose events they are.
            first: pieces that come before them.
            left: is called when the stream is over, for whatever reason.
        """
        with self._lock:
            if self._open >= self._most:
                raise Busy(
                    "Too many are waiting for explanations here; please ask for the job's state now and "
                    "then, or try again in a few seconds."
                )
            self._count(1)
        return Stream(chain(first, events(job)), *([left] if left else []), self._leave)

    def _leave(self) -> None:
        with self._lock:
            self._count(-1)

    def _count(self, more: int) -> None:
        self._open += more
        self._tell(self._open)


class Stream:
    """An iterator that makes each of its ``calls`` once, at its end or when it is closed.

    A generator would not do: one that was never begun has nothing that its closing could run.
    """

    def __init__(self, pieces: Iterator[bytes], *calls: Callable[[], None]) -> None:
        self._pieces, self._end = pieces, contextlib.ExitStack()
        for call in calls:
            self._end.callback(call)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        for piece in self._pieces:
            return piece
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Give the place back."""
        self._end.close()


def events(job: Job) -> Iterator[bytes]:
    """Yield the job's status at once and at each change, until the job is over or a newer stream follows it.

    Each piece that went out shows that the client is there.
    """
    watcher, seen = job.watch(), None
    while status := job.next_status(watcher, seen, HEARTBEAT_S):
        yield b": still here\n\n" if status is seen else _event(status)
        job.heard()
        seen = status
        if status.over:
            return


def notice_when_gone(environ: dict[str, Any]) -> None:
    """Let the connection of a request break soon after its client vanished without a word, where Linux can.

    Otherwise a phone that lost its network would seem to listen for a quarter of an hour. Where nothing is
    sent, as to one who waits for an answer, only probes can tell.
    """
    connection = environ.get("gunicorn.socket")
    if connection is None or not hasattr(socket, "TCP_USER_TIMEOUT"):
        return
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, PROBE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, PROBE_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * PEER_GONE_S)


def has_gone(environ: dict[str, Any]) -> bool:
    """Whether a request's client has closed its connection, as far as gunicorn's socket tells."""
    connection = environ.get("gunicorn.socket")
    try:
        return connection is not None and not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def event(name: str, told: msgspec.Struct) -> bytes:
    """Return a server-sent event of that name, which tells a struct as JSON."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(told))


def _event(status: JobStatus) -> bytes:
    return event(status.state if status.over else "progress", status)
