from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import msgspec
import onnxruntime
import pytest
from click.testing import CliRunner

from benchmarks import engines_verdicts as verdicts
from benchmarks.engines import REPORT, absent, cases, check, instructions, main
from benchmarks.engines_record import (
    BATCHES,
    CUDA,
    PROCESSOR,
    Answer,
    Case,
    Found,
    Logits,
    Outcome,
    Timed,
    at_once,
    changed,
)
from benchmarks.engines_report import report
from benchmarks.misses import untold
from benchmarks.outcome import circumstances, recorded
from benchmarks.wheels import MACHINES, Wheel
from lesion.bundle import Bundle
from lesion.engine import OnnxEngine

MOBILE = Path(__file__).parents[2] / "models/mobilenet_v2"
FLOAT = Case(engine="onnxruntime", graph="float", threads=2)
SPINNING = msgspec.structs.replace(FLOAT, spin=True)
LOGITS = [[1.0, 2.0], [0.5, -1.0]]
OTHER = [[2.0, 1.0], [0.5, -1.0]]
WHEELS = [Wheel(package="openvino==1", machine=machine, file="openvino.whl") for machine in MACHINES]


def cost(case: Case) -> Found:
    """OpenVINO takes nine tenths of the time in float and half in int8; larger batches gain nothing."""
    ms = {"float": 100.0, "int8": 40.0}[case.graph]
    if case.engine == "openvino":
        ms *= {"float": 0.9, "int8": 0.5}[case.graph]
    return {"ms": ms, "cpu_ms": 2 * ms, "load_s": 0.5, "memory_mb": 200.0, "peak_mb": 250.0}


def outcome(
    chosen: list[Case],
    rounds: int = 3,
    *,
    wheels: Sequence[Wheel] = WHEELS,
    logits: Mapping[str, Logits] | None = None,
    **costs: Mapping[Case, float],
) -> Outcome:
    """What was measured of the cases; ``logits`` of an engine and ``costs`` of a case are replaced."""
    found = {case: cost(case) | {k: of[case] for k, of in costs.items() if case in of} for case in chosen}
    return Outcome(
        **circumstances("benchmarks.engines", ("numpy",)),
        model="small",
        size=224,
        temperature=1.0,
        processor=instructions(),
        cases=[
            Timed(case=case, rounds=[each] * rounds, logits=(logits or {}).get(case.engine, LOGITS))
            for case, each in found.items()
        ],
        wheels=list(wheels),
    )


def test_every_setting_is_changed_alone() -> None:
    chosen = cases(["float", "int8"], cpus=2)
    assert len(set(chosen)) == len(chosen)
    served = Case(engine="onnxruntime", graph="int8", threads=2)
    others = [
        case for case in chosen if (case.engine, case.graph) == ("onnxruntime", "int8") and case != served
    ]
    for case in others:
        base = at_once(served) if case.callers > 1 else served
        differing = [name for name in Case.__struct_fields__ if getattr(case, name) != getattr(base, name)]
        assert len(differing) <= 1 or case.provider != served.provider
    assert {case.batch for case in others} == set(BATCHES)


def test_the_case_as_served_is_how_bundles_are_served() -> None:
    bundle = Bundle.load(MOBILE)
    engine = OnnxEngine(bundle.file(bundle.manifest.graph), threads=FLOAT.threads)
    options = engine._session.get_session_options()
    assert options.intra_op_num_threads == FLOAT.threads
    assert options.inter_op_num_threads == 1
    assert options.enable_cpu_mem_arena is FLOAT.arena
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == str(int(FLOAT.spin))
    assert options.graph_optimization_level == onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    assert FLOAT.level == "all"


