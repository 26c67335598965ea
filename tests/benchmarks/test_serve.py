from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from benchmarks.load import Load, Reply
from benchmarks.misses import untold
from benchmarks.photographs import photographs
from benchmarks.running import running
from benchmarks.serve import PROGRAM, REPORTS, ROOT, choose, gone_on_with, main, measure, program, state_path
from benchmarks.serving.agreement import TOLERANCE, calibrated
from benchmarks.serving.contestants import FLOAT32, PLAIN, material
from benchmarks.serving.page import misses, notes, page
from benchmarks.serving.record import CLIENTS, SIZES, Inside, Loaded, Round, keep, read
from benchmarks.serving.turn import Place, kept
from lesion.bundle import Bundle
from tests.benchmarks.serving.records import one_round, outcome

MOBILE = Path(__file__).parents[2] / "models/mobilenet_v2"


def test_what_is_kept_of_a_load() -> None:
    replies = [
        Reply(due=0, seconds=0.5, status=200),
        Reply(due=0, seconds=0.1, status=503, retry_after=2),
        Reply(due=0, seconds=0.1, problem="broken"),
    ]
    found = kept(Load(seconds=1, replies=replies), used=1.5)
    assert found == Loaded(
        **{"rate": 1.0, "answers": 1, "refused": 1, "failed": 1, "processors": 1.5},
        **{"p50_ms": 500, "p95_ms": 500, "p99_ms": 500, "times_ms": [500.0]},
    )


def test_where_the_time_of_an_answer_goes_is_told_of_the_same_answers() -> None:
    notes = [json.dumps({"decode": 1, "model": 5, "total": total}) for total in (10, 20, 30)]
    replies = [Reply(due=0, seconds=0.031, status=200, note=note) for note in notes]
    found = kept(Load(seconds=1, replies=replies), used=1).inside
    assert found == Inside(decode_ms=1, model_ms=5, work_ms=20, outside_ms=pytest.approx(11))


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
    faster = msgspec.structs.replace(outcome([], []), planned=1, program="1" * 64)
    assert gone_on_with(faster, state) is faster
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


def test_every_change_of_what_is_measured_is_another_program(tmp_path: Path) -> None:
    assert all((ROOT / name).exists() for name in PROGRAM)
    for name in PROGRAM:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch() if Path(name).suffix else (tmp_path / name).mkdir()
    before = program(tmp_path)
    (tmp_path / "lesion/decode.py").write_text("faster = True\n")
    after = program(tmp_path)
    assert before != after
    (tmp_path / "lesion/__pycache__").mkdir()
    (tmp_path / "lesion/__pycache__/decode.cpython-311.pyc").touch()
    assert program(tmp_path) == after


def test_a_program_that_changes_in_the_middle_of_a_run_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "lesion/decode.py"
    source.parent.mkdir()
    source.write_text("slow = True\n")
    turns = []

    def turn(place: Place, *_: object) -> Round:
        turns.append(place)
        if len(turns) == 2:
            source.write_text("faster = True\n")
        return one_round(1, 1, engine=1)

    monkeypatch.setattr("benchmarks.serve.one_turn", turn)
    monkeypatch.setattr("benchmarks.serve.program", lambda: program(tmp_path))
    blank = outcome([], [])
    before = msgspec.structs.replace(blank, planned=2, program=program(tmp_path), peaks=[1e9, 1e9])
    places = {each.name: Place(each, "", tmp_path) for each in (FLOAT32, PLAIN)}
    before = msgspec.structs.replace(
        before,
        servers=dict(zip(places, before.servers.values(), strict=True)),
        rounds={name: [] for name in places},
    )
    state = tmp_path / "serve.json"
    with pytest.raises(RuntimeError, match="was changed since"):
        measure(before, places, state)
    left = read(state)
    assert left is not None
    assert (len(turns), sum(map(len, left.rounds.values()))) == (2, 1)


def test_a_measurement_of_some_servers_leaves_that_of_all_alone() -> None:
    everybody, some = (state_path("a", 3, 3.0, False, names) for names in (["x", "y"], ["x"]))
    assert everybody != some
    assert some == state_path("a", 3, 3.0, False, ["x"]) != state_path("a", 3, 3.0, True, ["x"])


@pytest.mark.parametrize("arguments", [["--quick"], ["--server", "LitServe"]])
def test_what_is_not_the_whole_comparison_is_not_among_the_documentation(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.serve.RESULTS", tmp_path)
    done = CliRunner().invoke(main, ["--model", str(MOBILE), "--rewrite", *arguments])
    assert str(tmp_path) in done.output


COMMITTED = {REPORTS / "serve-densenet161.json", *REPORTS.glob("serve-*.json")}


@pytest.mark.parametrize("numbers", sorted(COMMITTED), ids=lambda path: path.stem)
def test_committed_pages_are_fresh_and_say_what_was_tried(numbers: Path) -> None:
    record = read(numbers)
    assert record is not None, "python -m benchmarks.serve"
    text = page(record, numbers.with_suffix(".md"))
    assert numbers.with_suffix(".md").read_text() == text, "python -m benchmarks.serve --rewrite"
    manifest = Bundle.load(ROOT / "models" / record.model).manifest
    # What was measured of the model, and is in its manifest too, changes nothing about its speed.
    assert record.files, "a record that does not say what answered"
    assert record.files.items() <= manifest.files.items(), "it is of another model"
    assert (record.input_size, record.temperature) == (manifest.input.size, manifest.temperature)
    assert untold(notes(record), record, misses(record)) == []


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
    assert record["files"] == {"model.onnx": Bundle.load(MOBILE).manifest.files["model.onnx"]}
    loads = [found["loads"][size][str(clients)] for size in SIZES for clients in CLIENTS]
    assert all(load["failed"] == 0 and load["p50_ms"] > 0 for load in loads)
    assert all(found["loads"][size]["1"]["inside"]["outside_ms"] > 0 for size in SIZES)
    assert found["loads"]["600x450"]["1"]["processors"] > 0.2
    assert found["start_s"] > 0
    assert 20 < found["memory_idle_mb"] <= found["memory_peak_mb"]
    assert f"| {FLOAT32.name} |" in report.read_text()


@pytest.mark.slow
@pytest.mark.training
@pytest.mark.timeout(600)
def test_the_plain_way_finds_the_same(tmp_path: Path) -> None:
    bundle = Bundle.load(MOBILE)
    images = [image for size in SIZES.values() for image in photographs(size)]
    material(bundle, tmp_path)
    found = []
    for each in (FLOAT32, PLAIN):
        with running(each.kind, each.source(bundle, tmp_path), images[0]) as (server, _):
            found.append(server.judge(images))
    for number, (own, plain) in enumerate(zip(*found, strict=True)):
        far = 1e-3 if number < len(images) / 2 else TOLERANCE  # large ones are reduced in another way
        assert calibrated(plain, bundle.manifest.temperature) == pytest.approx(own, abs=far)
