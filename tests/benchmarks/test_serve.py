from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.running import OURS, PLAIN
from benchmarks.serve import MEASURES, Outcome, main, photographs, repeated, report

ROOT = Path(__file__).parents[2]


def outcome(ours: list[float], plain: list[float]) -> Outcome:
    rounds = {OURS.name: ours, PLAIN.name: plain}
    return Outcome(
        date="2026-01-01",
        command="python -m benchmarks.serve",
        machine="2 cores",
        versions={"python": "3.11"},
        model="mobilenet_v2",
        rounds={
            name: [dict.fromkeys(MEASURES, value) for value in values] for name, values in rounds.items()
        },
        same_first_class=True,
    )


def test_ratios_are_taken_within_a_round() -> None:
    # The machine was ten times slower in the last round, for both.
    page = report(outcome([1, 1, 20], [2, 4, 40]))
    assert "| start to first answer, s | 1 | 4 | **0.50** (0.25 to 0.50) |" in page


def test_report_has_a_line_for_every_measure() -> None:
    page = report(outcome([1], [2]))
    assert all(f"| {title} |" in page for title in MEASURES.values())


def test_photographs_are_jpegs_of_the_sizes_that_the_report_names() -> None:
    files = photographs()
    assert set(files) == {"600x450", "4000x3000"}
    assert all(data.startswith(b"\xff\xd8") for size in files.values() for data in size)
    assert repeated([b"a", b"b"], 3) == [b"a", b"b", b"a"]


@pytest.mark.slow
@pytest.mark.training
@pytest.mark.timeout(600)
def test_both_servers_are_measured_for_real(tmp_path: Path) -> None:
    page = tmp_path / "report.md"
    arguments = [
        "--model",
        str(ROOT / "models/mobilenet_v2"),
        "--rounds",
        "1",
        "--requests",
        "1",
        "--out",
        str(page),
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    rounds = json.loads(page.with_suffix(".json").read_text())["rounds"]
    for name in (OURS.name, PLAIN.name):
        assert set(rounds[name][0]) == set(MEASURES)
        assert all(value > 0 for value in rounds[name][0].values())
