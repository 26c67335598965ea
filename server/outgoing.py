"""The socket of a client that may be slow: what it does not take yet is kept, and no thread waits."""

from __future__ import annotations

import errno
import select
import socket
from typing import Any

__all__ = ["Outgoing"]

MOST_KEPT = 1_000_000
"""Bytes kept for a client; a thread that has more for it waits until it has taken some."""
PATIENCE_S = 10.0


class Outgoing:
    """A socket that never blocks, in the place of one that would.

    Whoever answers sends all at once. What does not go at once stays in ``kept``, for whoever watches the
    socket to `flush`.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self.kept = bytearray()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def setblocking(self, flag: bool) -> None:
        """Stay as it is, whoever asks."""

    def sendall(self, data: bytes) -> None:
        """Send data, or keep it. Raises OSError where nobody takes it any more."""
        self.kept += data
        self.flush()
        while len(self.kept) > MOST_KEPT:
            self._wait()
            self.flush()

    def send(self, data: bytes) -> int:
        """Send as `sendall` does; return the number of bytes."""
        self.sendall(data)
        return len(data)

    def flush(self) -> bool:
        """Send as much of what is kept as goes now; return whether that was all. Raises OSError."""
        try:
            while self.kept:
                del self.kept[: self._sock.send(self.kept)]
        except (BlockingIOError, InterruptedError):
            pass
        return not self.kept

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._sock, select.POLLOUT)
        if not poll.poll(PATIENCE_S * 1000):
            raise BrokenPipeError(errno.EPIPE, "the client takes nothing")
