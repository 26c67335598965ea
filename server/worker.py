"""The gunicorn worker: one loop speaks with all clients, and threads see only requests that are all there.

gunicorn's own threaded worker lends a thread to each client while it sends its request and takes its answer.
As many clients as there are threads, each sending a byte now and then, would shut everybody else out. Here
the loop collects requests and hands out what clients are slow to take, so that a thread is only ever held by
work. Where there are too many clients, or too much comes at once, the one that was silent for longest has to
go.

What brings a body has threads of its own, and so have health checks: however many pictures wait, the page
does not, and however many ask for pages, whoever watches over the server learns that it is well.
"""

from __future__ import annotations

import errno
import itertools
import math
import selectors
import signal
import socket
import sys
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.http import get_parser
from gunicorn.workers.gthread import ThreadWorker

from server.connections import SILENCE_S, Connection, Connections
from server.incoming import Incoming, Received
from server.lanes import Lane

__all__ = ["Worker"]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

PIECE = 131_072
LINGER_S = 3.0
"""Seconds in which a client that still sends may read its answer, before its connection is cut."""
MOST_DRAINED = 8_000_000
LAST_UPLOADS_S = 10.0
"""Seconds in which requests that are under way may arrive when the server stops."""
LOOK_AROUND_S = 0.5
PROBES = (b"/ping", b"/healthz")
PROBE_THREADS = 2

