"""The real thing: requests to a process of its own."""

from __future__ import annotations

import base64
import io
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from flask import Flask

from server.callers import caller
from tests.images import lesion_image
from tests.server.running import COMMAND, ROOT, Server, environment, free_port, serving

START_LIMIT = 2.0
MEMORY_LIMIT = 250 * 1024**2

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(bundle_path, tmp_path_factory.mktemp("server")) as running:
        yield running


def raw(server: Server, request: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; return the status and all that comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1]), answer


def post(path: str, kind: str, length: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{length}\r\n\r\n".encode()


def chunked(path: str, kind: str, *chunks: bytes) -> bytes:
    head = post(path, kind, "Transfer-Encoding: chunked")
    return head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def test_it_is_ready_in_two_seconds_of_an_idle_machine(server: Server) -> None:
    assert server.seconds_to_ready < START_LIMIT


def test_it_classifies_photos_large_and_small(server: Server, photo: bytes, large_photo: bytes) -> None:
    small, large = server.post(photo), server.post(large_photo)
    assert (small.status_code, large.status_code) == (200, 200)
    assert small.json()["operating_point"]["sensitivity"]["n"] > 0


def test_it_stays_within_its_memory(server: Server, photo: bytes, large_photo: bytes) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(server.post, [photo, large_photo] * 12))
    assert {answer.status_code for answer in answers} == {200}
    assert server.resident() < MEMORY_LIMIT, f"{server.resident() / 1024**2:.0f} MB"


def test_it_gives_back_the_memory_of_very_large_pictures(server: Server) -> None:
    picture = io.BytesIO()
    lesion_image((600, 450)).resize((5000, 4000)).save(picture, "PNG", compress_level=3)
    held = []
    for _ in range(3):
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(server.post, [picture.getvalue()] * 8))
        assert {answer.status_code for answer in answers} == {200}
        held.append(server.resident())
    # Left to its defaults, the C library would keep blocks and holes beyond the limit.
    assert max(held) < MEMORY_LIMIT, f"{max(held) / 1024**2:.0f} MB"


def test_chunked_json_is_read(server: Server, photo: bytes) -> None:
    body = json.dumps({"image": base64.b64encode(photo).decode()}).encode()
    half = len(body) // 2
    status, _ = raw(server, chunked("/predict", "application/json", body[:half], body[half:], b""))
    assert status == 200


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=b"])
def test_endless_chunked_bodies_are_cut_off(server: Server, kind: str) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(chunked("/api/classify", kind, part))
        sent = 0
        try:
            while sent < 200_000_000:
                connection.sendall(b"100000\r\n" + b"A" * 0x100000 + b"\r\n")
                sent += 0x100000
        except OSError:
            pass
    assert sent < 60_000_000
    assert server.process.is_running()


def test_an_announced_gigabyte_is_refused_at_once(server: Server) -> None:
    head = post("/api/classify", "application/json", "Content-Length: 1000000000")
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "request_",
    [
        chunked("/api/classify", "application/json")[:-2] + b"\r\nzz\r\nnonsense",
        chunked("/predict", "application/json") + b"5\r\n{}",
        post("/predict", "application/json", "Content-Length: 100") + b"{}",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 not TLS here\r\n\r\n",
    ],
    ids=[
        "bad-chunk-size",
        "chunk-cut-short",
        "body-cut-short",
        "length-and-chunks",
        "negative-length",
        "long-address",
        "many-headers",
        "long-header",
        "tls-on-a-plain-port",
    ],
)
def test_broken_http_is_the_client_s_fault(server: Server, request_: bytes) -> None:
    status, _ = raw(server, request_)
    assert 400 <= status < 500


def test_log_is_json_lines_without_names_or_addresses(server: Server, photo: bytes) -> None:
    answer = server.post(photo, name="Erika-Mustermann.jpg")
    raw(server, b"nonsense\r\n\r\n")
    time.sleep(0.2)
    text = server.log.read_text()
    lines = server.lines()
    line = next(line for line in lines if line.get("request_id") == answer.headers["X-Request-ID"])
    assert (line["route"], line["status"], line["level"]) == ("/api/classify", 200, "INFO")
    assert line["ms"] > 0
    (ready,) = (line for line in lines if line["message"] == "ready")
    assert ready["provider"] == "CPUExecutionProvider"
    assert "Mustermann" not in text
    assert not [line for line in lines if "127.0.0.1" in str(line) and "Listening at" not in line["message"]]
    assert not [line for line in lines if line["level"] in ("ERROR", "CRITICAL")]


def test_no_line_repeats_what_a_client_sent_or_says_who_it_was(bundle_path: Path, tmp_path: Path) -> None:
    picture = io.BytesIO()
    lesion_image((640, 480)).save(picture, "TIFF", description="Erika Mustermann")
    broken = [
        b"GET /Erika Mustermann.jpg HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization Bearer Mustermann\r\n\r\n",
        b"GET /Mustermann.jpg HTTP/1.1\r\nHost: x\r\n",
    ]
    with serving(bundle_path, tmp_path, LOG_LEVEL="DEBUG", RATE_LIMIT="1/minute") as server:
        for sent in broken:
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(65_536)[:12] in (b"HTTP/1.1 400", b"")
        answers = [server.post(picture.getvalue(), name="Mustermann.tif").status_code for _ in range(2)]
        assert answers == [200, 429]
        time.sleep(0.2)
        text, lines = server.log.read_text(), server.lines()
    refused = [line for line in lines if line["message"] == "refused"]
    assert [(line["refusal"], line["level"]) for line in refused] == [("not-http", "INFO")] * 2
    assert any(line["level"] == "DEBUG" for line in lines)
    assert "Mustermann" not in text
    with Flask(__name__).test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert caller() not in text


def test_a_forwarded_header_of_a_stranger_changes_nothing(server: Server) -> None:
    answer = httpx.get(f"{server.url}/ping", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in answer.headers


def test_a_stop_lets_the_request_in_hand_finish_and_leaves_nothing_behind(
    server: Server, large_photo: bytes
) -> None:
    # Last with this server: it ends it.
    family = server.family()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.post, large_photo)
        while not any(thread_busy(process) for process in family) and not answer.done():
            time.sleep(0.005)
        server.process.terminate()
        assert answer.result().status_code == 200
    assert server.process.wait(30) == 0
    gone, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
    assert len(gone) == len(family)


def thread_busy(process: psutil.Process) -> bool:
    return bool(process.cpu_percent(0.02) > 1)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"PORT": "none"}, "PORT=none cannot be used"),
        ({"LESION_MODEL": "nobody"}, "LESION_MODEL=nobody cannot be used"),
        ({"LESION_ENGINE": "tensorflow"}, "choose from onnx, fastai"),
    ],
)
def test_a_wrong_variable_ends_the_start_with_its_name(settings: dict[str, str], told: str) -> None:
    variables = environment(**{"PORT": str(free_port()), **settings})
    run = subprocess.run(
        COMMAND, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode != 0
    assert told in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
