"""What a sweep's report shows, and that what is published is what was found."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from lesion.measures.blocks import Flat
from tools import generate_docs
from training.__main__ import main
from training.sweeping.record import Outcome, SweepRecord, read_record, write_record
from training.sweeping.report import left_out_table, sweep_files

GRID = {"lr": [0.001, 0.01], "dropout": [0.0, 0.2]}
BASE = {"arch": "mobilenet_v2", "epochs": 4, "teachers": ["old", "new"]}
ABOUT: Flat = {"data": "home", "n": 90, "n_malignant": 30, "bootstrap_resamples": 2000}


def spread(key: str, value: float) -> Flat:
    return {key: value, f"{key}_low": value - 0.02, f"{key}_high": value + 0.02}


def numbers(auroc: float, better: float | None = None) -> Flat:
    found = spread("auroc", auroc) | spread("external.clinic.auroc", auroc - 0.1)
    found |= {"epochs": 3, "n_images": 1200, "seconds": 4321.5}
    if better is not None:
        found |= spread("difference.auroc", better) | {"difference.auroc_p": 0.04}
    return found


@pytest.fixture
def record() -> SweepRecord:
    """Two variants beside the baseline, one of them failed, and one that left a source out."""
    left: Flat = {"left_out.source": "clinic", "left_out.n": 70, "left_out.n_malignant": 20}
    left |= spread("left_out.auroc", 0.71)
    return SweepRecord(
        "What helps",
        BASE,
        {},
        ABOUT | {"external.clinic.n": 70, "external.clinic.n_malignant": 20},
        [
            Outcome("baseline", {}, numbers(0.8)),
            Outcome("wide", {"size": 64, "sources": ["a", "b"]}, numbers(0.85, 0.05)),
            Outcome("without", {"leave_out": "clinic"}, numbers(0.78, -0.02) | left),
            Outcome("torn", {"lr": 9.0}, error="DataError: no such luck"),
        ],
    )


def test_the_report_ranks_the_runs_and_shows_what_each_is_better_by(record: SweepRecord) -> None:
    files = sweep_files(record, "helps")
    assert set(files) == {"helps.md", "helps.json", "helps-differences.svg", "helps-left-out.svg"}
    text = files["helps.md"]
    places = [text.index(f"| {run} |") for run in ("wide", "baseline", "without", "torn")]
    assert places == sorted(places)
    for words in (
        "# What helps",
        "What a run does not set for itself: arch mobilenet_v2, epochs 4, teachers old, new; all else as",
        "| wide | size 64, sources a, b | 0.850 (0.830 to 0.870) |",
        "| wide | +0.050 (+0.030 to +0.070) |",
        "AUROC on clinic",
        "| 3 | 1,200 |",
        "| clinic | without | 70 (20) | 0.710 (0.690 to 0.730) | n/a | 0.780 (0.760 to 0.800) |",
        "| torn | DataError: no such luck |",
        "On clinic: 70 lesions that none of these runs learned from, 20 of them malignant.",
        "90 lesions, one photo of each, 30 of them malignant",
    ):
        assert words in text, words
    for name in ("helps-differences.svg", "helps-left-out.svg"):
        ElementTree.fromstring(files[name])
        assert f"]({name})" in text
    assert "wide" in files["helps-differences.svg"]
    assert "baseline" not in files["helps-differences.svg"].partition("</title>")[2]


def test_a_sweep_without_a_baseline_shows_no_differences(record: SweepRecord) -> None:
    alone = SweepRecord("", BASE, {}, ABOUT, [Outcome("one", {}, numbers(0.8))])
    files = sweep_files(alone, "sweep")
    assert set(files) == {"sweep.md", "sweep.json"}
    assert "Differences" not in files["sweep.md"]
    assert left_out_table(alone) is None


def test_a_grid_of_two_settings_becomes_a_heat_map_with_gaps() -> None:
    runs = [
        Outcome(f"run {lr} {dropout}", {"lr": lr, "dropout": dropout}, numbers(0.6 + 10 * lr + dropout))
        for lr in GRID["lr"]
        for dropout in GRID["dropout"]
    ]
    runs[0] = Outcome("run", runs[0].settings, error="failed")
    runs.append(Outcome("baseline", {"dropout": 0.5}, numbers(0.9)))
    files = sweep_files(SweepRecord("", BASE, dict(GRID), ABOUT, runs), "sweep")
    picture = files["sweep-heatmap.svg"]
    assert "0.900" in picture
    assert "0.610" not in picture
    assert len(picture) < 40_000
    assert "![Validation AUROC of malignancy](sweep-heatmap.svg)" in files["sweep.md"]


def test_a_sweep_of_which_nothing_is_finished_says_so() -> None:
    text = sweep_files(SweepRecord("", BASE, {}, {}, [Outcome("torn", {}, error="why")]), "sweep")["sweep.md"]
    assert "| torn | why |" in text


def test_what_is_published_is_what_was_found(
    record: SweepRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, docs = tmp_path / "runs" / "helps", tmp_path / "docs"
    runs.mkdir(parents=True)
    docs.mkdir()
    (docs / "helps-heatmap.svg").write_text("<svg/>")
    (docs / "benchmark.json").write_text('{"runs": []}')
    (runs / "sweep.json").write_text(write_record(record))
    result = CliRunner().invoke(main, ["publish", str(runs), "--to", str(docs)])
    assert result.exit_code == 0, result.output
    assert {path.name for path in docs.iterdir()} == {*sweep_files(record, "helps"), "benchmark.json"}
    assert read_record(docs / "helps.json") == record
    monkeypatch.setattr(generate_docs, "ROOT", tmp_path)
    assert generate_docs.sweeps() == "- [What helps](helps.md): 4 runs"
    assert "| clinic | without | 70 (20) | 0.710 (0.690 to 0.730) |" in generate_docs.left_out()
    assert "(docs/helps.md)" in generate_docs.left_out()


def test_a_folder_without_a_sweep_cannot_be_published(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["publish", str(tmp_path), "--to", str(tmp_path)])
    assert result.exit_code == 1
    assert "tells of no sweep" in result.output


def test_published_reports_are_fresh() -> None:
    docs = generate_docs.ROOT / "docs"
    for name, record in generate_docs.sweep_records().items():
        files = sweep_files(record, name)
        assert {file: (docs / file).read_text() for file in files} == files, f"publish {name} again"
