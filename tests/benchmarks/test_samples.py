from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from benchmarks.outcome import recorded
from lesion.explain import METHODS, PRECISIONS, Settings

pytestmark = pytest.mark.training

ROOT = Path(__file__).parents[2]


def test_the_methods_are_those_that_stability_tells_nothing_of() -> None:
    from benchmarks.samples import MADE_BY

    assert set(MADE_BY) == {name for name, one in METHODS.items() if one.precisions and not one.random}


def test_committed_page_is_fresh() -> None:
    from benchmarks.samples import REPORT, Outcome, report

    assert REPORT.read_text() == report(recorded(REPORT, Outcome)), "python -m benchmarks.samples --rewrite"


def test_more_samples_come_nearer_to_a_finer_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.samples import MADE_BY, main

    counts = dict(zip(PRECISIONS, (4, 16, 36), strict=True))
    few = {name: Settings(samples=samples) for name, samples in counts.items()}
    for method in MADE_BY:
        monkeypatch.setitem(METHODS, method, msgspec.structs.replace(METHODS[method], precisions=few))
    page = tmp_path / "report.md"
    arguments = ["--model", str(ROOT / "models/mobilenet_v2"), "--pictures", "1", "--out", str(page)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    rows = json.loads(page.with_suffix(".json").read_text())["rows"]
    assert [(row["method"], row["samples"]) for row in rows] == [
        (method, samples) for method in MADE_BY for samples in counts.values()
    ]
    agreement = {(row["method"], row["precision"]): row["agreement"][0] for row in rows}
    unexplained = {row["precision"]: row["unexplained"] for row in rows if row["method"] != "occlusion"}
    for method in MADE_BY:
        assert agreement[method, "low"] < agreement[method, "high"] <= 1
    assert unexplained["low"] > unexplained["high"]
    assert "| integrated_gradients | high | 36 | **" in page.read_text()
