"""Clients' connections that wait for something, what is held in memory for them, and who has to go."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable, Iterator
from itertools import takewhile
from selectors import BaseSelector
from typing import Any

from gunicorn.workers.gthread import TConn

from server.incoming import Incoming
from server.outgoing import Outgoing

__all__ = ["Connection", "Connections"]

SILENCE_S = 15.0
"""Seconds for which a client may be silent in the middle of its request or of its answer."""
LONGEST_S = 120.0
"""Seconds that a request may take to come in, or an answer to go out, however steadily it moves."""
IDLE_S = 1.0
"""Seconds after which a client that wants nothing is taken for idle: another may be about to ask again."""


class Connection(TConn):  # type: ignore[misc]
    """A client's connection, and the request that comes in on it.

    ``held`` is how many bytes of it are in memory, ``begun`` since when it sends, takes or wants nothing, and
    ``expires`` until when that is waited for.
    """

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any, most_body: int) -> None:
        super().__init__(cfg, Outgoing(sock), client, server)
        self.incoming = Incoming(most_body)
        self.initialized = True  # its parser is made anew for each request
        self.begun = self.expires = math.inf
        self.held = self.drained = 0


class Connections:
    """The connections of one worker that are watched for something to happen.

    Used by the one thread that asks ``poller``. ``held`` is how many bytes are held for all connections,
    those that are not watched included; more than ``most_held`` are too many.
    """

    def __init__(self, poller: BaseSelector, most_held: int) -> None:
        self.held = 0
        self._poller, self._most_held, self._latest = poller, most_held, math.inf
        self._watched: dict[Connection, Callable[[object], None]] = {}  # by when they have begun

    def __iter__(self) -> Iterator[Connection]:
        """Go through those that are watched, by when they have begun; they may change meanwhile."""
        return iter(tuple(self._watched))

    def watch(
        self, connection: Connection, event: int, react: Callable[[Connection], None], seconds: float
    ) -> None:
        """Call ``react`` at each such event, until the time is over, see `overdue`."""

        def call(_: object) -> None:
            # Since the events were collected it may have had to go, or to do something else.
            if self._watched.get(connection) is call:
                react(connection)

        self._poller.register(connection.sock, event, call)
        self._watched[connection] = call
        connection.begun = time.monotonic()
        connection.expires = connection.begun + seconds

    def unwatch(self, connection: Connection) -> None:
        """Call nothing any more."""
        if connection in self._watched:
            del self._watched[connection]
            self._poller.unregister(connection.sock)

    def begin(self, connection: Connection) -> None:
        """Note that a client that wanted nothing begins to send."""
        self._watched[connection] = self._watched.pop(connection)
        connection.begun = time.monotonic()

    def heard(self, connection: Connection) -> None:
        """Note that the client does something."""
        latest = min(connection.begun + LONGEST_S, self._latest if len(connection.incoming) else math.inf)
        connection.expires = min(time.monotonic() + SILENCE_S, latest)

    def hurry(self, idle: float, latest: float) -> None:
        """Wait until ``idle`` for requests that have not begun, until ``latest`` for the rest of others."""
        self._latest = latest
        for connection in self:
            if len(connection.incoming):
                connection.expires = min(connection.expires, latest)
            elif not connection.held:
                connection.expires = min(connection.expires, idle)

    def hold(self, connection: Connection, count: int) -> None:
        """Note how many bytes of a connection are in memory."""
        self.held += count - connection.held
        connection.held = count

    def overdue(self) -> list[Connection]:
        """Return those that were waited for in vain."""
        now = time.monotonic()
        return [each for each in self._watched if each.expires <= now]

    def least_missed(self) -> Connection | None:
        """Return who has to go where there are too many.

        That is one that is idle, which costs nobody anything, or else the one that is at its request or
        answer for longest. Who sends a byte now and then does not stay for that.
        """
        before = time.monotonic() - IDLE_S
        older = takewhile(lambda each: each.begun < before, self)
        return next((each for each in older if not each.held), None) or next(iter(self), None)

    def too_much(self) -> Iterator[Connection]:
        """Yield those for which bytes are held, from who began first, for as long as these are too many."""
        if self.held > self._most_held:
            for connection in self:
                if connection.held and self.held > self._most_held:
                    yield connection
