"""The gunicorn worker: one loop speaks with all clients, and threads see only requests that are all there.

gunicorn's own threaded worker lends a thread to each client while it sends its request and takes its answer.
As many clients as there are threads, each sending a byte now and then, would shut everybody else out. Here
the loop collects requests and hands out what clients are slow to take, so that a thread is only ever held by
work. Where there are too many clients, or too much comes at once, the one that has been at it for longest has
to go.

What brings a body has threads of its own, and so have health checks: however many pictures wait, the page
does not, and however many ask for pages, whoever watches over the server learns that it is well.
"""

from __future__ import annotations

import errno
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.http import get_parser
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from lesion.errors import LesionError
from server.connections import SILENCE_S, Connection, Connections
from server.incoming import Incoming, Received
from server.lanes import PICTURES, Lanes

__all__ = ["Worker"]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REQUEST_TIMEOUT, SERVICE_UNAVAILABLE = 408, 503

PIECE = 131_072
MOST_ACCEPTED = 16
LINGER_S = 3.0
"""Seconds in which a client that still sends may read its answer, before its connection is cut."""
MOST_DRAINED = 8_000_000
LAST_ACCEPTED_S = 1.0
"""Seconds in which those who wait to be accepted are, when the server stops."""
LAST_UPLOADS_S = 10.0
"""Seconds in which requests that are under way may arrive when the server stops."""
LOOK_AROUND_S = 0.5
FULL_S = 0.05
"""Seconds after which a system without descriptors is asked again, where none can be given back."""

