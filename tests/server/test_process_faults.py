"""What a server of its own does when too much is asked of it, when it is damaged, and when it has to stop."""

from __future__ import annotations

import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from lesion.bundle import INT8, MODEL, WEIGHTS, Bundle, sha256
from tests.server.asking import until
from tests.server.running import COMMAND, ROOT, Server, environment, free_port, serving

pytestmark = pytest.mark.slow

ONE_AT_A_TIME = {"LESION_THREADS": "1", "LESION_PARALLEL": "1"}
SOON = 10.0
"""Seconds that no answer takes which nobody holds up, on a machine however busy."""


def test_more_than_the_queue_holds_is_sent_away_while_health_and_page_are_quick(
    bundle_path: Path, tmp_path: Path, large_photo: bytes
) -> None:
    with (
        serving(bundle_path, tmp_path, LESION_QUEUE="2", **ONE_AT_A_TIME) as server,
        ThreadPoolExecutor(40) as pool,
    ):
        asked = [pool.submit(server.post, large_photo) for _ in range(40)]
        slowest, count = 0.0, 0
        while not all(one.done() for one in asked):
            for path in ("/healthz", "/"):
                began = time.perf_counter()
                assert httpx.get(f"{server.url}{path}", timeout=30).status_code == 200
                slowest, count = max(slowest, time.perf_counter() - began), count + 1
        answers = [one.result() for one in asked]
    good = [answer for answer in answers if answer.status_code == 200]
    busy = [answer for answer in answers if answer.status_code == 503]
    assert len(good) >= 3
    assert len({answer.json()["probability"] for answer in good}) == 1
    assert busy
    assert len(good) + len(busy) == 40
    assert {answer.json()["type"] for answer in busy} == {"/problems/busy"}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in busy)
    assert slowest < SOON
    assert count >= 4  # they were answered beside the pictures, not after them


def test_a_client_that_hangs_up_while_it_waits_is_dropped(
    bundle_path: Path, tmp_path: Path, large_photo: bytes
) -> None:
    with serving(bundle_path, tmp_path, **ONE_AT_A_TIME) as server, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(server.post, large_photo) for _ in range(8)]
        until(lambda: gauge(server, 'lesion_queue_depth{queue="pictures"}') >= 5)
        sent = httpx.Request("POST", f"{server.url}/api/classify", files={"file": ("photo.jpg", large_photo)})
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.headers.items())
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(f"POST /api/classify HTTP/1.1\r\n{head}\r\n".encode() + sent.read())
        assert {one.result().status_code for one in asked} == {200}
        until(lambda: gauge(server, 'lesion_refusals_total{reason="client-gone"}') == 1)


def gauge(server: Server, name: str) -> float:
    """What a metric says now."""
    lines = httpx.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def test_a_stop_answers_all_that_wait(bundle_path: Path, tmp_path: Path, large_photo: bytes) -> None:
    with serving(bundle_path, tmp_path, **ONE_AT_A_TIME) as server, ThreadPoolExecutor(6) as pool:
        family = server.family()
        asked = [pool.submit(server.post, large_photo) for _ in range(6)]
        until(lambda: any(one.done() for one in asked))
        server.process.terminate()
        assert [one.result().status_code for one in asked] == [200] * 6
        assert server.process.wait(30) == 0
        assert not psutil.wait_procs(family, timeout=10)[1]


def test_a_worker_that_is_killed_is_replaced(bundle_path: Path, tmp_path: Path, photo: bytes) -> None:
    with serving(bundle_path, tmp_path, **ONE_AT_A_TIME) as server:
        expected = server.post(photo).json()["probability"]
        (worker,) = server.process.children()
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        until(lambda: healthy(server), limit=60)
        assert server.post(photo).json()["probability"] == expected


def healthy(server: Server) -> bool:
    try:
        return httpx.get(f"{server.url}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def missing(model: Path) -> None:
    model.unlink()


def truncated(model: Path) -> None:
    model.write_bytes(model.read_bytes()[:-1])


def altered(model: Path) -> None:
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)


@pytest.mark.parametrize("damage", [missing, truncated, altered])
@pytest.mark.parametrize(
    ("name", "file"), [("mobilenet_v2", MODEL), ("densenet161", INT8), ("densenet161", WEIGHTS)]
)
def test_a_damaged_model_ends_the_start_with_its_hash(
    name: str, file: str, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "models" / name, copy, ignore=shutil.ignore_patterns("*.pkl"))
    model = copy / file
    damage(model)
    variables = environment(PORT=str(free_port()), LESION_MODEL=str(copy))
    run = subprocess.run(
        COMMAND, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode != 0
    expected = Bundle.load(copy).digest(file)
    assert expected
    assert expected in run.stdout
    if model.exists():
        assert sha256(model) in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


def no_file_can_grow() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_with_no_room_for_a_byte_on_any_disk_it_goes_on(
    bundle_path: Path, tmp_path: Path, photo: bytes
) -> None:
    server = Server(psutil.Process(), free_port(), Path("/dev/full"), 0)
    variables = environment(PORT=str(server.port), LESION_MODEL=str(bundle_path), HOME=str(tmp_path))
    with Path("/dev/full").open("wb") as full:
        server.process = psutil.Popen(
            COMMAND, cwd=ROOT, env=variables, stdout=full, stderr=full, preexec_fn=no_file_can_grow
        )
    try:
        until(lambda: healthy(server), limit=60)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(server.post, [photo] * 20))
        assert {answer.status_code for answer in answers} == {200}
        assert httpx.get(f"{server.url}/metrics").status_code == 200
    finally:
        server.process.terminate()
        assert server.process.wait(30) in (0, 120)  # Python's own, for what it could not write
