from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from lesion.bundle import Bundle, save
from lesion.errors import DataError
from lesion.labels import DIAGNOSES
from lesion.measures import blocks, bootstrap
from tests.training.colours import colour_bundle, colour_folder, colour_split
from tests.training.conftest import Measured
from training.comparison.compare import compare
from training.comparison.pictures import pareto_front
from training.comparison.scores import diagnosis_scores, difference, malignancy_scores
from training.dataset.trained_ids import TRAINED_IDS, write_trained_ids
from training.evidence.predict import held_out

N = 210


@pytest.fixture
def shares() -> tuple[pd.Series, np.ndarray]:
    """Diagnoses, and probabilities [N, 7] that know something of them."""
    rng = np.random.default_rng(3)
    dx = pd.Series([DIAGNOSES[i % 7] for i in range(N)])
    logits = rng.normal(0, 1, (N, 7)) + 1.5 * np.eye(7)[np.arange(N) % 7]
    return dx, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def test_measures_of_diagnoses_are_scikit_learns(shares: tuple[pd.Series, np.ndarray]) -> None:
    dx, probabilities = shares
    scores = diagnosis_scores(dx, probabilities, DIAGNOSES)
    assert scores is not None
    found, answer = scores.found, np.array(DIAGNOSES)[probabilities.argmax(axis=1)]
    for key, function in (("recall", recall_score), ("precision", precision_score), ("f1", f1_score)):
        each = function(dx, answer, average=None, labels=DIAGNOSES)
        assert [found[f"dx.{key}.{code}"] for code in DIAGNOSES] == pytest.approx(list(each))
    assert found["dx.balanced_accuracy"] == pytest.approx(recall_score(dx, answer, average="macro"))
    assert found["dx.f1.macro"] == pytest.approx(f1_score(dx, answer, average="macro"))
    assert found["dx.auroc.macro"] == pytest.approx(
        roc_auc_score(dx, probabilities, multi_class="ovr", labels=list(DIAGNOSES))
    )
    assert found["dx.accuracy_k"] == (dx == answer).sum()
    assert float(found["dx.f1.macro_low"]) < float(found["dx.f1.macro"]) < float(found["dx.f1.macro_high"])


def test_a_model_of_malignancy_has_no_measures_of_diagnoses(shares: tuple[pd.Series, np.ndarray]) -> None:
    dx, probabilities = shares
    assert diagnosis_scores(dx, probabilities[:, :2], ("benign", "malignant")) is None


def test_measures_of_malignancy_count_what_the_threshold_says() -> None:
    malignant, probability = np.arange(N) % 3 == 0, np.linspace(0, 1, N)
    found = malignancy_scores(malignant, probability, 0.5).found
    verdict = probability >= 0.5
    assert found["recall"] == recall_score(malignant, verdict)
    assert found["precision"] == precision_score(malignant, verdict)
    assert found["f1"] == pytest.approx(f1_score(malignant, verdict))
    assert found["balanced_accuracy"] == pytest.approx(recall_score(malignant, verdict, average="macro"))
    auroc, _ = bootstrap.ranking(malignant, probability)
    assert (found["auroc"], found["auroc_low"], found["auroc_high"]) == pytest.approx(auroc)


def test_a_difference_is_that_of_the_paired_bootstrap() -> None:
    rng = np.random.default_rng(0)
    malignant = rng.random(N) < 0.3
    good, poor = malignant + rng.normal(0, 0.6, N), malignant + rng.normal(0, 1.5, N)
    first, second = (malignancy_scores(malignant, score, 0.5) for score in (poor, good))
    found = difference("auroc", second, first)
    expected = bootstrap.auroc_difference(malignant, good, poor)
    assert [found[f"auroc{end}"] for end in ("", "_low", "_high")] == pytest.approx(list(expected))
    assert float(found["auroc_p"]) < 0.01
    assert float(found["auroc_better"]) > 0.99
    same = difference("auroc", first, first)
    assert (same["auroc"], same["auroc_p"]) == (0, 1)
    assert difference("dx.auroc.macro", second, first) == {}


def test_the_front_holds_what_no_other_beats() -> None:
    models: dict[str, blocks.Flat] = {
        "slow and poor": {"latency_ms": 30.0, "auroc": 0.8},
        "fast": {"latency_ms": 10.0, "auroc": 0.85},
        "good": {"latency_ms": 40.0, "auroc": 0.9},
        "as fast, but poorer": {"latency_ms": 10.0, "auroc": 0.7},
    }
    assert pareto_front(models) == ["fast", "good"]


