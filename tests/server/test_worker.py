"""gunicorn's worker as the server runs it, with an application that has no model."""

from __future__ import annotations

import errno
import http.client
import inspect
import json
import logging
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from types import SimpleNamespace

import msgspec
import pytest
from flask import Flask, Response, request
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config as GunicornConfig
from gunicorn.workers.gthread import ThreadWorker

from lesion.errors import LesionError
from server import connections as connections_module
from server import worker as worker_module
from server.client import Client
from server.config import Config
from server.headers import SECURITY_HEADERS
from server.incoming import Incoming
from server.lanes import MOST_IN_LINE
from server.metrics import Metrics
from server.places import Places
from server.worker import Worker
from tests.server.asking import until

AT_ONCE = 5.0
"""Seconds that an answer may take which nobody holds up: much more than it takes on a busy machine."""

CONFIG = Config(lesion_max_bytes=1_000_000, lesion_queue=1, lesion_parallel=1, explain_streams=1)
CONNECTIONS = 200
HEAD = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST /unread HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
PING = b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
LAST_PING = b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Log(logging.Logger):
    def access(self, *_: object) -> None:
        pass


class Site:
    """A worker in a thread, and what its views wait for."""

    def __init__(self, listeners: int = 1, config: Config = CONFIG) -> None:
        self.config, self.places = config, Places(config.parallel, config.lesion_queue)
        self.listeners = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(listeners)]
        self.port = self.listeners[0].getsockname()[1]
        self.metrics, self.stopped = Metrics(), threading.Event()
        self.go_on, self.begun = threading.Event(), threading.Semaphore(0)
        self.log = Log("worker")
        self.status: object = None
        settings = GunicornConfig()
        for name, value in {"worker_connections": CONNECTIONS, "keepalive": 15, "sendfile": False}.items():
            settings.set(name, value)
        self.worker = Worker(1, os.getppid(), self.listeners, None, 30, settings, self.log)
        self.worker.wsgi = self._app()
        self.worker.tpool, self.worker.poller = self.worker.get_thread_pool(), selectors.DefaultSelector()
        self.worker.method_queue.init()
        self.thread = threading.Thread(target=self._run)

    def _app(self) -> Flask:
        app = Flask("site", static_folder=None)
        app.extensions["lesion"] = SimpleNamespace(
            config=self.config,
            metrics=self.metrics,
            jobs=SimpleNamespace(close=self.stopped.set),
            models=SimpleNamespace(places=self.places),
        )

        @app.get("/ping")
        def ping() -> str:
            return "pong"

        @app.get("/page")
        @app.get("/healthz")
        def page() -> str:
            self.begun.release()
            self.go_on.wait(30)
            return "page"

        @app.get("/large")
        def large() -> Response:
            return Response((b"x" * 10_000 for _ in range(80)), headers={"Content-Length": "800000"})

        @app.get("/breaks/<int:after>")
        def breaks(after: int) -> Response:
            def pieces() -> Iterator[bytes]:
                yield from (b"x" * 10_000 for _ in range(after))
                raise LesionError("the database does not answer any more")

            return Response(pieces(), headers={"Content-Length": "2000000"})

        @app.get("/nothing")
        def nothing() -> tuple[str, int]:
            return "", int(request.args["status"])

        @app.post("/echo")
        @app.route("/api/classify", methods=["GET", "POST"])
        def echo() -> bytes:
            return request.get_data()

        @app.post("/unread")
        def unread() -> tuple[str, int]:
            return "too large", 413

        @app.post("/wait")
        def wait() -> str:
            self.begun.release()
            self.go_on.wait(30)
            return "waited"

        return app

    def _run(self) -> None:
        try:
            self.worker.run()
        except SystemExit as end:
            self.status = end.code

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def connect_slow(self) -> socket.socket:
        """A client whose answers stay with the server until it takes them."""
        # Those that are accepted from now on have it too.
        self.listeners[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.settimeout(20)
        client.connect(("127.0.0.1", self.port))
        return client

    def get(self, path: str = "/ping") -> tuple[int, bytes, float]:
        """Return status, body, and the seconds that it took."""
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes, float]:
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read(), time.perf_counter() - started
        finally:
            connection.close()

    def is_quick(self) -> None:
        status, body, seconds = self.get()
        assert (status, body) == (200, b"pong")
        assert seconds < AT_ONCE

    def refusals(self, reason: str) -> float:
        return self.metrics.registry.get_sample_value("lesion_refusals_total", {"reason": reason}) or 0.0

    def stop(self) -> None:
        self.worker.handle_exit(15, None)


