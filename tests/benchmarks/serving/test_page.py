from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.serving.page import calibrated, page
from tests.benchmarks.serving.records import one_round, outcome

OUT = Path("docs/benchmarks/serve-densenet161.md")


def test_targets_are_called_met_or_missed() -> None:
    text = page(outcome([one_round(10, 10, engine=5)], [one_round(100, 2)], [one_round(11, 8)]), OUT)
    assert "| latency p50, 600x450, over plain fastai | at most 0.35 | **0.10** (0.10 to 0.10) met |" in text
    assert "| latency p50, 600x450, over the best other (LitServe) | at most 0.8 | **0.91**" in text
    assert "Of these targets,\nthis server misses 3." in text
    assert "serve-densenet161.json" in text


def test_columns_are_the_servers_and_lines_the_loads() -> None:
    text = page(outcome([one_round(10, 12.5, engine=5)], [one_round(100, 2)]), OUT)
    assert "| image | clients | this server | plain fastai |" in text
    assert "| 4000x3000 | 64 | 12.5 | 2 |" in text
    assert "| 600x450 | 1 | 10, 10, 10 | 100, 100, 100 |" in text
    assert "| installed without GPU libraries, MB | 300 | 300 |" in text
    assert "| this server | 80 | 5 | 10 | +100 % |" in text
    assert "| this server | 1 | 5 | 1 | 3 |" in text  # 10 ms: decoding, the network, other work, HTTP


def test_what_was_tried_is_linked_where_it_stands(tmp_path: Path) -> None:
    record = outcome([one_round(10, 10, engine=5)], [one_round(100, 2)])
    assert "engines.md" not in page(record, tmp_path / "serve.md")
    (tmp_path / "engines.md").touch()
    assert "(engines.md)" in page(record, tmp_path / "serve.md")


def test_notes_on_missed_targets_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.serving.page.TRIED", tmp_path)
    missed = outcome([one_round(10, 10, engine=5)], [one_round(10, 2)])
    met = outcome([one_round(10, 100, engine=9.9)], [one_round(1000, 2)])
    assert "What was tried" not in page(missed, OUT)
    (tmp_path / "densenet161.md").write_text("- Everything.\n")
    assert "### What was tried\n\n- Everything.\n" in page(missed, OUT)
    assert "What was tried" not in page(met, OUT)


def test_cost_is_that_of_the_smallest_dyno_that_holds_the_peak() -> None:
    # 200 and 2000 MB; 36,000 and 7,200 images an hour.
    text = page(outcome([one_round(10, 10, engine=5)], [one_round(100, 2)]), OUT)
    assert "| this server | 200 | 36,000 | Basic | 0.0096 | 3,754,000 |" in text
    assert "| plain fastai | 2,000 | 7,200 | Performance-M | 0.3425 | 21,000 |" in text


def test_refusals_are_told() -> None:
    calm = page(outcome([one_round(1, 1, engine=1)], [one_round(1, 1)]), OUT)
    assert "No request was refused, and none failed." in calm
    full = page(outcome([one_round(1, 1, refused=30, engine=1)], [one_round(1, 1)]), OUT)
    assert "| this server | 4000x3000 | 64 | 10 | 30 | 0 |" in full


def test_answers_are_compared_at_one_temperature() -> None:
    assert calibrated({"a": 2 / 3, "b": 1 / 3}, 0.5) == pytest.approx({"a": 0.8, "b": 0.2})
    assert calibrated({"a": 1.0, "b": 0.0}, 2.0) == pytest.approx({"a": 1.0, "b": 0.0})
    text = page(outcome([one_round(1, 1, engine=1)], [one_round(1, 1)]), OUT)
    assert (
        "- plain fastai: the same class most probable in 1 of 1 drawings, probabilities at most 0.000 apart"
        in text
    )
