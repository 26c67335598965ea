from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.explain import REPORT, WAYS, Outcome, Row, agreement, cells, main, report
from benchmarks.outcome import recorded
from lesion.explain import METHODS, PRECISIONS, Explained, Settings

ROOT = Path(__file__).parents[2]


def row(agreements: list[float], seconds: float) -> Row:
    return Row(
        method="lime",
        precision="medium",
        samples=9,
        agreement=agreements,
        seconds=[seconds],
        processor_seconds=[seconds],
    )


def outcome(*rows: Row) -> Outcome:
    return Outcome(
        date="2026-01-01",
        command="python -m benchmarks.explain",
        machine="2 cores",
        versions={"python": "3.11"},
        model="mobilenet_v2",
        model_sha256="",
        pictures="drawings",
        rows=list(rows),
        lime_samples=9,
        lime={way: [(number, number), (10 * number, number)] for number, way in enumerate(WAYS, 2)},
    )


def explained(values: list[float]) -> Explained:
    return Explained(
        method="lime",
        target="malignant",
        precision="low",
        map=np.array([values], dtype=np.float32),
        outlines=None,
        seconds=1,
        diagnostics={},
    )


def test_agreement_is_of_ranks() -> None:
    assert agreement(explained([0.1, 0.2, 0.9]), explained([0.1, 0.5, 0.6])) == pytest.approx(1)
    assert agreement(explained([0.1, 0.2, 0.9]), explained([0.9, 0.2, 0.1])) == pytest.approx(-1)
    assert agreement(explained([0, 0, 0]), explained([0, 0, 1])) == 0
    assert agreement(explained([0, 0]), explained([0, 0])) == 1


def test_a_missed_target_is_told() -> None:
    assert "| **0.80** (0.75 to 0.85) | 5.00 | 5.00 | met |" in report(
        outcome(row([0.75, 0.8, 0.85] * 17, 5))
    )
    assert "| too unstable |" in report(outcome(row([0.6] * 50, 5)))
    assert "| too unstable and too slow |" in report(outcome(row([0.6] * 50, 50)))
    assert "| fewer than 50 pictures |" in report(outcome(row([0.8] * 49, 5)))
    assert "| always the same | 5.00 | 5.00 | met |" in report(outcome(row([], 5)))


def test_as_many_pictures_are_told_as_were_compared() -> None:
    assert "its median over 3 pictures" in report(outcome(row([0.8] * 3, 5), row([0.8] * 2, 5), row([], 5)))
    assert "its median over 0 pictures" in report(outcome(row([], 5)))


def test_a_page_is_written_anew_from_its_numbers(tmp_path: Path) -> None:
    page, measured = tmp_path / "report.md", outcome(row([0.8] * 50, 5))
    page.with_suffix(".json").write_bytes(msgspec.json.encode(measured))
    assert CliRunner().invoke(main, ["--rewrite", "--out", str(page)]).exit_code == 0
    assert page.read_text() == report(measured)


@pytest.mark.parametrize("page", [REPORT] if REPORT.exists() else [])
def test_committed_page_is_fresh(page: Path) -> None:
    assert page.read_text() == report(recorded(page, Outcome)), "python -m benchmarks.explain --rewrite"


def test_ratios_are_taken_within_a_round() -> None:
    assert "| plain onnx | 22.00 | 4.00 | **2.00** (2.00 to 2.00) | **2.00**" in report(outcome())


def test_how_many_pictures_lime_is_compared_on_is_told() -> None:
    assert "the same 2 pictures with 9 samples" in report(outcome())


def test_every_method_is_measured_at_every_precision() -> None:
    assert len(set(cells(list(METHODS)))) == sum(len(method.precisions) or 1 for method in METHODS.values())


@pytest.mark.slow
@pytest.mark.training
def test_methods_are_measured_for_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: Settings(samples=9) for name in PRECISIONS}
    monkeypatch.setitem(METHODS, "lime", msgspec.structs.replace(METHODS["lime"], precisions=few))
    page = tmp_path / "report.md"
    model = ROOT / "models/mobilenet_v2"
    chosen = ["--method", "cam", "--method", "lime", "--method", "saliency"]
    arguments = ["--model", str(model), *chosen, "--pictures", "1", "--rounds", "1", "--out", str(page)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads(page.with_suffix(".json").read_text())
    assert [(row["method"], row["precision"]) for row in found["rows"]] == [
        ("cam", None),
        *(("lime", name) for name in PRECISIONS),
        ("saliency", None),
    ]
    assert set(found["lime"]) == set(WAYS)
    assert "| plain fastai |" in page.read_text()
