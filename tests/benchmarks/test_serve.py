from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from benchmarks.load import Load, Reply
from benchmarks.photographs import photographs
from benchmarks.running import running
from benchmarks.serve import REPORTS, choose, gone_on_with, main
from benchmarks.serving.contestants import FLOAT32, PLAIN, material
from benchmarks.serving.page import calibrated, page
from benchmarks.serving.record import CLIENTS, SIZES, keep, named, read
from benchmarks.serving.turn import numbers
from lesion.bundle import Bundle
from tests.benchmarks.serving.records import one_round, outcome

MOBILE = Path(__file__).parents[2] / "models/mobilenet_v2"


def test_what_is_kept_of_a_load() -> None:
    replies = [
        Reply(due=0, seconds=0.5, status=200),
        Reply(due=0, seconds=0.1, status=503, retry_after=2),
        Reply(due=0, seconds=0.1, problem="broken"),
    ]
    found = numbers(Load(seconds=1, replies=replies))
    assert found == {
        **{"rate": 1.0, "answers": 1, "refused": 1, "failed": 1},
        **{"p50_ms": 500, "p95_ms": 500, "p99_ms": 500},
    }


def test_an_interrupted_run_is_gone_on_with(tmp_path: Path) -> None:
    state = tmp_path / "deeper" / "serve.json"
    half = outcome([one_round(1, 1, engine=1)], [one_round(1, 1)])
    fresh = msgspec.structs.replace(outcome([], []), planned=1)
    assert gone_on_with(fresh, state) is fresh
    keep(half, state)
    assert gone_on_with(fresh, state) == half


def test_another_measurement_begins_anew(tmp_path: Path) -> None:
    state = tmp_path / "serve.json"
    keep(outcome([one_round(1, 1, engine=1)], [one_round(1, 1)]), state)
    more = outcome([], [])  # of no rounds
    assert gone_on_with(more, state) is more
    state.write_text("{")
    assert gone_on_with(more, state) is more


def test_a_page_is_written_anew_from_its_numbers(tmp_path: Path) -> None:
    target = tmp_path / "serve.md"
    arguments = ["--model", str(MOBILE), "--rewrite", "--out", str(target)]
    assert "measure first" in CliRunner().invoke(main, arguments).output
    record = outcome([one_round(1, 1, engine=1)], [one_round(1, 1)])
    keep(record, target.with_suffix(".json"))
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert target.read_text() == page(record, target)


@pytest.mark.parametrize("numbers", sorted(REPORTS.glob("serve-*.json")), ids=lambda path: path.stem)
def test_committed_pages_are_fresh(numbers: Path) -> None:
    record, text = read(numbers), numbers.with_suffix(".md").read_text()
    assert record is None or text == page(record, numbers.with_suffix(".md")), (
        "python -m benchmarks.serve --rewrite"
    )


def test_servers_are_chosen_by_name() -> None:
    assert choose((FLOAT32, PLAIN), ()) == [FLOAT32, PLAIN]
    assert choose((FLOAT32, PLAIN), ("plain fastai",)) == [PLAIN]
    with pytest.raises(click.UsageError, match="There is no server 'nginx'"):
        choose((FLOAT32, PLAIN), ("nginx",))


@pytest.mark.slow
@pytest.mark.training
@pytest.mark.timeout(600)
def test_this_server_is_measured_for_real(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    arguments = [
        *("--model", str(MOBILE), "--here", "--fresh", "--server", FLOAT32.name),
        *("--rounds", "1", "--seconds", "0.2", "--out", str(report)),
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    record = json.loads(report.with_suffix(".json").read_text())
    found = record["rounds"][FLOAT32.name][0]
    assert record["peaks"][0] > 1e9
    assert all(found[named(size, n, "failed")] == 0 for size in SIZES for n in CLIENTS)
    assert all(found[named(size, n, "p50_ms")] > 0 for size in SIZES for n in CLIENTS)
    assert found["start_s"] > 0
    assert 20 < found["memory_idle_mb"] <= found["memory_peak_mb"]
    assert f"| {FLOAT32.name} |" in report.read_text()


@pytest.mark.slow
@pytest.mark.training
@pytest.mark.timeout(600)
def test_the_plain_way_finds_the_same(tmp_path: Path) -> None:
    bundle, images = Bundle.load(MOBILE), photographs()
    material(bundle, tmp_path)
    found = []
    for each in (FLOAT32, PLAIN):
        with running(each.kind, each.source(bundle, tmp_path), images[0]) as (server, _):
            found.append(server.judge(images))
    for own, plain in zip(*found, strict=True):
        assert calibrated(plain, bundle.manifest.temperature) == pytest.approx(own, abs=1e-3)