@pytest.fixture
def second(measured: Measured, tmp_path: Path) -> Path:
    """Another bundle of the same split, one that tells malignant from benign alone."""
    return colour_bundle(tmp_path / "two", measured.split, ("benign", "malignant")).path


def test_a_report_of_two_bundles(
    measured: Measured, second: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    to, cache = tmp_path / "report", tmp_path / "cache"
    common = (
        measured.bundle,
        second,
        measured.bundle,
        "--data",
        measured.data,
        "--split",
        measured.split,
        "--cache",
        cache,
    )
    result = run(compare, *common, "--to", to)
    assert result.exit_code == 0, (result.output, result.exception)
    found = json.loads((to / "compare.json").read_text())
    assert list(found["models"]) == ["colours", "two"]
    assert found["about"]["part"] == "val"
    first, other = found["models"].values()
    assert "dx.auroc.macro" in first
    assert "dx.auroc.macro" not in other
    assert set(found["differences"]) == {"two"}
    for cost in ("latency_ms", "peak_memory_mb", "images_per_second", "parameters", "file_mb"):
        assert first[cost] > 0
    # One 1x1 convolution to seven classes with its biases.
    assert first["parameters"] == 3 * 7 + 7
    page, text = (to / "index.html").read_text(), (to / "REPORT.md").read_text()
    for words in ("test part was not touched", "Differences from colours", "Melanoma"):
        assert words in page
        assert words in text
    assert sum(path.stat().st_size for path in to.iterdir()) < 120_000
    kept = {path: path.stat().st_mtime_ns for path in cache.rglob("logits-*.npy")}
    assert len(kept) == 2
    again = run(compare, *common, "--to", tmp_path / "again")
    assert again.exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("logits-*.npy")} == kept
    anew = json.loads((tmp_path / "again" / "compare.json").read_text())
    assert anew["differences"] == found["differences"]


def test_the_test_part_must_be_asked_for_and_gives_the_numbers_of_evaluate(
    measured: Measured, tmp_path: Path, run: Callable[..., Result]
) -> None:
    options = ("--data", measured.data, "--split", measured.split, "--cache", tmp_path / "cache")
    result = run(compare, measured.bundle, *options, "--part", "test", "--to", tmp_path / "report")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "The test part was asked for" in (tmp_path / "report" / "REPORT.md").read_text()
    found = json.loads((tmp_path / "report" / "compare.json").read_text())["models"]["colours"]
    evaluated = Bundle.load(measured.bundle).metrics()
    for key in ("auroc", "auroc_low", "auroc_high", "dx.balanced_accuracy", "dx.accuracy", "dx.auroc.macro"):
        assert found[key] == pytest.approx(evaluated[key]), key


def test_what_cannot_be_compared_is_refused(
    measured: Measured, tmp_path: Path, run: Callable[..., Result]
) -> None:
    elsewhere = colour_folder(tmp_path / "elsewhere", 42, seed=9)
    other = colour_bundle(tmp_path / "other", colour_split(elsewhere, tmp_path / "other.csv")).path
    options = ("--data", measured.data, "--split", measured.split, "--to", tmp_path / "report")
    for folders, words in (
        ((measured.bundle, other), "another split"),
        ((measured.bundle, tmp_path), "neither a run with weights nor a bundle"),
    ):
        result = run(compare, *folders, *options)
        assert words in str(result.exception), result.output
    assert not (tmp_path / "report").exists()


def test_a_model_that_learned_from_the_test_part_is_not_compared_on_it(
    measured: Measured, second: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    test = held_out(Bundle.load(measured.bundle), measured.data, measured.split, "test")
    write_trained_ids(test.head(1), second / TRAINED_IDS)
    save(Bundle.load(second))
    options = ("--data", measured.data, "--split", measured.split, "--cache", tmp_path / "cache")
    for folders in ((measured.bundle, second), (second, measured.bundle)):
        result = run(compare, *folders, *options, "--part", "test", "--to", tmp_path / "report")
        assert isinstance(result.exception, DataError)
        assert f"{second} learned from" in str(result.exception)
    assert not (tmp_path / "report").exists()