_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker with another way to receive and to send."""

    _gave_up = False

    def run(self) -> None:
        """Serve until told to stop."""
        # Here, since gunicorn's master, which reads this module, has no use for the application.
        from server.errors import Busy
        from server.refusals import too_many
        from server.services import services_of

        config = services_of(self.wsgi).config
        self._most_body = config.max_json_bytes
        self._connections = Connections(self.poller, config.max_held_bytes)
        self._uploads = Lane("upload", config.upload_threads)
        self._pages = Lane("page", config.web_threads)
        self._probes = Lane("probe", PROBE_THREADS)
        self._refused = 0
        self._looked = 0.0
        self._too_many, self._busy = too_many, Busy.slug
        self._metrics = services_of(self.wsgi).metrics
        super().run()
        self._uploads.close()
        self._pages.close()
        self._probes.close()
        if self._gave_up:
            sys.exit(Arbiter.APP_LOAD_ERROR)

    def give_up(self) -> None:
        """Stop, and have the master stop too: another worker could serve no better."""
        self._gave_up = True
        self.handle_exit(signal.SIGTERM, None)

    # What ThreadWorker.run calls.

    def set_accept_enabled(self, enabled: bool) -> None:
        """Listen, or not; when the server stops, take those in the system's queue, and listen no more."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                while self.accept(listener):
                    pass
                listener.close()  # else the system would go on to accept what nobody will answer

    def accept(self, listener: Any) -> bool:
        """Accept a connection; return whether there was one."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in _OUT_OF_DESCRIPTORS:
                self._make_room()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return False
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        connection = Connection(self.cfg, sock, client, listener.getsockname(), self._most_body)
        self._connections.watch(connection, selectors.EVENT_READ, self._receive, self.cfg.keepalive)
        return True

    def murder_keepalived(self, force: bool = False) -> None:
        """Let go of clients that were silent for too long."""
        now = time.monotonic()
        if now < self._looked + LOOK_AROUND_S and not force:
            return
        self._looked = now
        self._metrics.tell_connections(self.nr_conns)
        for connection in self._connections if force else self._connections.overdue():
            if len(connection.incoming):
                self._metrics.observe_refusal("request-timeout")
            self._tell(connection, TIMEOUT if len(connection.incoming) else b"")
        if self._refused:
            self.log.warning("sent %d requests away: more came than could be looked at", self._refused)
            self._refused = 0

    def _cap_keepalive(self, deadline: float) -> None:
        """Wait no longer than ``deadline`` for requests that have not begun, when the server stops."""
        for connection in self._connections:
            latest = time.monotonic() + LAST_UPLOADS_S if len(connection.incoming) else deadline
            connection.expires = min(connection.expires, latest)

    # From here to there.

    def _receive(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._drop(connection)
            return
        incoming = connection.incoming
        if not data and not len(incoming):
            self._drop(connection)
            return
        if not len(incoming):
            connection.begun = time.monotonic()
        incoming.feed(data)
        self._connections.hold(connection, len(incoming))
        if incoming.over or not data:
            self._connections.unwatch(connection)
            self._hand_over(connection)
            return
        self._connections.heard(connection)
        if incoming.waits_for_word:
            self._send(connection, CONTINUE)
        self._send_away_what_is_too_much()

    def _hand_over(self, connection: Connection) -> None:
        """Have a thread answer a request, or send it away where too many are in hand."""
        connection.begun = math.inf
        connection.lane = self._lane_of(connection.incoming)
        future = connection.lane.submit(partial(self.handle, connection))
        if future is None:
            self._refuse(connection)
        else:
            future.add_done_callback(
                lambda done: self.method_queue.defer(self.finish_request, connection, done)
            )

    def _lane_of(self, incoming: Incoming) -> Lane:
        if incoming.brings_body:
            return self._uploads
        return self._probes if incoming.path in PROBES else self._pages

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

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """Return whether the connection may stay: what was not read of a body is here, and is let go."""
        body = getattr(conn.parser.mesg, "body", None)
        return keepalive and not getattr(body, "failed", False)

    def finish_request(self, connection: Connection, done: Future[bool]) -> None:
        """Send what the client has not taken yet of its answer, then wait for its next request."""
        if connection.lane:
            connection.lane.leave()
        connection.parser = None
        stays = not done.cancelled() and done.exception() is None and done.result()
        self._connections.hold(connection, len(connection.sock.kept))
        if connection.held:
            self._connections.watch(
                connection, selectors.EVENT_WRITE, partial(self._flush, stays=stays), SILENCE_S
            )
            self._send_away_what_is_too_much()
        else:
            self._answered(connection, stays)

    def _flush(self, connection: Connection, stays: bool) -> None:
        try:
            done = connection.sock.flush()
        except OSError:
            self._drop(connection)
            return
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
        connection.begun = time.monotonic() if len(connection.incoming) else math.inf
        self._connections.hold(connection, len(connection.incoming))
        if connection.incoming.over:
            self._hand_over(connection)
        else:
            self._connections.watch(connection, selectors.EVENT_READ, self._receive, self.cfg.keepalive)
            if not self.alive:
                self._cap_keepalive(time.monotonic() + LINGER_S)

    def _say_goodbye(self, connection: Connection) -> None:
        """Close a connection once the client has read what it was told (RFC 9112, section 9.6)."""
        self._connections.hold(connection, 0)
        connection.incoming = Incoming(0)
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        self._connections.watch(connection, selectors.EVENT_READ, self._drain, LINGER_S)

    def _drain(self, connection: Connection) -> None:
        try:
            count = len(connection.sock.recv(PIECE))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            count = 0
        connection.drained += count
        if not count or connection.drained > MOST_DRAINED:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        """Close a connection at once."""
        self._connections.unwatch(connection)
        self._connections.hold(connection, 0)
        self.nr_conns -= 1
        connection.close()

    def _send(self, connection: Connection, data: bytes) -> None:
        try:
            connection.sock.sendall(data)
        except OSError:
            self._drop(connection)

    def _tell(self, connection: Connection, data: bytes) -> None:
        """Send the last word, if there is one and nothing else is being sent, and close the connection."""
        self._connections.unwatch(connection)
        if not data or connection.sock.kept:
            self._drop(connection)
            return
        try:
            connection.sock.sendall(data)
        except OSError:
            self._drop(connection)
        else:
            self._say_goodbye(connection)

    def _refuse(self, connection: Connection) -> None:
        self._refused += 1
        self._metrics.observe_refusal(self._busy)
        self._tell(connection, self._too_many(connection.incoming.path))

    def _make_room(self) -> None:
        """Let go of the client that was silent for longest."""
        for connection in itertools.islice(self._connections, 1):
            self._drop(connection)

    def _send_away_what_is_too_much(self) -> None:
        for connection in self._connections.too_much():
            self._refuse(connection)
