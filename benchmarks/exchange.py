"""Requests as bytes on a line of their own, so that no client mends what is wrong with them."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator

import msgspec

__all__ = ["Maker", "Reply", "Target", "called", "canary", "exchange", "flood", "request"]

PATIENCE_S = 20.0


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A server on this machine, an API key of its, that key's entry, and a port where nobody should call."""

    port: int
    key: str
    entry: str
    canary: int

    @property
    def host(self) -> str:
        """What belongs into the Host header."""
        return f"127.0.0.1:{self.port}"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: of the first answer the status and headers (names in small letters), and all bodies.

    ``status`` is None where the connection was closed without an answer; ``taken`` counts the bytes sent.
    """

    status: int | None = None
    headers: dict[str, str] = {}
    body: bytes = b""
    taken: int = 0

    @property
    def statuses(self) -> list[int]:
        """The statuses of all answers that came."""
        behind = [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", self.body)]
        return ([] if self.status is None else [self.status]) + behind

    def told(self) -> str:
        """Say in a few words what came back."""
        if self.status is None:
            return "connection closed"
        kind = self.body.partition(b'"type":"/problems/')[2].partition(b'"')[0].decode("latin-1")
        return f"{self.status} {kind}".strip()


Maker = Callable[[Target], bytes]


def request(line: str, *headers: str, body: bytes = b"", host: str = "{host}") -> Maker:
    """Return what makes a request; ``{host}``, ``{key}``, ``{entry}``, ``{canary}`` are the target's."""

    def make(target: Target) -> bytes:
        framed = any(name.lower().startswith(("content-length", "transfer-encoding")) for name in headers)
        length = [f"Content-Length: {len(body)}"] if body and not framed else []
        head = "\r\n".join([f"{line} HTTP/1.1", f"Host: {host}", *headers, *length])
        for name in ("host", "key", "entry", "canary"):
            head = head.replace(f"{{{name}}}", str(getattr(target, name)))
        return head.encode("latin-1") + b"\r\n\r\n" + body

    return make


def exchange(port: int, sent: bytes) -> Reply:
    """Send bytes, say that no more will follow, and return what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        return _parsed(_received(connection), len(sent))


def flood(port: int, head: bytes, piece: bytes, most: int) -> Reply:
    """Send a head, then a piece over and over until the server has had enough or ``most`` bytes went."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        taken = 0
        with contextlib.suppress(OSError):
            connection.sendall(head)
            while taken < most:
                connection.sendall(piece)
                taken += len(piece)
        return _parsed(_received(connection), taken)


@contextlib.contextmanager
def canary() -> Iterator[socket.socket]:
    """Listen on a free port at which nobody should call; `called` tells whether somebody did."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def called(listener: socket.socket) -> bool:
    """Whether somebody has connected."""
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _received(connection: socket.socket) -> bytes:
    pieces = []
    with contextlib.suppress(OSError):
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def _parsed(answer: bytes, taken: int) -> Reply:
    if not answer:
        return Reply(taken=taken)
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Reply(status=int(first.split(" ")[1]), headers=headers, body=body, taken=taken)
