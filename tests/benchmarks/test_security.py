"""The server is attacked for real: every attempt of the report, and a part of its changed files."""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from benchmarks import exchange
from benchmarks.attempts import GROUPS, Attempt, attempts, refused
from benchmarks.exchange import Reply, Target
from benchmarks.fuzz import FILES, Found, Fuzzing, corpus
from benchmarks.running import OURS, running
from benchmarks.security import REPORT, SLOWEST, main, same_worker
from benchmarks.security_report import Outcome, Tried, read, report

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> dict:
    page = tmp_path_factory.mktemp("security") / "security.md"
    arguments = ["--model", str(ROOT / "models/mobilenet_v2"), "--images", "300", "--out", str(page)]
    done = CliRunner().invoke(main, arguments)
    assert page.exists(), done.output
    return json.loads(page.with_suffix(".json").read_text())


@pytest.mark.slow
def test_every_attempt_comes_to_nothing(attacked: dict) -> None:
    # How long an answer takes is measured where nothing else runs.
    assert [one for one in attacked["tried"] if not one["held"] and one["what"] != SLOWEST] == []
    assert len(attacked["tried"]) > 150


@pytest.mark.slow
def test_no_file_makes_the_server_fail_or_grow(attacked: dict) -> None:
    for part in ("corpus", "changed", "guided"):
        assert [one for one in attacked[part]["found"] if not one["what"].startswith("took")] == []
        assert attacked[part]["memory_before_mb"] <= attacked[part]["memory_peak_mb"] < 400
    # The fuzzer goes through its first files before it counts.
    assert attacked["changed"]["files"] == 300 <= attacked["guided"]["files"]
    assert len(attacked["changed"]["kinds"]) >= 4


def test_each_attempt_is_named_once_and_none_is_empty() -> None:
    names = [(one.kind, one.what) for one in attempts({"gif": b"GIF89a"})]
    assert len(names) == len(set(names))
    assert {kind for kind, _ in names} == {*GROUPS, "hostile files"}


def test_an_answer_behind_the_first_is_noticed() -> None:
    assert refused(Reply(status=400, body=b"{}"))
    assert refused(Reply())
    assert not refused(Reply(status=400, body=b"{}HTTP/1.1 200 OK\r\n"))
    assert not refused(Reply(status=200))
    assert not refused(Reply(status=500))


@contextmanager
def somebody(answer: bytes, closes: bool, heard: list[bytes] | None = None) -> Iterator[int]:
    """Somebody on a port who says the same to each caller, and then closes the connection or never does.

    What callers said is in ``heard``.
    """
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                try:
                    caller = listener.accept()[0]
                except OSError:
                    return
                if heard is not None:
                    with caller.makefile("rb") as stream:
                        heard.append(stream.read())
                caller.sendall(answer)
                kept.append(caller)
                if closes:
                    caller.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for caller in kept:
        caller.close()


Talk = Callable[[int], Reply]
TALKS: list[Talk] = [
    lambda port: exchange.exchange(port, b"GET / HTTP/1.1\r\n\r\n"),
    lambda port: exchange.flood(port, b"GET / HTTP/1.1\r\n", b"A" * 65_536, 10**9),
]


@pytest.mark.parametrize("talk", TALKS, ids=["exchange", "flood"])
@pytest.mark.parametrize(("answer", "status"), [(b"", None), (b"HTTP/1.1 400 Bad\r\n\r\n", 400)])
def test_a_server_that_is_kept_busy_did_not_hold(
    talk: Talk, answer: bytes, status: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "PATIENCE_S", 0.3)
    attempt = Attempt(kind="paths", what="any", run=lambda target: talk(target.port), held=refused)
    with somebody(answer, closes=False) as port:
        reply = attempt.run(Target(port=port, key="", entry="", canary=0))
    assert reply.hung
    assert reply.seconds >= 0.3
    assert "not over after" in reply.told()
    assert not attempt.came_to_nothing(reply)
    with somebody(answer, closes=True) as port:
        reply = attempt.run(Target(port=port, key="", entry="", canary=0))
    assert not reply.hung
    assert reply.status in (status, None)  # a reset may swallow what was said before it
    assert attempt.came_to_nothing(reply)