@contextmanager
def working(site: Site) -> Iterator[Site]:
    site.thread.start()
    try:
        yield site
    finally:
        site.go_on.set()
        site.stop()
        site.thread.join(30)
        site.worker.tmp.close()
        assert not site.thread.is_alive()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(worker_module, "LINGER_S", 0.3)
    monkeypatch.setattr(worker_module, "LOOK_AROUND_S", 0.05)
    with working(Site()) as site:
        yield site


def held_by(site: Site) -> int:
    return site.worker._connections.held


def read_all(connection: socket.socket) -> bytes:
    try:
        return b"".join(iter(lambda: connection.recv(65_536), b""))
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /ping HTTP/1.1\r\nHo", HEAD % 50_000 + b"a", LARGE],
    ids=["idle", "slow head", "slow body", "slow reader"],
)
def test_clients_that_do_nothing_more_hold_nobody_up(site: Site, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(CONNECTIONS - 10):
            connection = stack.enter_context(site.connect_slow())
            connection.sendall(sent)
        site.is_quick()
        assert site.ask("POST", "/echo", b"hello")[:2] == (200, b"hello")


def test_however_many_drip_an_upload_that_rests_is_answered(site: Site) -> None:
    """Twice as many as there may be hold on by a byte now and then, and come one after the other."""

    def drip() -> None:
        for each in crowd:
            with suppress(OSError):
                each.send(b"a")
        before = time.perf_counter()
        crowd.append(stack.enter_context(site.connect()))
        crowd[-1].sendall(b"GET /ping HTTP/1.1\r\nX: ")
        assert time.perf_counter() - before < AT_ONCE

    with ExitStack() as stack:
        crowd: list[socket.socket] = []
        for _ in range(CONNECTIONS + CONNECTIONS // 2):
            drip()
        upload = stack.enter_context(site.connect())
        upload.sendall(HEAD % 5 + b"he")
        for _ in range(CONNECTIONS // 2):
            drip()
        site.is_quick()
        upload.sendall(b"llo")
        upload.shutdown(socket.SHUT_WR)
        assert read_all(upload).endswith(b"hello")


def test_where_there_are_too_many_who_waits_for_longest_goes(site: Site) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(site.connect()) for _ in range(CONNECTIONS + 20)]
        until(lambda: site.worker.nr_conns >= CONNECTIONS - 1)
        connections[-1].sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connections[-1].recv(100).startswith(b"HTTP/1.1 200")
        assert read_all(connections[0]) == b""
        site.is_quick()
        assert site.worker.nr_conns <= CONNECTIONS


def test_a_request_that_is_here_with_its_connection_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each call of the system is a wait for Python's lock: under overload these are what makes it slow."""
    site, registered = Site(), []
    register = site.worker.poller.register
    monkeypatch.setattr(
        site.worker.poller, "register", lambda *each: registered.append(each[0]) or register(*each)
    )
    with site.connect() as picture:
        picture.sendall(HEAD.replace(b"/echo", b"/api/classify") % 1 + b"a")
        with crowded(site), working(site):
            assert_problem(read_all(picture), "busy", 503)
    assert registered == [site.worker.method_queue._read_fd, *site.listeners]


def test_what_is_refused_before_it_is_all_there_is_told_so_whole() -> None:
    """What the client has sent and nobody has read would have the system take the answer back."""
    site = Site()
    with site.connect() as connection:
        connection.sendall(HEAD % 50_000_000 + b"a" * 2 * worker_module.PIECE)
        with working(site):
            assert_problem(read_all(connection), "too-many-bytes", 413)


def test_a_stop_answers_all_who_wait_to_be_accepted() -> None:
    site = Site()
    site.worker.alive = False
    with ExitStack() as stack:
        clients = [stack.enter_context(site.connect()) for _ in range(2 * worker_module.MOST_ACCEPTED)]
        for client in clients:
            client.sendall(PING)
        with working(site):
            assert all(read_all(client).endswith(b"pong") for client in clients)


@pytest.mark.parametrize("connections", [0, CONNECTIONS])
def test_a_stop_accepts_for_a_moment_and_no_more_than_there_may_be(
    connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LAST_ACCEPTED_S", 0.05)
    tried = []
    here = SimpleNamespace(
        nr_conns=connections,
        worker_connections=CONNECTIONS,
        _accept_one=lambda listener: not tried.append(listener),
    )
    Worker._accept_last(here, None)  # type: ignore[arg-type]
    assert bool(tried) == (connections < CONNECTIONS)


def test_a_picture_that_is_sent_away_is_let_go_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "LINGER_S", 60)
    with crowded(site), site.connect() as connection:
        connection.sendall(HEAD.replace(b"/echo", b"/api/classify") % 1 + b"a")
        assert read_all(connection)
        until(lambda: site.worker.nr_conns == 0)


def test_who_sends_more_meanwhile_may_read_all_of_the_answer(site: Site) -> None:
    """The system takes back what was sent to a connection that is closed with something unread."""
    with site.connect() as connection:
        connection.sendall(b"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert site.begun.acquire(timeout=AT_ONCE)
        connection.sendall(PING)
        site.go_on.set()
        assert read_all(connection).endswith(b"page")


@pytest.mark.parametrize(("wait", "tries"), [(100, worker_module.MOST_ACCEPTED), (3, 4)])
def test_those_who_come_do_not_keep_the_others_waiting(wait: int, tries: int) -> None:
    tried = []
    here = SimpleNamespace(_accept_one=lambda listener: tried.append(listener) or len(tried) <= wait)
    Worker.accept(here, None)  # type: ignore[arg-type]
    assert len(tried) == tries


def test_where_too_many_bytes_are_held_who_is_at_it_for_longest_is_sent_away(site: Site) -> None:
    held = CONFIG.max_held_bytes // 8 - 1_000
    with ExitStack() as stack:
        connections = [stack.enter_context(site.connect()) for _ in range(9)]
        for number, connection in enumerate(connections):
            if number == 8:
                connections[0].sendall(b"a")  # which does not help
                until(lambda: held_by(site) > 8 * held + 8 * len(HEAD % held))
            connection.sendall(HEAD % (held + 2) + b"a" * held)
            until(lambda number=number: held_by(site) >= min(8, number + 1) * held or number == 8)
        told = connections[0].recv(4_096)
        assert told.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 5\r\n" in told
        assert b'"type":"/problems/busy"' in told
        connections[-1].sendall(b"aa")
        assert connections[-1].recv(100).startswith(b"HTTP/1.1 200")
    until(lambda: held_by(site) == 0)
    assert site.refusals("busy") == 1


def test_a_slow_reader_that_has_to_go_was_answered_and_is_no_refusal(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.connect_slow() as reader, site.connect() as upload:
        reader.sendall(LARGE)
        until(lambda: held_by(site) > 500_000)
        monkeypatch.setattr(site.worker._connections, "_most_held", 1_000)
        upload.sendall(HEAD % 5 + b"he")
        until(lambda: held_by(site) < 1_000)
        upload.sendall(b"llo")
        assert upload.recv(4_096).startswith(b"HTTP/1.1 200")
    assert site.refusals("busy") == 0


def test_an_answer_that_is_never_all_taken_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections_module, "LONGEST_S", 0.3)
    with site.connect_slow() as reader:
        reader.sendall(LARGE)
        taken = 0
        with suppress(ConnectionError):
            while piece := reader.recv(1_000):
                taken += len(piece)
                time.sleep(0.005)
        assert 0 < taken < 800_000
    until(lambda: held_by(site) == 0)


@pytest.mark.parametrize(("sent", "told"), [(b"", b""), (b"GET /ping", b"HTTP/1.1 408 Request Timeout")])
def test_silence_ends_a_connection(
    site: Site, sent: bytes, told: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "SILENCE_S", 0.2)
    site.worker.cfg.set("keepalive", 1)
    with site.connect() as connection:
        connection.sendall(sent)
        answer = read_all(connection)
    assert answer[: len(told) or None] == told
    until(lambda: site.worker.nr_conns == 0)
    if told:
        assert_problem(answer, "request-timeout", 408)
        assert site.refusals("request-timeout") == 1


def assert_problem(answer: bytes, slug: str, status: int) -> None:
    """Check that the loop itself answers as the application does."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0].startswith(f"HTTP/1.1 {status} ")
    assert {f"{name}: {value}" for name, value in SECURITY_HEADERS.items()} < set(lines)
    problem = json.loads(body)
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert f"X-Request-ID: {problem['instance']}" in lines


def test_an_upload_that_never_ends_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections_module, "LONGEST_S", 0.3)
    with site.connect() as connection:
        connection.sendall(HEAD % 100_000)
        for _ in range(40):
            try:
                connection.sendall(b"a")
            except OSError:
                break
            time.sleep(0.05)
        else:
            pytest.fail("it went on")


def test_a_connection_serves_one_request_after_the_other(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    for body in (b"one", b"two", b"x" * 100_000):
        connection.request("POST", "/echo", body)
        assert connection.getresponse().read() == body
    port = connection.sock.getsockname()[1]
    connection.request("GET", "/large")
    assert len(connection.getresponse().read()) == 800_000
    assert connection.sock.getsockname()[1] == port
    connection.close()


def test_requests_sent_together_are_answered_in_order(site: Site) -> None:
    bodies = [b"%d" % number for number in range(10)]
    with site.connect() as connection:
        connection.sendall(b"".join(HEAD % 1 + body for body in bodies) + LAST_PING)
        answer = read_all(connection)
    assert [part[:1] for part in answer.split(b"\r\n\r\n")[1:]] == [*bodies, b"p"]


def test_a_client_that_asks_first_is_told_to_go_on(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(HEAD[:-2] % 5 + b"Expect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hello")
        connection.shutdown(socket.SHUT_WR)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"hello")


def test_so_is_one_whose_question_came_with_the_request_before(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(PING + HEAD[:-2] % 5 + b"Expect: 100-continue\r\n\r\n")
        told = b""
        while b" 100 Continue" not in told:
            told += connection.recv(4_096)
        connection.sendall(b"hello")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).endswith(b"hello")


def test_one_of_http_1_0_is_not_told_what_it_does_not_know(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(b"POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        until(lambda: held_by(site) > 0)
        connection.sendall(b"hello")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.0 200")
    assert answer.endswith(b"hello")


def test_http_1_0_keeps_a_connection_where_it_asks_to(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(b"GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /ping HTTP/1.0\r\n\r\n")
        assert read_all(connection).count(b"pong") == 2


@pytest.mark.parametrize(
    "request_",
    [b"HEAD /large", b"GET /nothing?status=204", b"GET /nothing?status=304", b"HEAD /ping"],
)
def test_an_answer_without_a_body_is_over_with_its_head(site: Site, request_: bytes) -> None:
    with site.connect() as connection:
        connection.sendall(request_ + b" HTTP/1.1\r\nHost: x\r\n\r\n" + LAST_PING)
        first, _, rest = read_all(connection).partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 ")
    assert rest.startswith(b"HTTP/1.1 200")
    assert rest.endswith(b"\r\n\r\npong")


@pytest.mark.parametrize(
    ("sent", "slug", "status"),
    [
        (b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "too-many-bytes", 413),
        (CHUNKED + b"5f5e0ff\r\naaa", "too-many-bytes", 413),
        (b"GET /ping HTTP/1.1\r\n" + b"X: %b\r\n" % (b"a" * 7_000) * 10, "head-too-large", 431),
    ],
    ids=["length", "chunk", "head"],
)
def test_what_is_too_large_is_told_so_at_once(site: Site, sent: bytes, slug: str, status: int) -> None:
    with site.connect() as connection:
        connection.sendall(sent)
        answer = read_all(connection)
    assert_problem(answer, slug, status)
    assert b"Connection: close" in answer
    assert site.refusals(slug) == 1


@pytest.mark.parametrize(
    ("sent", "slug", "status"),
    [
        (b"GET /no HTTP HTTP/1.1\r\nHost: x\r\n\r\n", "not-http", 400),
        (b"GET /ping HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", "not-http", 400),
        (b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 5_000), "address-too-long", 414),
        (b"GET /ping HTTP/1.1\r\nHost: x\r\nX: %b\r\n\r\n" % (b"a" * 9_000), "head-too-large", 431),
        (b"GET /ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xyz\r\n\r\n", "unknown-coding", 501),
        (b"GET /breaks/0 HTTP/1.1\r\nHost: x\r\n\r\n", "internal", 500),
    ],
    ids=["words", "header", "address", "head", "coding", "failure"],
)
def test_what_the_parser_refuses_is_answered_and_counted_like_the_rest(
    site: Site, sent: bytes, slug: str, status: int
) -> None:
    with site.connect() as connection:
        connection.sendall(sent + LAST_PING)
        answer = read_all(connection)
    assert_problem(answer, slug, status)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert site.refusals(slug) == 1
    site.is_quick()


def test_a_head_whose_lines_end_in_another_way_is_refused_at_once(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(b"GET /ping HTTP/1.1\nHost: x\n\n")
        started = time.perf_counter()
        assert read_all(connection).startswith(b"HTTP/1.1 400")
        assert time.perf_counter() - started < AT_ONCE


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        (b"2\r\nxx\r\n0\r\n\r\n", 2),
        (b"2;\nxx\r\n43\r\n0\r\n\r\n", 1),
        (b"2g\r\nxx\r\n0\r\n\r\n", 1),
        (b"0x2\r\nxx\r\n0\r\n\r\n", 1),
        (b"2 \r\nxx\r\n0\r\n\r\n", 1),
        (b'2;a="\r\nxx\r\n0\r\n\r\n', 1),
        (b"2\r\nxxxx0\r\n\r\n", 1),
        (b"0\r\nContent-Length: 3\r\n\r\n", 1),
    ],
)
def test_pieces_that_nobody_reads_are_judged_nevertheless(site: Site, body: bytes, answers: int) -> None:
    with site.connect() as connection:
        connection.sendall(CHUNKED + body + LAST_PING)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.count(b"HTTP/1.1 ") == answers


def test_a_body_that_nobody_reads_is_no_reason_to_close(site: Site) -> None:
    with site.connect() as connection:
        head = b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
        connection.sendall(head + b"a" * 900_000 + LAST_PING)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.endswith(b"pong")


@pytest.mark.parametrize("pieces", [1, 90])
def test_an_answer_that_breaks_in_the_middle_ends_its_connection_alone(site: Site, pieces: int) -> None:
    with site.connect_slow() as connection:
        connection.sendall(b"GET /breaks/%d HTTP/1.1\r\nHost: x\r\n\r\n" % pieces)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        site.is_quick()
        until(lambda: site.worker.nr_conns == 0)
    site.is_quick()
    until(lambda: held_by(site) == 0)


def test_an_answer_that_breaks_before_it_began_is_told_as_such(site: Site) -> None:
    assert site.get("/breaks/0")[0] == 500
    site.is_quick()


def test_what_nobody_foresaw_ends_its_connection_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError

    with site.connect() as connection:
        until(lambda: site.worker.nr_conns == 1)
        with monkeypatch.context() as patch:
            patch.setattr(Incoming, "feed", fail)
            connection.sendall(b"GET")
            assert read_all(connection) == b""
    site.is_quick()
    until(lambda: held_by(site) == 0)


def test_a_request_cut_short_is_no_reason_to_wait(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(HEAD % 100 + b"only this")
        connection.shutdown(socket.SHUT_WR)
        read_all(connection)
    until(lambda: site.worker.nr_conns == 0)
    site.is_quick()


def test_however_many_uploads_are_in_hand_the_page_is_sent_and_no_more_are_taken(
    site: Site,
) -> None:
    with ThreadPoolExecutor(30) as pool:
        most = CONFIG.upload_threads + MOST_IN_LINE
        asked = [pool.submit(site.ask, "POST", "/wait", b"x") for _ in range(most)]
        for _ in range(CONFIG.upload_threads):
            assert site.begun.acquire(timeout=20)
        until(lambda: site.worker.tpool.uploads.in_hand == most)
        site.is_quick()
        status, told, seconds = site.ask("POST", "/predict", b"x")
        assert status == 503
        assert b'"success":false' in told
        assert seconds < AT_ONCE
        site.go_on.set()
        assert {one.result()[0] for one in asked} == {200}


@contextmanager
def crowded(site: Site) -> Iterator[None]:
    """All places are held, and as many pictures wait as may."""
    over = threading.Event()

    def gone() -> bool:
        return over.is_set()

    def wait() -> None:
        with suppress(LesionError), site.places.hold(Client(time.monotonic() + 60, gone)):
            over.wait(60)

    with ThreadPoolExecutor(10) as pool:
        for _ in range(site.config.parallel + site.config.lesion_queue):
            pool.submit(wait)
        try:
            until(lambda: site.places.no_room() is not None)
            yield
        finally:
            over.set()


def test_a_picture_without_room_is_sent_away_before_a_thread_has_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.worker.tpool.uploads, "submit", lambda *_: pytest.fail("a thread has it"))
    with crowded(site), site.connect() as connection:
        connection.sendall(HEAD.replace(b"/echo", b"/api/classify?x") % 1 + b"a")
        answer = read_all(connection)
        busy = site.places.no_room()
    assert busy is not None
    assert_problem(answer, "busy", 503)
    assert b"Retry-After: %d\r\n" % busy.retry_after in answer
    assert site.refusals("busy") == 1


@pytest.mark.parametrize("asked", [True, False])
def test_a_picture_that_is_sent_away_is_logged_with_its_route_and_its_address_if_asked_for(
    asked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    config = msgspec.structs.replace(CONFIG, log_addresses=asked)
    with caplog.at_level(logging.INFO, "server.access"), working(Site(config=config)) as site, crowded(site):
        assert site.ask("POST", "/api/classify?name=Mustermann", b"x")[0] == 503
    (line,) = (vars(record) for record in caplog.records if record.getMessage() == "refused")
    assert line["route"] == "/api/classify"
    assert line.get("address") == ("127.0.0.1" if asked else None)
    assert "Mustermann" not in str(line)


def test_what_is_no_picture_is_answered_though_there_is_no_room(site: Site) -> None:
    with crowded(site):
        assert site.ask("POST", "/echo", b"x")[:2] == (200, b"x")
        assert site.ask("GET", "/api/classify")[:2] == (200, b"")
    assert site.ask("POST", "/api/classify", b"x")[:2] == (200, b"x")


def test_where_other_origins_may_ask_the_application_says_what_they_may_read() -> None:
    other = msgspec.structs.replace(CONFIG, cors_origins=("https://example.org",))
    with working(Site(config=other)) as site, crowded(site):
        assert site.ask("POST", "/api/classify", b"x")[:2] == (200, b"x")


def test_however_many_pages_are_asked_for_all_are_sent_and_health_is_told_at_once(site: Site) -> None:
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(site.get, "/page") for _ in range(CONNECTIONS // 2)]
        for _ in range(CONFIG.web_threads):
            assert site.begun.acquire(timeout=20)
        site.is_quick()
        site.go_on.set()
        assert {one.result()[0] for one in asked} == {200}


def test_however_often_health_is_asked_for_all_are_told(site: Site) -> None:
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(site.get, "/healthz") for _ in range(CONNECTIONS // 4)]
        until(lambda: site.worker.tpool.probes.in_hand == CONNECTIONS // 4)
        site.go_on.set()
        assert {one.result()[0] for one in asked} == {200}


def test_a_stop_answers_what_is_here_and_what_is_just_coming_and_takes_no_more(site: Site) -> None:
    with ThreadPoolExecutor(3) as pool, site.connect() as late, site.connect() as idle:
        late.sendall(HEAD % 5 + b"he")
        until(lambda: held_by(site) > 0)
        waiting = pool.submit(site.ask, "POST", "/wait", b"x")
        assert site.begun.acquire(timeout=20)
        with site.connect() as last:  # perhaps still in the system's queue
            last.sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
            site.stop()
            assert last.recv(100).startswith(b"HTTP/1.1 200")
        until(lambda: refused(site))
        late.sendall(b"llo")
        answer = read_all(late)
        assert answer.endswith(b"hello")
        assert b"Connection: close" in answer
        site.go_on.set()
        assert waiting.result()[:2] == (200, b"waited")
        assert read_all(idle) == b""
    site.thread.join(20)
    assert not site.thread.is_alive()
    assert site.status is None


def test_a_stop_ends_the_jobs_and_waits_for_nobody_who_drips(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "LAST_UPLOADS_S", 0.5)
    with site.connect() as slow:
        slow.sendall(HEAD % 100_000)
        until(lambda: held_by(site) > 0)
        site.stop()
        assert site.stopped.wait(20)
        started = time.perf_counter()
        with suppress(OSError):
            while time.perf_counter() - started < 3 * AT_ONCE:
                slow.send(b"a")
                time.sleep(0.05)
        assert time.perf_counter() - started < AT_ONCE
    site.thread.join(20)
    assert not site.thread.is_alive()


def test_the_worker_has_ended_before_its_master_loses_patience(site: Site) -> None:
    site.is_quick()
    code = "from server import gunicorn_conf as c; print(c.graceful_timeout, c.keepalive)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    patience, keepalive = map(int, told.split())
    assert site.worker.cfg.graceful_timeout + 4 < patience <= CONFIG.request_timeout + 5
    assert keepalive > 90  # as long as Heroku's router keeps a connection


def refused(site: Site) -> bool:
    try:
        site.connect().close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("early", [True, False])
def test_a_worker_that_gives_up_has_the_master_stop_too(early: bool) -> None:
    site = Site()
    if early:
        site.worker.give_up()
    site.thread.start()
    if not early:
        site.is_quick()
        site.worker.give_up()
    site.thread.join(20)
    site.worker.tmp.close()
    assert site.status == Arbiter.APP_LOAD_ERROR


def test_no_descriptor_left_is_no_reason_to_die(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError(24, "Too many open files")

    with site.connect() as idle:
        until(lambda: site.worker.nr_conns == 1)
        listener = SimpleNamespace(accept=fail)
        for _ in range(2):  # the second time nobody is left who could go
            site.worker.method_queue.defer(site.worker.accept, listener)
        assert read_all(idle) == b""
    site.is_quick()


@pytest.mark.parametrize("code", [errno.EPROTO, errno.ENETDOWN, errno.EPERM, errno.ECONNABORTED])
def test_a_connection_that_failed_before_it_was_taken_is_no_reason_to_die(site: Site, code: int) -> None:
    def fail() -> None:
        raise OSError(code, "of the new connection")

    site.worker.method_queue.defer(site.worker.accept, SimpleNamespace(accept=fail))
    site.is_quick()
    assert site.thread.is_alive()


def test_it_listens_at_several_addresses() -> None:
    with working(Site(listeners=2)) as site:
        for listener in site.listeners:
            site.port = listener.getsockname()[1]
            site.is_quick()


def test_what_is_overridden_or_fed_of_gunicorn_is_there() -> None:
    overridden = {name for name in vars(Worker) if name in dir(ThreadWorker) and not name.startswith("__")}
    assert overridden == {
        "_cap_keepalive",
        "_keepalive_after",
        "accept",
        "check_config",
        "finish_request",
        "handle",
        "handle_error",
        "handle_request",
        "murder_keepalived",
        "run",
        "set_accept_enabled",
    }
    for name in overridden:
        ours, theirs = (inspect.signature(getattr(kind, name)) for kind in (Worker, ThreadWorker))
        assert len(ours.parameters) == len(theirs.parameters), name
    run = inspect.getsource(ThreadWorker.run)
    loop = ("set_accept_enabled(True)", "murder_keepalived()", "set_accept_enabled(False)")
    end = ("murder_keepalived(force=True)", "tpool.shutdown(wait=False)", "method_queue.close()")
    places = [run.index(f"self.{call}") for call in (*loop, "_cap_keepalive(", *end)]
    assert places == sorted(places)
    handling = inspect.getsource(ThreadWorker.handle)
    assert all(name in handling for name in ("conn.initialized", "conn.data_ready", "next(conn.parser)"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("certfile", "a.pem"), ("proxy_protocol", True), ("protocol", "uwsgi"), ("http2_cleartext", "both")],
)
def test_what_only_gunicorn_s_own_workers_can_do_is_refused(name: str, value: object) -> None:
    settings = GunicornConfig()
    Worker.check_config(settings, Log("worker"))
    settings.set(name, value)
    with pytest.raises(RuntimeError, match=name):
        Worker.check_config(settings, Log("worker"))


@pytest.mark.parametrize("name", ["recv", "send"])
def test_a_connection_that_breaks_is_forgotten(site: Site, name: str) -> None:
    connection = site.connect()
    connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" if name == "send" else b"GET")
    until(lambda: held_by(site) > 0 or name == "send")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()  # with a reset
    until(lambda: site.worker.nr_conns == 0)
    assert held_by(site) == 0
    site.is_quick()


def test_what_could_not_be_looked_at_stands_in_the_log_and_is_counted(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.is_quick()
    site.worker.tpool.uploads._most = 0
    with caplog.at_level(logging.WARNING, "server.access"):
        assert {site.ask("POST", "/echo", b"x")[0] for _ in range(3)} == {503}
    assert [record.status for record in caplog.records] == [503] * 3
    assert site.refusals("busy") == 3
