"""Several processes behind one port: what they count is one, and no request depends on who answers it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from tests.images import another
from tests.server.asking import until
from tests.server.running import Server, serving
from tests.server.test_metrics import told, total

pytestmark = pytest.mark.slow

WORKERS = 2
LONG = {"method": "occlusion", "precision": "high"}


@pytest.fixture(scope="module")
def server(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {
        "WEB_WORKERS": str(WORKERS),
        "LESION_THREADS": "1",
        "LESION_PARALLEL": "1",
    }
    with serving(bundle_path, tmp_path_factory.mktemp("workers"), **settings) as running:
        until(lambda: len(running.ready()) == WORKERS)
        yield running


def scrape(server: Server, name: str, **labels: str) -> float:
    return total(told(httpx.get(f"{server.url}/metrics").text), name, **labels)


def explain(server: Server, photo: bytes, **options: str) -> list[str]:
    """The names of the events of an explanation, by a connection of its own."""
    form = {"files": {"file": ("photo.jpg", photo)}, "data": options}
    headers = {"Accept": "text/event-stream"}
    with httpx.stream(
        "POST", f"{server.url}/api/explanations", headers=headers, timeout=60, **form
    ) as stream:
        assert stream.status_code == 200
        return [line.removeprefix("event: ") for line in stream.iter_lines() if line.startswith("event: ")]


def test_whoever_is_asked_tells_what_all_counted(server: Server, photo: bytes) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(server.post, [another(photo, i) for i in range(24)]))
    assert {answer.status_code for answer in answers} == {200}
    workers = {line["process"] for line in server.lines() if line.get("route") == "/api/classify"}
    assert len(workers) == WORKERS
    for _ in range(6):
        assert scrape(server, "lesion_classifications_total") == 24
        assert scrape(server, "lesion_probability_bin_total") == 24
        assert scrape(server, "lesion_stage_duration_seconds_count", stage="model") == 24
        assert scrape(server, "lesion_queue_depth") == 0
        assert scrape(server, "lesion_http_requests_in_progress") == 1
        assert scrape(server, "lesion_workers") == WORKERS
    assert scrape(server, "process_resident_memory_bytes") > WORKERS * 50 * 10**6


def test_an_explanation_is_told_to_its_end_whoever_makes_it(server: Server, photo: bytes) -> None:
    for _ in range(6):
        told_events = explain(server, photo, method="cam", target="mel")
        assert (told_events[0], told_events[-1]) == ("created", "done")
    assert scrape(server, "lesion_streams") == 0


def test_who_stops_listening_ends_the_explanation(server: Server, photo: bytes) -> None:
    before = scrape(server, "lesion_explanations_total", outcome="cancelled")
    form = {"files": {"file": ("photo.jpg", photo)}, "data": LONG}
    headers = {"Accept": "text/event-stream"}
    with httpx.stream(
        "POST", f"{server.url}/api/explanations", headers=headers, timeout=60, **form
    ) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: created"
        assert json.loads(next(lines).removeprefix("data: "))["samples"] > 1
        assert scrape(server, "lesion_streams") == 1
    left = time.monotonic()
    until(lambda: scrape(server, "lesion_explanations_total", outcome="cancelled") == before + 1)
    assert time.monotonic() - left < 10
    assert scrape(server, "lesion_streams") == 0


def test_a_killed_worker_is_replaced_and_what_it_counted_remains(server: Server, photo: bytes) -> None:
    before, started = scrape(server, "lesion_classifications_total"), len(server.ready())
    server.process.children()[0].send_signal(signal.SIGKILL)
    asked = 0
    while len(server.ready()) == started:  # the new one answers nobody before its model does
        assert server.post(another(photo, 100 + asked)).status_code == 200
        asked += 1
    assert server.post(another(photo, 100 + asked)).status_code == 200
    assert scrape(server, "lesion_classifications_total") == before + asked + 1
    assert scrape(server, "lesion_workers") == WORKERS
    assert scrape(server, "lesion_http_requests_in_progress") == 1


def test_a_stop_leaves_no_files_behind(server: Server) -> None:
    # Last with this server: it ends it.
    mapped = [Path(area.path) for worker in server.process.children() for area in worker.memory_maps()]
    (folder,) = {path.parent for path in mapped if path.parent.name.startswith("lesion-metrics-")}
    family = server.family()
    server.process.terminate()
    assert server.process.wait(30) == 0
    assert not psutil.wait_procs(family, timeout=10)[1]
    assert not folder.exists()
