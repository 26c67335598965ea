"""Explanations by a process of its own, whose threads are few and whose clients come and go."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from server.events import PEER_GONE_S, notice_when_gone
from server.jobs import CLIENT_GONE_S
from tests.server.asking import until
from tests.server.running import Server, serving

pytestmark = pytest.mark.slow

MEMORY_LIMIT = 400 * 1024**2
LONG = {"method": "occlusion", "precision": "high"}


@pytest.fixture(scope="module")
def server(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("explanations")
    few = {"EXPLAIN_STREAMS": "2", "LESION_THREADS": "1", "LESION_PARALLEL": "1"}
    with serving(bundle_path, folder, **few) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as made:
        yield made


def ask(client: httpx.Client, photo: bytes, **options: str) -> tuple[str, dict[str, str]]:
    """Begin an explanation; return its address and the header that opens it."""
    answer = client.post("/api/explanations", files={"file": ("photo.jpg", photo)}, data=options)
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"], {"X-Job-Key": answer.json()["key"]}


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict]]:
    """The events of a stream, as their names and what they tell."""
    for line in lines:
        if line.startswith("event: "):
            data = next(lines)
            yield line.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def outcome(client: httpx.Client, method: str, name: str) -> float:
    """How many explanations by a method came to such an end."""
    label = f'lesion_explanations_total{{method="{method}",outcome="{name}"}} '
    found = [line for line in client.get("/metrics").text.splitlines() if line.startswith(label)]
    return float(found[0].removeprefix(label)) if found else 0.0


def test_progress_arrives_while_it_is_made(client: httpx.Client, photo: bytes) -> None:
    address, key = ask(client, photo, method="occlusion")
    with client.stream("GET", f"{address}/events", headers=key) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        told = list(events(stream.iter_lines()))
    done = [status["done"] for _, status in told]
    assert done == sorted(done)
    assert len(set(done)) > 5
    assert told[-1][0] == "done"
    assert client.get(address, headers=key).json() == told[-1][1]


def test_everything_else_is_answered_while_as_many_listen_as_may(
    server: Server, client: httpx.Client, photo: bytes
) -> None:
    jobs = [ask(client, photo, **LONG, target=target) for target in ("malignant", "mel", "nv")]
    with ThreadPoolExecutor(3) as pool, httpx.Client(base_url=server.url, timeout=60) as listener:

        def listen(job: tuple[str, dict[str, str]]) -> str:
            with listener.stream("GET", f"{job[0]}/events", headers=job[1]) as stream:
                return "busy" if stream.status_code == 503 else [*events(stream.iter_lines())][-1][0]

        listening = [pool.submit(listen, job) for job in jobs]
        until(lambda: any(one.done() for one in listening))
        for path in ("/", "/healthz", "/api/config"):
            assert client.get(path).status_code == 200
        assert server.post(photo).status_code == 200
        for address, key in jobs:
            assert client.delete(address, headers=key).json()["state"] == "cancelled"
        assert sorted(one.result() for one in listening) == ["busy", "cancelled", "cancelled"]


def test_a_job_ends_within_a_minute_of_its_listener(client: httpx.Client, photo: bytes) -> None:
    before = outcome(client, "occlusion", "cancelled")
    first = ask(client, photo, **LONG)  # so that the other is not done before its time
    second = ask(client, photo, **LONG, target="bcc")
    with client.stream("GET", f"{second[0]}/events", headers=second[1]) as stream:
        next(events(stream.iter_lines()))
    left = time.monotonic()
    while outcome(client, "occlusion", "cancelled") == before:
        assert time.monotonic() - left < CLIENT_GONE_S + 10
        assert client.get(first[0], headers=first[1]).status_code == 200
        time.sleep(0.5)
    assert client.get(second[0], headers=second[1]).status_code == 404
    client.delete(first[0], headers=first[1])


def test_a_vanished_client_breaks_its_connection(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is None:
        pytest.skip("this system has no such limit")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        notice_when_gone({"gunicorn.socket": connection})
        assert connection.getsockopt(socket.IPPROTO_TCP, option) == 1000 * PEER_GONE_S
        # One to whom nothing is sent would never miss an acknowledgement without it.
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    monkeypatch.delattr(socket, "TCP_USER_TIMEOUT")
    notice_when_gone({"gunicorn.socket": connection})
    notice_when_gone({})


def test_log_tells_of_jobs_without_ids_keys_or_names(
    server: Server, client: httpx.Client, photo: bytes
) -> None:
    files = {"file": ("Erika-Mustermann.jpg", io.BytesIO(photo))}
    answer = client.post("/api/explanations", files=files, data={"method": "cam"})
    created = answer.json()
    until(lambda: outcome(client, "cam", "done"))
    request_id = answer.headers["X-Request-ID"]
    lines = [line for line in server.lines() if line.get("request_id") == request_id]
    assert {line["message"] for line in lines} == {"request", "job over"}
    text = server.log.read_text()
    for secret in ("Mustermann", created["id"], created["key"]):
        assert secret not in text
    assert not [line for line in server.lines() if line["level"] in ("ERROR", "CRITICAL")]


def test_it_explains_within_a_small_container(server: Server, client: httpx.Client, photo: bytes) -> None:
    most = 0
    for method in ("lime", "occlusion"):
        address, key = ask(client, photo, method=method, target="vasc")
        while client.get(address, headers=key).json()["state"] != "done":
            most = max(most, server.resident())
            time.sleep(0.1)
    assert most < MEMORY_LIMIT, f"{most / 1024**2:.0f} MB"


def test_a_stop_ends_jobs_and_those_who_listen_are_told(
    server: Server, client: httpx.Client, photo: bytes
) -> None:
    # Last with this server: it ends it.
    address, key = ask(client, photo, method="occlusion", precision="high", target="df")
    with client.stream("GET", f"{address}/events", headers=key) as stream:
        told = events(stream.iter_lines())
        next(told)
        stopped = time.monotonic()
        server.process.terminate()
        *_, (name, status) = told
        assert name == "cancelled"
        assert "The server stopped" in status["problem"]["detail"]
    assert server.process.wait(30) == 0
    assert time.monotonic() - stopped < 15