_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker with another way to receive and to send."""

    _gave_up = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[Any, Any] = {}  # of the listeners

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Raise RuntimeError, which ends the start, for what gunicorn can do and this worker cannot."""
        super().check_config(cfg, log)
        needed = {"certfile": None, "keyfile": None, "proxy_protocol": "off", "protocol": "http"}
        for name, value in {**needed, "http2_cleartext": "off"}.items():
            if getattr(cfg, name) != value:
                raise RuntimeError(f"gunicorn's {name} is of no use here: have a proxy in front do that.")

    def run(self) -> None:
        """Serve until told to stop."""
        # Here, since gunicorn's master, which reads this module, has no use for the application.
        from server.refusals import refusal, refusal_of
        from server.services import services_of

        parts = services_of(self.wsgi)
        self._metrics, self._jobs = parts.metrics, parts.jobs
        self._refusal = partial(refusal, parts.metrics)
        self._refusal_of = partial(refusal_of, parts.metrics)
        self._no_place = parts.models.places.no_room
        # Pages of other origins may read what the application says alone.
        self._sends_pictures_away = not parts.config.cors_origins
        self._logs_addresses = parts.config.log_addresses
        self._most_body = parts.config.max_json_bytes
        self._connections = Connections(self.poller, parts.config.max_held_bytes)
        threads = parts.config.upload_threads, parts.config.web_threads
        self.tpool = Lanes(*threads, self.worker_connections)
        self._looked = 0.0
        # The master, which began to count before, leaves time to write the record after this.
        self.cfg.set("graceful_timeout", parts.config.request_timeout)
        super().run()
        if self._gave_up:
            sys.exit(Arbiter.APP_LOAD_ERROR)

    def give_up(self) -> None:
        """Stop, and have the master stop too: another worker could serve no better."""
        self._gave_up = True
        self.handle_exit(signal.SIGTERM, None)

    # What ThreadWorker calls.

    def set_accept_enabled(self, enabled: bool) -> None:
        """Listen, or not; when the server stops, take those in the system's queue, and listen no more."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            self._jobs.close()  # whoever follows one would hold the process for the whole grace period
            for listener in self.sockets:
                self._accept_last(listener)
                listener.close()  # else the system would go on to accept what nobody will answer

    def accept(self, listener: Any) -> None:
        """Accept those who wait, at most so many before others have their turn."""
        for _ in range(MOST_ACCEPTED):
            if not self._accept_one(listener):
                break

    def _accept_last(self, listener: Any) -> None:
        """Accept those who wait, for a moment: under overload there is always one more, and others wait."""
        until = time.monotonic() + LAST_ACCEPTED_S
        while self.nr_conns < self.worker_connections and time.monotonic() < until:
            if not self._accept_one(listener):
                break

    def _accept_one(self, listener: Any) -> bool:
        """Accept a connection; return whether there was one."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EBADF, errno.EINVAL):
                raise
            # Some of the others are about a connection that is gone already: see accept(2).
            if error.errno in _OUT_OF_DESCRIPTORS and not self._make_room():
                time.sleep(FULL_S)
            return False
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        if listener not in self._addresses:
            self._addresses[listener] = listener.getsockname()
        connection = Connection(self.cfg, sock, client, self._addresses[listener], self._most_body)
        self._safely(self._welcome, connection)
        return True

    def murder_keepalived(self, force: bool = False) -> None:
        """Let go of clients that were waited for in vain."""
        now = time.monotonic()
        if now < self._looked + LOOK_AROUND_S and not force:
            return
        self._looked = now
        self._metrics.tell_connections(self.nr_conns)
        for connection in self._connections if force else self._connections.overdue():
            if len(connection.incoming):
                self._safely(self._refuse, connection, REQUEST_TIMEOUT)
            else:
                self._drop(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer than ``deadline`` for requests that have not begun, when the server stops."""
        self._connections.hurry(deadline, time.monotonic() + LAST_UPLOADS_S)

    def handle(self, connection: Connection) -> bool:
        """Answer a request, in a lane's thread; return whether the connection may stay."""
        connection.parser = get_parser(self.cfg, Received(connection.incoming.take()), connection.client)
        connection.data_ready = True
        return bool(super().handle(connection))

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer a request that gunicorn's parser has read."""
        req._expected_100_continue = False  # the client was told when its head was here
        if not conn.incoming.whole:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer, in a lane's thread, what gunicorn's parser refuses, or what failed before its answer."""
        with suppress(OSError):
            client.sendall(self._refusal_of(exc, address=self._address(addr)))

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """Return whether the connection may stay, by what gunicorn says of pieces that nobody has read."""
        if not conn.incoming.chunked:
            return keepalive  # all of it is here, whatever it is
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except (OSError, ParseException):  # not for gunicorn's handle, which would answer once more
            return False

    def finish_request(self, connection: Connection, done: Future[bool]) -> None:
        """Send what the client has not taken yet of its answer, then wait for its next request."""
        connection.parser = None
        if connection.sock.fileno() < 0:  # gunicorn closes it where an answer breaks in the middle
            self._drop(connection)
            return
        stays = not done.cancelled() and done.exception() is None and done.result()
        self._connections.hold(connection, len(connection.sock.kept))
        if connection.held:
            self._watch(connection, selectors.EVENT_WRITE, partial(self._flush, stays=stays), SILENCE_S)
            self._send_away_what_is_too_much()
        else:
            self._answered(connection, stays)

    # From here to there.

    def _watch(
        self, connection: Connection, event: int, react: Callable[[Connection], None], seconds: float
    ) -> None:
        self._connections.watch(connection, event, partial(self._safely, react), seconds)

    def _safely(self, react: Callable[..., None], connection: Connection, *told: Any) -> None:
        """React; where that fails, this connection has to go, and no other, as in gunicorn's own worker."""
        try:
            react(connection, *told)
        except (BlockingIOError, InterruptedError):
            pass  # it seemed to be ready, and was not
        except OSError:
            self._drop(connection)
        except Exception:
            self.log.exception("a connection failed")
            self._drop(connection)

    def _welcome(self, connection: Connection) -> None:
        """Take what is here already: under load that is a whole request, and there is nothing to wait for."""
        try:
            data = connection.sock.recv(PIECE)
        except BlockingIOError:
            self._await_request(connection)
            return
        if not data:
            self._drop(connection)
            return
        connection.incoming.feed(data)
        over = connection.incoming.over
        self._begin(connection)
        if not over:
            self._send_away_what_is_too_much()

    def _begin(self, connection: Connection) -> None:
        """Have a request answered that is here already, or wait for it, or for the rest of it."""
        self._connections.hold(connection, len(connection.incoming))
        if connection.incoming.over:
            self._hand_over(connection)
        else:
            self._await_request(connection)

    def _await_request(self, connection: Connection) -> None:
        seconds = self.cfg.keepalive if self.alive else LINGER_S
        self._watch(connection, selectors.EVENT_READ, self._receive, seconds)
        if len(connection.incoming):
            self._go_on(connection)

    def _receive(self, connection: Connection) -> None:
        data, incoming = connection.sock.recv(PIECE), connection.incoming
        if not data and not len(incoming):
            self._drop(connection)
            return
        if not len(incoming):
            self._connections.begin(connection)
        incoming.feed(data)
        self._connections.hold(connection, len(incoming))
        if incoming.over or not data:
            self._connections.unwatch(connection)
            self._hand_over(connection)
        else:
            self._go_on(connection)
            self._send_away_what_is_too_much()

    def _go_on(self, connection: Connection) -> None:
        """Wait for the rest of a request."""
        self._connections.heard(connection)
        if connection.incoming.waits_for_word:
            connection.sock.sendall(CONTINUE)

    def _hand_over(self, connection: Connection) -> None:
        """Have a thread answer a request, or send it away: it is too large, or too many are in hand."""
        incoming, lane = connection.incoming, self.tpool.of(connection.incoming)
        finish = partial(self.method_queue.defer, self._safely, self.finish_request, connection)
        why = incoming.too_large or self._no_room(incoming)
        if not why and not lane.submit(partial(self.handle, connection), finish):
            why = SERVICE_UNAVAILABLE
        if why:
            self._refuse(connection, why)

    def _no_room(self, incoming: Incoming) -> LesionError | None:
        """Return what the application would say of a picture for which there is no room.

        It would say so in a thread, at five times the cost, and while it does the loop waits for Python's
        lock: under ten times the load that a server can bear, nobody would be received in time any more.
        """
        if self._sends_pictures_away and incoming.brings_body and incoming.path in PICTURES:
            return self._no_place()
        return None

    def _flush(self, connection: Connection, stays: bool) -> None:
        done = connection.sock.flush()
        self._connections.hold(connection, len(connection.sock.kept))
        self._connections.heard(connection)
        if done:
            self._connections.unwatch(connection)
            self._answered(connection, stays)

    def _answered(self, connection: Connection, stays: bool) -> None:
        if not stays:
            self._say_goodbye(connection)
            return
        connection.incoming = connection.incoming.rest()
        self._begin(connection)

    def _refuse(self, connection: Connection, why: int | LesionError) -> None:
        """Answer a request in the application's place, or cut an answer off, and close the connection."""
        self._connections.unwatch(connection)
        if connection.sock.kept:
            self._drop(connection)
            return
        address = self._address(connection.client)
        connection.sock.sendall(self._refusal(why, connection.incoming.path, address=address))
        connection.incoming.take()
        # Of a client that has sent all there is nothing left to read, on account of which the system would
        # take back what it was told; nobody sends the next picture before the answer to the last.
        if connection.incoming.whole and not len(connection.incoming) and not connection.sock.kept:
            self._drop(connection)
        else:
            self._say_goodbye(connection)

    def _address(self, client: Any) -> str | None:
        """Return the network address to log of a client, which is a proxy's where there is one."""
        return str(client[0]) if self._logs_addresses and isinstance(client, tuple) else None

    def _say_goodbye(self, connection: Connection) -> None:
        """Close a connection once the client has read what it was told (RFC 9112, section 9.6)."""
        self._connections.hold(connection, 0)
        connection.incoming = Incoming(0)
        connection.sock.shutdown(socket.SHUT_WR)
        self._watch(connection, selectors.EVENT_READ, self._drain, LINGER_S)

    def _drain(self, connection: Connection) -> None:
        count = len(connection.sock.recv(PIECE))
        connection.drained += count
        if not count or connection.drained > MOST_DRAINED:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        """Close a connection at once."""
        self._connections.unwatch(connection)
        self._connections.hold(connection, 0)
        self.nr_conns -= 1
        connection.close()

    def _make_room(self) -> bool:
        """Let go of the client that is missed least; return whether there was one."""
        connection = self._connections.least_missed()
        if connection:
            self._drop(connection)
        return connection is not None

    def _send_away_what_is_too_much(self) -> None:
        for connection in self._connections.too_much():
            self._safely(self._refuse, connection, SERVICE_UNAVAILABLE)
