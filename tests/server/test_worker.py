"""gunicorn's worker as the server runs it, with an application that has no model."""

from __future__ import annotations

import http.client
import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask, Response, request
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config as GunicornConfig

from server import connections as connections_module
from server import worker as worker_module
from server.config import Config
from server.metrics import Metrics
from server.worker import Worker
from tests.server.asking import until

AT_ONCE = 5.0
"""Seconds that an answer may take which nobody holds up: much more than it takes on a busy machine."""

CONFIG = Config(lesion_max_bytes=1_000_000, lesion_queue=1, lesion_parallel=1, explain_streams=1)
CONNECTIONS = 60
HEAD = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


class Log(logging.Logger):
    def access(self, *_: object) -> None:
        pass


class Site:
    """A worker in a thread, and what its views wait for."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.go_on, self.begun = threading.Event(), threading.Semaphore(0)
        self.log = Log("worker")
        self.status: object = None
        settings = GunicornConfig()
        for name, value in {"worker_connections": CONNECTIONS, "keepalive": 15, "sendfile": False}.items():
            settings.set(name, value)
        self.worker = Worker(1, os.getppid(), [self.listener], None, 30, settings, self.log)
        self.worker.wsgi = self._app()
        self.worker.tpool, self.worker.poller = self.worker.get_thread_pool(), selectors.DefaultSelector()
        self.worker.method_queue.init()
        self.thread = threading.Thread(target=self._run)

    def _app(self) -> Flask:
        app = Flask("site", static_folder=None)
        app.extensions["lesion"] = SimpleNamespace(config=CONFIG, metrics=Metrics())

        @app.get("/ping")
        def ping() -> str:
            return "pong"

        @app.get("/page")
        def page() -> str:
            self.begun.release()
            self.go_on.wait(30)
            return "page"

        @app.get("/large")
        def large() -> Response:
            return Response((b"x" * 10_000 for _ in range(80)), headers={"Content-Length": "800000"})

        @app.post("/echo")
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

    def stop(self) -> None:
        self.worker.handle_exit(15, None)


@contextmanager
def working() -> Iterator[Site]:
    site = Site()
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
    with working() as site:
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
    [b"", b"GET /ping HTTP/1.1\r\nHo", HEAD % 50_000 + b"a", b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["idle", "slow head", "slow body", "slow reader"],
)
def test_clients_that_do_nothing_more_hold_nobody_up(site: Site, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(CONNECTIONS - 10):
            connection = stack.enter_context(site.connect())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.sendall(sent)
        site.is_quick()
        assert site.ask("POST", "/echo", b"hello")[:2] == (200, b"hello")


def test_where_there_are_too_many_the_one_that_was_silent_for_longest_goes(site: Site) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(site.connect()) for _ in range(CONNECTIONS + 20)]
        until(lambda: site.worker.nr_conns >= CONNECTIONS - 1)
        connections[-1].sendall(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connections[-1].recv(100).startswith(b"HTTP/1.1 200")
        assert read_all(connections[0]) == b""
        site.is_quick()
        assert site.worker.nr_conns <= CONNECTIONS


def test_where_too_many_bytes_are_held_the_one_that_was_silent_for_longest_is_sent_away(site: Site) -> None:
    held = CONFIG.max_held_bytes // 5 - 1_000
    with ExitStack() as stack:
        connections = [stack.enter_context(site.connect()) for _ in range(6)]
        for number, connection in enumerate(connections):
            connection.sendall(HEAD % (held + 1) + b"a" * held)
            until(lambda number=number: held_by(site) >= min(5, number + 1) * held or number == 5)
        told = connections[0].recv(4_096)
        assert told.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 5\r\n" in told
        assert b'"type":"/problems/busy"' in told
        connections[-1].sendall(b"a")
        assert connections[-1].recv(100).startswith(b"HTTP/1.1 200")
    until(lambda: held_by(site) == 0)


@pytest.mark.parametrize(("sent", "told"), [(b"", b""), (b"GET /ping", b"HTTP/1.1 408 Request Timeout")])
def test_silence_ends_a_connection(
    site: Site, sent: bytes, told: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "SILENCE_S", 0.2)
    site.worker.cfg.set("keepalive", 1)
    with site.connect() as connection:
        connection.sendall(sent)
        assert read_all(connection)[: len(told) or None] == told
    until(lambda: site.worker.nr_conns == 0)


def test_an_upload_that_never_ends_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections_module, "LONGEST_UPLOAD_S", 0.3)
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
        last = b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(b"".join(HEAD % 1 + body for body in bodies) + last)
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


def test_a_body_that_is_too_large_is_not_waited_for(site: Site) -> None:
    with site.connect() as connection:
        connection.sendall(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"Connection: close" in answer


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
        site.worker._uploads._most = CONFIG.upload_threads + 3
        asked = [pool.submit(site.ask, "POST", "/wait", b"x") for _ in range(CONFIG.upload_threads + 3)]
        for _ in range(CONFIG.upload_threads):
            assert site.begun.acquire(timeout=20)
        until(lambda: site.worker._uploads.in_hand == CONFIG.upload_threads + 3)
        site.is_quick()
        status, told, seconds = site.ask("POST", "/predict", b"x")
        assert status == 503
        assert b'"success":false' in told
        assert seconds < AT_ONCE
        site.go_on.set()
        assert {one.result()[0] for one in asked} == {200}


def test_however_many_pages_are_asked_for_health_is_told_at_once(site: Site) -> None:
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(site.get, "/page") for _ in range(CONFIG.web_threads + 5)]
        for _ in range(CONFIG.web_threads):
            assert site.begun.acquire(timeout=20)
        site.is_quick()
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
        site.worker.method_queue.defer(site.worker.accept, listener)
        assert read_all(idle) == b""
    site.is_quick()


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


def test_what_could_not_be_looked_at_stands_in_the_log_as_a_number(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    record: Callable[..., None] = lambda message, *told: lines.append(message % told)  # noqa: E731
    monkeypatch.setattr(site.log, "warning", record)
    site.worker._uploads._most = 0
    assert {site.ask("POST", "/echo", b"x")[0] for _ in range(3)} == {503}
    until(lambda: lines)
    assert sum(int(line.split()[1]) for line in lines) == 3