@pytest.mark.parametrize("graphs", [["float"], ["float", "int8"]])
@pytest.mark.parametrize("cpus", [1, 2])
def test_the_page_tells_who_wins_by_the_rule(graphs: list[str], cpus: int) -> None:
    page = report(outcome(cases(graphs, cpus)), REPORT)
    assert (
        "On the float graph OpenVINO takes **0.90** (0.90 to 0.90) of ONNX Runtime's time, which is not"
        in page
    )
    assert ("takes **0.50** (0.50 to 0.50) of ONNX Runtime's time, which is the quarter" in page) is (
        "int8" in graphs
    )
    # Every row of a table has as many cells as its heading.
    for table in re.findall(r"(?:^\|.*\|\n)+", page, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_an_engine_that_wins_by_both_legs_of_the_rule_is_a_gain_that_is_left() -> None:
    chosen = cases(["float", "int8"], 2)
    assert "should answer for the int8 graph." in verdicts.engines(outcome(chosen))
    nowhere = [*WHEELS[1:], msgspec.structs.replace(WHEELS[0], file=None)]
    told = outcome(chosen, wheels=nowhere)
    assert "does not install as easily" in verdicts.engines(told)
    assert "there is none of openvino==1 on x86-64" in verdicts.installing(told)
    offline = outcome(chosen, wheels=[msgspec.structs.replace(each, file=None) for each in WHEELS])
    assert "is open until it is known" in verdicts.engines(offline)


def test_an_engine_that_computes_something_else_does_not_win() -> None:
    told = verdicts.engines(outcome(cases(["int8"], 2), logits={"openvino": OTHER}))
    assert "it does not compute the same" in told
    assert told.endswith("So ONNX Runtime stays the one engine for networks without torch.")


def test_another_result_in_float32_ends_the_measurement() -> None:
    def answers(case: Case) -> dict[Case, Answer]:
        return {
            case: Answer(costs={}, logits=LOGITS, provider=PROCESSOR),
            msgspec.structs.replace(case, engine="openvino"): Answer(
                costs={}, logits=OTHER, provider=PROCESSOR
            ),
        }

    with pytest.raises(click.ClickException, match="logits are 1 apart"):
        check(answers(FLOAT))
    check(answers(msgspec.structs.replace(FLOAT, graph="int8")))


def test_rows_named_cuda_are_of_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.engines.onnxruntime.get_available_providers", lambda: [CUDA, PROCESSOR])
    chosen = cases(["float"], 2)
    assert any(case.provider == CUDA for case in chosen)

    def on_the_processor(case: Case) -> Answer:
        return Answer(costs={}, logits=LOGITS, provider=PROCESSOR)

    def as_asked(case: Case) -> Answer:
        return Answer(costs={}, logits=LOGITS, provider=case.provider)

    assert absent(chosen, on_the_processor) == {CUDA}
    assert absent(chosen, as_asked) == set()
    page = report(outcome(chosen), REPORT)
    assert "| ONNX Runtime, CUDA | float |" in page
    assert "On this CUDA device that is" in page


def test_settings_are_judged_by_their_numbers() -> None:
    chosen = cases(["float"], 2)
    assert "no other setting takes less than 0.95" in verdicts.settings(outcome(chosen))
    alone = outcome(chosen, ms={SPINNING: 80.0, at_once(SPINNING): 110.0})
    assert "not served, since it takes **1.10** (1.10 to 1.10) of it where 2 are" in verdicts.settings(alone)
    for together in (96.0, 100.0, 105.0):
        drawn = outcome(chosen, ms={SPINNING: 80.0, at_once(SPINNING): together})
        assert "a gain that this release leaves" in verdicts.settings(drawn)
    both = outcome(chosen, ms={SPINNING: 80.0, at_once(SPINNING): 80.0})
    assert "a gain that this release leaves" in verdicts.settings(both)
    arena = changed(FLOAT)["memory arena"]
    larger = outcome(chosen, ms={arena: 80.0}, peak_mb={arena: 500.0})
    assert "not served, since it takes **2.00** (2.00 to 2.00) of the memory" in verdicts.settings(larger)


def test_gains_that_are_left_are_named_for_the_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.misses.TRIED", tmp_path)
    (tmp_path / "engines.md").write_text("- **spinning threads on the float graph**: see below.\n")
    (tmp_path / "records.toml").write_text(f'engines = "{outcome(cases(["float"], 2)).when}"\n')
    chosen = cases(["float", "int8"], 2)
    assert verdicts.left(outcome(chosen)) == ["OpenVINO on the int8 graph"]
    chosen = cases(["float"], 2)
    calm, four = outcome(chosen), msgspec.structs.replace(FLOAT, batch=4)
    assert verdicts.left(calm) == []
    assert "What was tried" not in report(calm, REPORT)
    against = outcome(chosen, ms={SPINNING: 80.0, at_once(SPINNING): 110.0})
    assert verdicts.left(against) == []
    both = outcome(chosen, ms={SPINNING: 80.0, at_once(SPINNING): 80.0, four: 80.0})
    assert verdicts.left(both) == [
        "spinning threads on the float graph",
        "grouping on the float graph by ONNX Runtime",
    ]
    assert "### What was tried\n\n- **spinning threads on the float graph**: see" in report(both, REPORT)


def test_threads_and_groups_are_judged_by_their_numbers() -> None:
    chosen = cases(["float"], 2)
    one, four = (msgspec.structs.replace(FLOAT, **other) for other in ({"threads": 1}, {"batch": 4}))
    assert "which does not speak for them" in verdicts.threads(outcome(chosen))
    assert "which speaks for them" in verdicts.threads(outcome(chosen, ms={one: 180.0}))
    slower = outcome(chosen, ms={one: 180.0, at_once(one): 80.0})
    assert "which does not speak for them" in verdicts.threads(slower)
    assert "it does not pay, and requests are not grouped" in verdicts.batches(outcome(chosen))
    assert "it pays for float" in verdicts.batches(outcome(chosen, ms={four: 80.0}))


def test_the_page_does_without_openvino() -> None:
    chosen = [case for case in cases(["float", "int8"], 2) if case.engine != "openvino"]
    assert "OpenVINO" not in report(outcome(chosen, wheels=[]), REPORT).split("## Engines")[1]


@pytest.mark.parametrize("arguments", [[], ["--without-openvino"]])
def test_versions_are_of_what_was_timed(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(bundle: Bundle, chosen: Sequence[Case], rounds: int, repeats: int) -> list[Timed]:
        return [Timed(case=case, rounds=[cost(case)], logits=LOGITS) for case in chosen]

    monkeypatch.setattr("benchmarks.engines.measure", measure)
    monkeypatch.setattr("benchmarks.engines.wheels", lambda: WHEELS)
    page = tmp_path / "engines.md"
    assert CliRunner().invoke(main, ["--out", str(page), *arguments]).exit_code == 0
    versions = json.loads(page.with_suffix(".json").read_text())["versions"]
    assert ("openvino" in versions) is not bool(arguments)
    page.write_text("Out of date.")
    assert CliRunner().invoke(main, ["--rewrite", "--out", str(page)]).exit_code == 0
    assert page.read_text() == report(recorded(page, Outcome), page)


@pytest.mark.parametrize("numbers", sorted(REPORT.parent.glob("engines*.json")), ids=lambda path: path.stem)
def test_committed_pages_are_fresh_and_say_what_was_tried(numbers: Path) -> None:
    page, remedy = numbers.with_suffix(".md"), "python -m benchmarks.engines --rewrite"
    record = recorded(page, Outcome)
    assert page.read_text() == report(record, page), remedy
    assert untold(page.stem, record, verdicts.left(record)) == []


def test_a_case_survives_json() -> None:
    case = Case(engine="onnxruntime", graph="float", threads=1)
    assert msgspec.json.decode(msgspec.json.encode(case), type=Case) == case