def test_a_server_that_fetches_for_others_would_be_noticed() -> None:
    heard: list[bytes] = []
    with somebody(b"HTTP/1.1 400 Bad\r\n\r\n", closes=True, heard=heard) as port:
        for _, run, _ in GROUPS["fetching for others"]:
            run(Target(port=port, key="", entry="", canary=54_321))
    bodies = [request.partition(b"\r\n\r\n")[2] for request in heard]
    assert len(bodies) == len(GROUPS["fetching for others"])
    for body in bodies:
        (value,) = json.loads(body).values()
        packed = re.fullmatch(r"(?:data:.*;base64,)?([A-Za-z0-9+/]{40,}=*)", value)
        text = base64.b64decode(packed[1]).decode() if packed else value
        assert "//127.0.0.1:54321/" in text or text.startswith(("http://169.254.169.254/", "file:///"))


@pytest.mark.slow
def test_a_worker_that_dies_is_noticed() -> None:
    with running(OURS, ROOT / "models/mobilenet_v2", corpus()[1]["jpeg"]) as (server, _):
        before = server.workers()
        assert same_worker(server, before).held
        (worker,) = server.process.children()
        worker.kill()
        worker.wait(10)
        assert not same_worker(server, before).held


@pytest.mark.slow
def test_what_came_of_a_file_is_written_at_once(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    out = tmp_path / "found.json"
    program = f"""
from pathlib import Path
from benchmarks.fuzz_coverage import Asking
ask = Asking(Path("models/mobilenet_v2"), Path({str(out)!r}))
ask(b"no image")
ask(b"none either")
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=True)
    found = msgspec.json.decode(out.read_bytes(), type=Fuzzing)
    assert found.files == 2
    assert 0 < found.memory_before_mb <= found.memory_peak_mb


def outcome(
    held: bool = True, found: list[Found] | None = None, peak: float = 200, files: int = FILES
) -> Outcome:
    fuzzed = Fuzzing(files=files, kinds={"200": 2}, memory_peak_mb=peak, found=found or [])
    return Outcome(
        date="2026-01-01",
        command="python -m benchmarks.security",
        machine="2 cores",
        versions={"python": "3.11"},
        model="mobilenet_v2",
        tried=[Tried(kind="paths", what="`//etc`", got="404 not-found", held=held)],
        corpus=fuzzed,
        changed=fuzzed,
        guided=fuzzed,
    )


def test_the_report_says_what_did_not_hold() -> None:
    assert outcome().held
    assert "**1 of 1 attempts came to nothing**" in report(outcome()).replace("\n", " ")
    assert "| `//etc` | 404 not-found | **no** |" in report(outcome(held=False))
    assert not outcome(held=False).held
    assert not outcome(found=[Found(sha256="0", what="500 internal")]).held
    assert not outcome(peak=401).held
    assert "200 MB | 401 MB, **missed** |" in report(
        msgspec.structs.replace(outcome(), guided=outcome(peak=401).guided)
    )


def test_too_few_files_miss_a_target() -> None:
    assert "targets for files, all met." in report(outcome())
    short = report(outcome(files=7))
    assert f"| files, at least {FILES:,} changed | 7 | 7, **missed** | 7, **missed** |" in short
    assert "targets for files, 2 missed." in short
    unguided = msgspec.structs.replace(outcome(), guided=None)
    assert f"| {FILES:,} | 0, **missed** |" in report(unguided)


def test_committed_page_is_fresh() -> None:
    assert REPORT.read_text() == report(read(REPORT)), "python -m benchmarks.security --rewrite"
