"""Two servers behind a balancer, with one PostgreSQL and one Redis: it does not matter which is asked."""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from server.csrf import PAGE_HEADER, PAGE_VALUE
from tests.images import another
from tests.server.running import Server, free_port, serving
from tests.server.test_metrics import told, total
from tools.postgres import Postgres

pytestmark = pytest.mark.slow

LIMIT = 8


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server."""
    program, port = shutil.which("redis-server"), free_port()
    assert program, "Redis is not installed: install the package redis-server"
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(tmp_path_factory.mktemp("redis")),
    ]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture(scope="module")
def replicas(
    bundle_path: Path, postgres: Postgres, redis: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Two servers that begin at the same time on an empty database."""
    settings = {
        "DATABASE_URL": postgres.make_database("replicas"),
        "RATE_LIMIT_STORE": redis,
        "RATE_LIMIT": f"{LIMIT}/hour",
        "TRUSTED_PROXIES": "1",
        "LESION_THREADS": "1",
    }
    with ExitStack() as running, ThreadPoolExecutor(2) as pool:
        folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
        begun = [
            pool.submit(running.enter_context, serving(bundle_path, folder, **settings)) for folder in folders
        ]
        yield [one.result() for one in begun]


class Balanced:
    """A browser whose requests go to each server in turn, from an address of its own."""

    def __init__(self, servers: list[Server], address: str) -> None:
        self._urls = itertools.cycle(server.url for server in servers)
        headers = {"X-Forwarded-For": address, PAGE_HEADER: PAGE_VALUE}
        self.client = httpx.Client(headers=headers, timeout=60)

    def ask(self, method: str, path: str, **arguments: object) -> httpx.Response:
        return self.client.request(method, f"{next(self._urls)}{path}", **arguments)  # type: ignore[arg-type]

    def classify(self, photo: bytes) -> httpx.Response:
        return self.ask("POST", "/api/classify", files={"file": ("photo.jpg", photo)})

    def history(self) -> list[str]:
        return [record["id"] for record in self.ask("GET", "/api/history").json()["items"]]


@pytest.fixture
def browser(replicas: list[Server]) -> Iterator[Balanced]:
    made = Balanced(replicas, f"203.0.113.{next(_addresses)}")
    yield made
    made.client.close()


_addresses = itertools.count(1)


def test_a_browser_has_one_history(browser: Balanced, photo: bytes) -> None:
    answers = [browser.classify(photo).json() for _ in range(4)]
    assert len({answer["probability"] for answer in answers}) == 1
    ids = [answer["record"] for answer in answers]
    assert all(ids)
    deadline = time.monotonic() + 10
    while sorted(browser.history()) != sorted(ids):  # what is kept is written a moment later
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for record_id in ids:  # each is written at one server and read at the other
        changed = browser.ask("PATCH", f"/api/history/{record_id}", json={"confirmed_dx": "mel"})
        assert changed.status_code == 200
        assert browser.ask("GET", f"/api/history/{record_id}").json()["confirmed_dx"] == "mel"
    assert browser.ask("DELETE", f"/api/history/{ids[0]}").status_code == 200
    assert [browser.ask("GET", f"/api/history/{ids[0]}").status_code for _ in range(2)] == [404, 404]
    assert sorted(browser.history()) == sorted(browser.history()) == sorted(ids[1:])


def test_nobody_sees_another_browser_s_history(
    browser: Balanced, replicas: list[Server], photo: bytes
) -> None:
    record_id = browser.classify(photo).json()["record"]
    other = Balanced(replicas, "203.0.113.99")
    for _ in replicas:
        assert other.history() == []
        assert other.ask("GET", f"/api/history/{record_id}").status_code == 404


def test_limits_count_what_all_servers_were_asked(browser: Balanced, photo: bytes) -> None:
    statuses = [browser.classify(photo).status_code for _ in range(LIMIT + 4)]
    assert statuses == [200] * LIMIT + [429] * 4


def test_explanations_need_no_server_in_particular(browser: Balanced, photo: bytes) -> None:
    form = {"files": {"file": ("photo.jpg", photo)}, "data": {"method": "cam", "target": "mel"}}
    for _ in range(4):
        answer = browser.ask("POST", "/api/explanations", headers={"Accept": "text/event-stream"}, **form)
        events = [piece.split("\n") for piece in answer.text.split("\n\n") if piece.startswith("event:")]
        assert [events[0][0], events[-1][0]] == ["event: created", "event: done"]
        assert json.loads(events[-1][1].removeprefix("data: "))["explanation"]["method"] == "cam"


def test_each_tells_of_its_own_work(replicas: list[Server], photo: bytes) -> None:
    browser = Balanced(replicas, "203.0.113.98")

    def counted() -> list[float]:
        texts = [httpx.get(f"{server.url}/metrics").text for server in replicas]
        return [total(told(text), "lesion_classifications_total") for text in texts]

    before = counted()
    for i in range(6):
        assert browser.classify(another(photo, i)).status_code == 200
    assert [after - old for after, old in zip(counted(), before, strict=True)] == [3, 3]


def test_what_one_took_the_other_gives_when_it_is_gone(replicas: list[Server], photo: bytes) -> None:
    # Last with these servers: it ends one.
    browser = Balanced(replicas, "203.0.113.97")
    ids = [browser.classify(photo).json()["record"] for _ in replicas]
    replicas[0].process.terminate()
    assert replicas[0].process.wait(30) == 0
    alone = Balanced(replicas[1:], "203.0.113.97")
    alone.client.cookies = browser.client.cookies
    assert sorted(alone.history()) == sorted(ids)
    assert alone.classify(photo).status_code == 200
