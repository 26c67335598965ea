"""A job told as it goes on, in server-sent events."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import msgspec

from server.errors import Busy
from server.job import Job
from server.job_answers import JobStatus

__all__ = ["Streams", "events", "notice_when_gone"]

HEARTBEAT_S = 2.0
"""Seconds without news after which a comment is sent, to find out whether somebody still listens."""
PEER_GONE_MS = 15_000


class Streams:
    """Streams at the same time, at most ``most``: each holds one of the server's threads."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most) if most else None

    def enter(self) -> None:
        """Take a stream's place. Raises Busy."""
        if self._places is None or not self._places.acquire(blocking=False):
            raise Busy("Too many are listening at the same time; please ask for the job's state instead.")

    def leave(self) -> None:
        """Give the place back."""
        if self._places is not None:
            self._places.release()


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

    Otherwise a phone that lost its network would seem to listen for a quarter of an hour.
    """
    connection, option = environ.get("gunicorn.socket"), getattr(socket, "TCP_USER_TIMEOUT", None)
    if connection is not None and option is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, option, PEER_GONE_MS)


def _event(status: JobStatus) -> bytes:
    name = status.state if status.over else "progress"
    return b"event: %b\ndata: %b\n\n" % (name.encode(), msgspec.json.encode(status))
