"""Requests as bytes on a line of their own, so that no client mends what is wrong with them."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator

import msgspec

__all__ = ["Maker", "Reply", "Target", "called", "canary", "exchange", "flood", "request"]

PATIENCE_S = 20.0
"""Seconds that an exchange may take; what is not over by then hangs."""


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

    def is_betrayed_by(self, reply: Reply) -> bool:
        """Whether a reply tells the key, or its salt or hash."""
        _, *hashed = self.entry.split(":")[:3]
        told = reply.body + repr(reply.headers).encode()
        return any(secret.encode() in told for secret in (self.key, *hashed) if secret)


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: of the first answer the status and headers (names in small letters), and all bodies.

    ``status`` is None where no answer came; ``taken`` counts the bytes sent. ``seconds`` is how long it took
    until the server had closed the connection, and ``hung`` whether it had not when patience was over.
    """

    status: int | None = None
    headers: dict[str, str] = {}
    body: bytes = b""
    taken: int = 0
    seconds: float = 0.0
    hung: bool = False

    @property
    def statuses(self) -> list[int]:
        """The statuses of all answers that came."""
        behind = [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3})", self.body)]
        return ([] if self.status is None else [self.status]) + behind

    def told(self) -> str:
        """Say in a few words what came back."""
        kind = self.body.partition(b'"type":"/problems/')[2].partition(b'"')[0].decode("latin-1")
        answer = f"{self.status} {kind}".strip() if self.status else ""
        if self.hung:
            return f"{answer or 'no answer'}, not over after {self.seconds:.0f} s"
        return answer or "connection closed"


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


def exchange(port: int, sent: bytes, address: str = "127.0.0.1") -> Reply:
    """Send bytes from an own address, say that no more will follow, and return what comes back."""
    return _talked(port, [sent], ends=True, address=address)


def flood(port: int, head: bytes, piece: bytes, most: int) -> Reply:
    """Send a head, then a piece over and over until the server has had enough or ``most`` bytes went."""
    pieces = itertools.repeat(piece, -(-most // len(piece)))
    return _talked(port, itertools.chain([head], pieces), ends=False)


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


def _talked(port: int, pieces: Iterable[bytes], *, ends: bool, address: str = "127.0.0.1") -> Reply:
    """Send pieces until the server has had enough, take what it says until it closes, and return that."""
    started, taken, answer = time.perf_counter(), 0, bytearray()
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S, (address, 0)) as connection:

        def patient() -> socket.socket:
            connection.settimeout(max(0.001, started + PATIENCE_S - time.perf_counter()))
            return connection

        hung = False
        try:
            with contextlib.suppress(ConnectionError):  # it had enough, and may have said why
                for piece in pieces:
                    patient().sendall(piece)
                    taken += len(piece)
            if ends:
                with contextlib.suppress(OSError):  # it has closed already
                    connection.shutdown(socket.SHUT_WR)
            while piece := patient().recv(65_536):
                answer += piece
        except TimeoutError:
            hung = True
        except ConnectionError:  # closed by a reset, since it had not read everything
            pass
    reply = _parsed(bytes(answer))
    seconds = time.perf_counter() - started
    return msgspec.structs.replace(reply, taken=taken, seconds=seconds, hung=hung)


def _parsed(answer: bytes) -> Reply:
    if not answer:
        return Reply()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Reply(status=int(first.split(" ")[1]), headers=headers, body=body)
