from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

pytest.importorskip("fastai")

from benchmarks.outcome import recorded
from benchmarks.train_speed import DEFAULT, FLOAT32, PLAIN, REPORT, Case, Outcome, main, reached, report

pytestmark = pytest.mark.training


def test_ratios_are_taken_within_a_round() -> None:
    # The machine was ten times slower in the last round, for all.
    rates = {PLAIN: [10.0, 20.0, 1.0], FLOAT32: [15.0, 40.0, 1.8], DEFAULT: [30.0, 60.0, 3.0]}
    case = Case(arch="resnet18", size=128, bfloat16=True, rates=rates)
    page = report(
        Outcome(
            date="2026-01-01",
            command="python -m benchmarks.train_speed",
            machine="2 cores",
            threads=2,
            versions={"python": "3.11"},
            images=230,
            batch_size=32,
            cache_rate=100,
            cases=[case],
        )
    )
    assert (
        "| resnet18 | 128 | 10 | 15 | **1.80** (1.50 to 2.00) | 30 (bfloat16) | **3.00** (3.00 to 3.00) |"
        in page
    )
    assert "as it is by default, reached by all; in float32, reached by all" in page
    slow = msgspec.structs.replace(case, rates=rates | {FLOAT32: [10.0, 20.0, 1.0]})
    assert "in float32, missed by resnet18 at 128 (1.00)" in reached([slow])


def test_committed_page_is_fresh() -> None:
    assert REPORT.read_text() == report(recorded(REPORT, Outcome))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_both_loops_are_measured_for_real(tmp_path: Path) -> None:
    arguments = [
        "--images",
        "20",
        "--size",
        "32",
        "--arch",
        "plain_cnn",
        "--batch-size",
        "8",
        "--rounds",
        "1",
    ]
    done = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "page.md")])
    assert done.exit_code == 0, done.output
    (case,) = json.loads((tmp_path / "page.json").read_text())["cases"]
    assert all(len(rates) == 1 and rates[0] > 0 for rates in case["rates"].values())
