"""Clients' connections that wait for something, what is held in memory for them, and who has to go."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable, Iterator
from selectors import BaseSelector
from typing import Any

from gunicorn.workers.gthread import TConn

from server.incoming import Incoming
from server.lanes import Lane
from server.outgoing import Outgoing

__all__ = ["Connection", "Connections"]

SILENCE_S = 15.0
"""Seconds for which a client may be silent in the middle of its request or of its answer."""
LONGEST_UPLOAD_S = 120.0


class Connection(TConn):  # type: ignore[misc]
    """A client's connection, the request that comes in on it, and whose thread answers that.

    ``held`` is how many bytes of it are in memory, ``expires`` until when something is waited for.
    """

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any, most_body: int) -> None:
        super().__init__(cfg, Outgoing(sock), client, server)
        self.incoming = Incoming(most_body)
        self.initialized = True  # its parser is made anew for each request
        self.begun = self.expires = math.inf
        self.held = self.drained = 0
        self.lane: Lane | None = None


class Connections:
    """The connections of one worker that are watched for something to happen.

    Used by the one thread that asks ``poller``. ``held`` is how many bytes are held for all connections,
    those that are not watched included; more than ``most_held`` are too many.
    """

    def __init__(self, poller: BaseSelector, most_held: int) -> None:
        self.held = 0
        self._poller, self._most_held = poller, most_held
        self._watched: dict[Connection, None] = {}  # the one that was silent for longest comes first

    def __iter__(self) -> Iterator[Connection]:
        """Go through those that are watched, the most silent first; they may change meanwhile."""
        return iter(tuple(self._watched))

    def watch(
        self, connection: Connection, event: int, react: Callable[[Connection], None], seconds: float
    ) -> None:
        """Call ``react`` at each such event, until the time is over, see `overdue`."""

        def call(_: object) -> None:
            if connection in self._watched:  # it may have had to go since the events were collected
                react(connection)

        self._watched[connection] = None
        self._poller.register(connection.sock, event, call)
        connection.expires = time.monotonic() + seconds

    def unwatch(self, connection: Connection) -> None:
        """Call nothing any more."""
        if connection in self._watched:
            del self._watched[connection]
            self._poller.unregister(connection.sock)

    def heard(self, connection: Connection) -> None:
        """Note that the client does something."""
        del self._watched[connection]
        self._watched[connection] = None
        connection.expires = min(time.monotonic() + SILENCE_S, connection.begun + LONGEST_UPLOAD_S)

    def hold(self, connection: Connection, count: int) -> None:
        """Note how many bytes of a connection are in memory."""
        self.held += count - connection.held
        connection.held = count

    def overdue(self) -> list[Connection]:
        """Return those that were waited for in vain."""
        now = time.monotonic()
        return [each for each in self._watched if each.expires <= now]

    def too_much(self) -> Iterator[Connection]:
        """Yield those for which bytes are held, the most silent first, for as long as these are too many."""
        if self.held > self._most_held:
            for connection in self:
                if connection.held and self.held > self._most_held:
                    yield connection
