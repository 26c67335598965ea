"""The server is attacked for real: every attempt of the report, and a part of its changed files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.attempts import GROUPS, attempts, refused
from benchmarks.exchange import Reply
from benchmarks.fuzz import Found, Fuzzing
from benchmarks.security import Outcome, Tried, main, report

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
    assert [one for one in attacked["tried"] if not one["held"]] == []
    assert len(attacked["tried"]) > 150


@pytest.mark.slow
def test_no_file_makes_the_server_fail_or_grow(attacked: dict) -> None:
    for part in ("corpus", "changed", "guided"):
        # How long an answer takes is measured where nothing else runs.
        assert [one for one in attacked[part]["found"] if not one["what"].startswith("took")] == []
        assert attacked[part]["memory_peak_mb"] < 400
    assert attacked["changed"]["files"] == attacked["guided"]["files"] == 300
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


def outcome(held: bool = True, found: list[Found] | None = None, peak: float = 200) -> Outcome:
    fuzzed = Fuzzing(files=2, kinds={"200": 2}, memory_peak_mb=peak, found=found or [])
    return Outcome(
        date="2026-01-01",
        command="python -m benchmarks.security",
        machine="2 cores",
        versions={"python": "3.11"},
        model="mobilenet_v2",
        tried=[Tried(kind="paths", what="`//etc`", got="404 not-found", held=held)],
        corpus=fuzzed,
        changed=fuzzed,
        guided=None,
    )


def test_the_report_says_what_did_not_hold() -> None:
    assert outcome().held
    assert "**1 of 1 attempts came to nothing.**" in report(outcome()).replace("\n", " ")
    assert "| `//etc` | 404 not-found | **no** |" in report(outcome(held=False))
    assert not outcome(held=False).held
    assert not outcome(found=[Found(sha256="0", what="500 internal")]).held
    assert not outcome(peak=401).held
