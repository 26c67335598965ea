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

from benchmarks import attempts as attempts_module
from benchmarks import exchange, security
from benchmarks.attempts import GROUPS, Attempt, attempts, refused
from benchmarks.exchange import Reply, Target
from benchmarks.fuzz import FILES, Found, Fuzzing, corpus
from benchmarks.outcome import write
from benchmarks.running import OURS, running
from benchmarks.security import REPORT, SLOWEST, main, same_worker
from benchmarks.security_report import (
    Asked,
    Attacked,
    Files,
    Operation,
    Outcome,
    Specification,
    Tried,
    read,
    report,
)
from lesion.keys import new_key
from server.openapi import specification

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> dict:
    page = tmp_path_factory.mktemp("security") / "security.md"
    arguments = ["--model", str(ROOT / "models/mobilenet_v2"), "--images", "300", "--out", str(page)]
    for part in ("attempts", "files"):  # the third is tests/server/test_specification.py
        done = CliRunner().invoke(main, [*arguments, "--part", part])
        assert page.exists(), done.output
    return json.loads(page.with_suffix(".json").read_text())


@pytest.mark.slow
def test_every_attempt_comes_to_nothing(attacked: dict) -> None:
    # How long an answer takes is measured where nothing else runs.
    tried = attacked["attempts"]["tried"]
    assert [one for one in tried if not one["held"] and one["what"] != SLOWEST] == []
    assert len(tried) > 150


@pytest.mark.slow
def test_no_file_makes_the_server_fail_or_grow(attacked: dict) -> None:
    files = attacked["files"]
    for way in ("corpus", "changed", "guided"):
        assert [one for one in files[way]["found"] if not one["what"].startswith("took")] == []
        assert files[way]["memory_before_mb"] <= files[way]["memory_peak_mb"] < 400
    # The fuzzer goes through its first files before it counts.
    assert files["changed"]["files"] == 300 <= files["guided"]["files"]
    assert len(files["changed"]["kinds"]) >= 4


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
def somebody(
    answer: bytes, closes: bool, heard: list[bytes] | None = None, callers: list[str] | None = None
) -> Iterator[int]:
    """Somebody on a port who says the same to each caller, and then closes the connection or never does.

    What callers said is in ``heard``, and their addresses in ``callers``.
    """
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            while True:
                try:
                    caller, (address, _) = listener.accept()
                except OSError:
                    return
                if callers is not None:
                    callers.append(address)
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
        target = Target(port=port, key="", entry="", canary=0)
        reply = attempt.run(target)
    assert reply.hung
    assert reply.seconds >= 0.3
    assert "not over after" in reply.told()
    assert not attempt.came_to_nothing(target, reply)
    with somebody(answer, closes=True) as port:
        target = Target(port=port, key="", entry="", canary=0)
        reply = attempt.run(target)
    assert not reply.hung
    assert reply.status in (status, None)  # a reset may swallow what was said before it
    assert attempt.came_to_nothing(target, reply)


SECRET, KEY = new_key("tester", "3/minute")
ATTEMPTS = {(one.kind, one.what): one for one in attempts({})}
METRICS = ATTEMPTS["API keys", "keys or hashes among the metrics"]
OF_OTHERS = [
    ("API keys", "another's job without its key"),
    ("API keys", "another's job with another key"),
    ("API keys", "to follow it"),
    ("API keys", "to cancel it"),
    ("cookies", "an entry that is somebody else's"),
    ("cookies", "the same without a cookie"),
    ("cookies", "the same with an API key"),
    ("cookies", "its picture"),
    ("cookies", "to change it from the own page"),
    ("cookies", "to delete it from the own page"),
]
OPEN = b'HTTP/1.1 200 OK\r\nSet-Cookie: lesion_browser=a\r\n\r\n{"id": "1", "key": "a", "record": "1"}'
NOTHING = b'HTTP/1.1 404 Not Found\r\n\r\n{"type":"/problems/unknown-record"}'


