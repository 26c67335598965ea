from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from benchmarks.engines import REPORT, cases, instructions, main
from benchmarks.engines_report import BATCHES, Case, Found, Outcome, Timed, report
from benchmarks.outcome import circumstances, recorded
from lesion.bundle import Bundle


def cost(case: Case) -> Found:
    """OpenVINO takes nine tenths of the time in float and half in int8; larger batches gain nothing."""
    ms = {"float": 100.0, "int8": 40.0}[case.graph]
    if case.engine == "openvino":
        ms *= {"float": 0.9, "int8": 0.5}[case.graph]
    return {"ms": ms, "cpu_ms": 2 * ms, "load_s": 0.5, "memory_mb": 200.0, "peak_mb": 250.0}


def outcome(chosen: list[Case], rounds: int = 3) -> Outcome:
    return Outcome(
        **circumstances("benchmarks.engines", ("numpy",)),
        model="small",
        size=224,
        processor=instructions(),
        cases=[Timed(case=case, rounds=[cost(case)] * rounds) for case in chosen],
    )


def test_every_setting_is_changed_alone() -> None:
    chosen = cases(["float", "int8"], cpus=2)
    assert len(set(chosen)) == len(chosen)
    served = Case(engine="onnxruntime", graph="int8", threads=2)
    others = [
        case for case in chosen if (case.engine, case.graph) == ("onnxruntime", "int8") and case != served
    ]
    for case in others:
        changed = [name for name in Case.__struct_fields__ if getattr(case, name) != getattr(served, name)]
        assert len(changed) == 1 or case.provider != served.provider
    assert {case.batch for case in others} == set(BATCHES)


@pytest.mark.parametrize("graphs", [["float"], ["float", "int8"]])
@pytest.mark.parametrize("cpus", [1, 2])
def test_the_page_tells_who_wins_by_the_rule(graphs: list[str], cpus: int) -> None:
    page = report(outcome(cases(graphs, cpus)))
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


def test_the_page_does_without_openvino() -> None:
    chosen = [case for case in cases(["float", "int8"], 2) if case.engine != "openvino"]
    assert "OpenVINO" not in report(outcome(chosen)).split("## Engines")[1]


@pytest.mark.parametrize("arguments", [[], ["--without-openvino"]])
def test_versions_are_of_what_was_timed(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(bundle: Bundle, chosen: Sequence[Case], rounds: int, repeats: int) -> list[Timed]:
        return [Timed(case=case, rounds=[cost(case)]) for case in chosen]

    monkeypatch.setattr("benchmarks.engines.measure", measure)
    page = tmp_path / "engines.md"
    assert CliRunner().invoke(main, ["--out", str(page), *arguments]).exit_code == 0
    versions = json.loads(page.with_suffix(".json").read_text())["versions"]
    assert ("openvino" in versions) is not bool(arguments)
    page.write_text("Out of date.")
    assert CliRunner().invoke(main, ["--rewrite", "--out", str(page)]).exit_code == 0
    assert page.read_text() == report(recorded(page, Outcome))


@pytest.mark.parametrize("page", [REPORT] if REPORT.exists() else [])
def test_committed_page_is_fresh(page: Path) -> None:
    assert page.read_text() == report(recorded(page, Outcome)), "python -m benchmarks.engines --rewrite"


def test_a_case_survives_json() -> None:
    case = Case(engine="onnxruntime", graph="float", threads=1)
    assert msgspec.json.decode(msgspec.json.encode(case), type=Case) == case
