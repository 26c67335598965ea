from __future__ import annotations

import asyncio
import io
import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from PIL import Image

from benchmarks.asking import Said, posting
from benchmarks.load import Load, Reply, closed_loop, main, open_loop, summary
from benchmarks.photographs import LARGE, photographs
from lesion.drawings import KINDS


class Handler(BaseHTTPRequestHandler):
    """Answers with the length of what it got; refuses, breaks off or dawdles where the path says so."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/break":
            self.close_connection = True
            return
        self.send_response(503 if self.path == "/busy" else 200)
        if self.path == "/busy":
            self.send_header("Retry-After", "1")
        answer = str(len(data)).encode()
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    connections = 0

    def process_request(self, request: object, client_address: object) -> None:
        self.connections += 1
        super().process_request(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving() -> Iterator[tuple[Server, str]]:
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_closed_loop_keeps_one_connection_a_client() -> None:
    with serving() as (server, url):
        load = closed_loop(posting(url, [b"a", b"b" * 1000]), clients=3, seconds=0.3)
        assert server.connections == 3
    assert load.outcomes == {"200": len(load.replies)}
    assert load.rate > 20
    assert 0 < load.percentile(50) <= load.percentile(99) < 1


def test_closed_loop_ends_after_so_many_requests() -> None:
    with serving() as (_, url):
        load = closed_loop(posting(url, [b"a"]), clients=2, seconds=60, requests=7)
    assert len(load.replies) == 7


def test_open_loop_offers_its_rate_by_a_connection_each() -> None:
    with serving() as (server, url):
        load = open_loop(posting(url, [b"a"]), rate=100, seconds=0.5)
        assert server.connections == len(load.replies)
    assert 25 <= len(load.replies) <= 75
    assert all(reply.good and 0 <= reply.due < 0.5 for reply in load.replies)


def test_open_loop_does_not_wait_for_answers() -> None:
    async def slow(session: aiohttp.ClientSession, number: int) -> Said:
        await asyncio.sleep(0.3)
        return Said(200, b"")

    load = open_loop(slow, rate=100, seconds=0.3)
    assert len(load.replies) > 10
    assert load.rate < 10  # nearly all came after its end
    assert 0.3 <= load.percentile(50) < 0.5


def test_same_seed_same_arrivals() -> None:
    async def at_once(session: aiohttp.ClientSession, number: int) -> Said:
        return Said(200, b"")

    dues = [[r.due for r in open_loop(at_once, rate=200, seconds=0.2, seed=5).replies] for _ in range(2)]
    assert dues[0] == dues[1]


def test_who_is_refused_waits_as_long_as_asked() -> None:
    with serving() as (_, url):
        load = closed_loop(posting(f"{url}/busy", [b"a"]), clients=2, seconds=0.3)
    assert load.outcomes == {"503": 2}
    assert [reply.retry_after for reply in load.replies] == [1, 1]
    assert load.rate == 0
    assert math.isnan(load.percentile(50))


def test_failures_are_told_apart() -> None:
    async def never(session: aiohttp.ClientSession, number: int) -> Said:
        await asyncio.sleep(60)
        return Said(200, b"")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert set(closed_loop(posting(nobody, [b"a"]), clients=1, seconds=0.1).outcomes) == {"refused"}
    with serving() as (_, url):
        assert set(closed_loop(posting(f"{url}/break", [b"a"]), clients=1, seconds=0.1).outcomes) == {
            "broken"
        }
    assert closed_loop(never, clients=2, seconds=0.1, patience=0.1).outcomes == {"late": 2}


def test_what_is_kept_of_an_answer() -> None:
    seen: list[Reply] = []
    with serving() as (_, url):
        load = closed_loop(
            posting(url, [b"a"]),
            clients=1,
            seconds=0.05,
            note=lambda answer: answer.body.decode(),
            seen=seen.append,
        )
    assert load.replies == seen
    assert all(int(reply.note) > 1 for reply in seen)


def test_what_comes_after_the_end_counts_for_latency_alone() -> None:
    replies = [Reply(due=0.1, seconds=0.2, status=200), Reply(due=0.9, seconds=0.4, status=200)]
    load = Load(seconds=1.0, replies=replies)
    assert load.rate == 1
    assert load.percentile(100) == 0.4
    assert "2 × 200" in summary(load)


@pytest.mark.parametrize("way", [["--clients", "2"], ["--rate", "50"]])
def test_command(way: list[str], tmp_path: Path) -> None:
    image = tmp_path / "a.jpg"
    image.write_bytes(b"a")
    with serving() as (_, url):
        done = CliRunner().invoke(main, [url, *way, "--seconds", "0.2", "--image", str(image)])
    assert done.exit_code == 0, done.output
    assert "× 200" in done.output


def test_photographs_are_as_large_as_a_camera_makes_them() -> None:
    small, large = photographs(), photographs(LARGE, KINDS[:1])
    assert {Image.open(io.BytesIO(data)).size for data in small} == {(600, 450)}
    assert {Image.open(io.BytesIO(data)).size for data in large} == {(4000, 3000)}
    assert all(data.startswith(b"\xff\xd8") for data in small)
    assert 2_000_000 < len(large[0]) < 10_000_000