def target_at(port: int) -> Target:
    return Target(port=port, key=SECRET, entry=KEY.entry, canary=0)


@pytest.mark.parametrize("secret", [SECRET, KEY.salt, KEY.digest])
def test_a_server_that_tells_a_key_or_its_hash_did_not_hold(secret: str) -> None:
    metrics = 'HTTP/1.1 200 OK\r\n\r\nlesion_api_key_requests_total{key="tester"} 1'
    for answer, held in ((metrics, True), (f"{metrics} # {secret}", False)):
        with somebody(answer.encode(), closes=True, heard=[]) as port:
            target = target_at(port)
            assert METRICS.came_to_nothing(target, METRICS.run(target)) is held


@pytest.mark.parametrize("name", OF_OTHERS, ids=lambda name: name[1])
def test_a_server_that_tells_everybody_or_has_nothing_to_tell_did_not_hold(
    name: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = ATTEMPTS[name]
    monkeypatch.setattr(attempts_module, "PATIENT_TRIES", 1)
    with somebody(OPEN, closes=True, heard=[]) as port:
        target = target_at(port)
        assert not attempt.came_to_nothing(target, attempt.run(target))
    with somebody(NOTHING, closes=True, heard=[]) as port, pytest.raises(RuntimeError, match="not there"):
        attempt.run(target_at(port))


@pytest.mark.parametrize(
    ("kind", "what", "slug"),
    [
        ("paths", "a model that is a path", "unknown-sample"),
        ("paths", "a sample that is a path", "unknown-model"),
        ("headers", "an answer of classification may be kept", "unsupported-media-type"),
    ],
)
def test_an_answer_about_something_else_proves_nothing(kind: str, what: str, slug: str) -> None:
    headers = {"cache-control": "no-store"}
    reply = Reply(status=404, headers=headers, body=b'{"type":"/problems/%b"}' % slug.encode())
    assert not ATTEMPTS[kind, what].came_to_nothing(target_at(0), reply)


def test_the_same_key_is_tried_from_another_address() -> None:
    heard: list[bytes] = []
    callers: list[str] = []
    first, again = (one for (kind, what), one in ATTEMPTS.items() if kind == "limits" and "key" in what)
    with somebody(b"HTTP/1.1 429 Too Many\r\n\r\n", closes=True, heard=heard, callers=callers) as port:
        for attempt in (first, again):
            attempt.run(target_at(port))
    *before, last = callers
    assert last not in before
    assert all(SECRET.encode() in request for request in heard)


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


SPECIFIED = """
import schemathesis
from flask import Flask
from hypothesis import settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

WITHOUT = (positive_data_acceptance,)
app = Flask(__name__)
app.add_url_rule("/good", "good", lambda: "")
app.add_url_rule("/bad", "bad", lambda: ("", 500))
described = {"get": {"responses": {"200": {"description": "good"}}}}
info = {"title": "two operations", "version": "1"}
schema = schemathesis.openapi.from_dict(
    {"openapi": "3.1.0", "info": info, "paths": {"/good": described, "/bad": described}}
)


@schema.parametrize()
@settings(max_examples=2, deadline=None)
def test_it(case):
    case.call_and_validate(app=app, excluded_checks=list(WITHOUT))
"""

RUN = {
    "date": "2026-01-01",
    "command": "python -m benchmarks.security",
    "machine": "2 cores",
    "versions": {"python": "3.11"},
    "commit": "0a1b2c3",
}


def outcome(
    held: bool = True, found: list[Found] | None = None, peak: float = 200, files: int = FILES
) -> Outcome:
    fuzzed = Fuzzing(files=files, kinds={"200": 2}, memory_peak_mb=peak, found=found or [])
    tried = [Tried(kind="paths", what="`//etc`", got="404 not-found", held=held)]
    return Outcome(
        attempts=Attacked(**RUN, model="mobilenet_v2", tried=tried),
        files=Files(**RUN, model="mobilenet_v2", corpus=fuzzed, changed=fuzzed, guided=fuzzed),
    )


def guided_by(found: Fuzzing | None) -> Outcome:
    whole = outcome()
    return msgspec.structs.replace(whole, files=msgspec.structs.replace(whole.files, guided=found))


def asked(held: bool = True) -> Specification:
    operations = [
        Operation(name="GET /ping", answers={"405": 1, "200": 1_999}, held=True),
        Operation(name="GET /{path}", answers={"500": 1}, held=held),
    ]
    return Specification(**RUN, asked=Asked(operations=operations, without=["some_check"]))


def test_the_report_says_what_did_not_hold() -> None:
    assert outcome().held
    assert "**1 of 1 attempts came to nothing**" in report(outcome()).replace("\n", " ")
    assert "| `//etc` | 404 not-found | **no** |" in report(outcome(held=False))
    assert not outcome(held=False).held
    assert not outcome(found=[Found(sha256="0", what="500 internal")]).held
    assert not outcome(peak=401).held
    assert "200 MB | 401 MB, **missed** |" in report(guided_by(outcome(peak=401).files.guided))


def test_too_few_files_miss_a_target() -> None:
    assert "targets for files, all met." in report(outcome())
    short = report(outcome(files=7))
    assert f"| files, at least {FILES:,} changed | 7 | 7, **missed** | 7, **missed** |" in short
    assert "targets for files, 2 missed." in short
    assert f"| {FILES:,} | 0, **missed** |" in report(guided_by(None))


def test_the_report_tells_what_the_specification_was_asked() -> None:
    told = report(Outcome(specification=asked()))
    assert "2 of 2 operations answered as the OpenAPI document says, asked 2,001 times" in told
    assert "| `GET /ping` | 200: 1,999, 405: 1 | yes |" in told
    assert "Left out is the check `some_check`" in told
    assert "commit `0a1b2c3`" in told
    failed = Outcome(specification=asked(held=False))
    assert "| `GET /{path}` | 500: 1 | **no** |" in report(failed)
    assert not failed.held
    empty = msgspec.structs.replace(asked(), asked=Asked(operations=[], without=[]))
    assert not Outcome(specification=empty).held


def test_what_was_not_tried_again_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, before = tmp_path / "security.md", outcome()
    write(page, report(before), before)
    monkeypatch.setattr(security, "ask_as_specified", asked)
    done = CliRunner().invoke(main, ["--part", "specification", "--out", str(page)])
    assert done.exit_code == 0, done.output
    assert read(page) == msgspec.structs.replace(before, specification=asked())
    assert page.read_text() == report(read(page))


@pytest.mark.slow
def test_a_run_of_the_specification_s_test_is_counted(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(SPECIFIED)
    out = tmp_path / "told.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.specification", f"--told={out}"]
    ended = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    told = msgspec.json.decode(out.read_bytes(), type=Asked)
    assert told.without == ["positive_data_acceptance"]
    assert [(one.name, one.held) for one in told.operations] == [("GET /bad", False), ("GET /good", True)]
    bad, good = told.operations
    assert bad.answers["500"] >= 1
    assert good.answers["200"] >= 1


def test_committed_page_is_fresh() -> None:
    assert REPORT.read_text() == report(read(REPORT)), "python -m benchmarks.security --rewrite"


def test_committed_page_tells_of_every_attempt_and_operation() -> None:
    told = read(REPORT)
    assert told.attempts
    assert told.specification
    assert told.files
    tried = {(one.kind, one.what) for one in told.attempts.tried}
    assert {(one.kind, one.what) for one in attempts(corpus()[0])} <= tried
    asked_for = {one.name for one in told.specification.asked.operations}
    assert asked_for == {
        f"{method.upper()} {path}"
        for path, operations in specification()["paths"].items()
        for method in operations
    }
