"""Which of a bundle's two graphs answers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from lesion.bundle import INT8, MODEL, Bundle, save
from tests.training.conftest import Measured
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate
from training.evidence.graphs import LARGEST_FALL, LARGEST_RISE, Graph, is_as_good
from training.evidence.predict import Answers

pytestmark = pytest.mark.training

ANSWERS = Answers(np.zeros((1, 2), np.float32), np.zeros((1, 2), np.float32))
WHOLE = Graph(ANSWERS, auroc=0.9, ece=0.02, milliseconds=80)


@pytest.mark.parametrize(
    ("fall", "rise", "milliseconds", "good"),
    [
        (0.0, 0.0, 40, True),
        (0.9 * LARGEST_FALL, 0.9 * LARGEST_RISE, 79, True),
        (-0.01, -0.01, 40, True),
        (1.1 * LARGEST_FALL, 0.0, 40, False),
        (0.0, 1.1 * LARGEST_RISE, 40, False),
        (0.0, 0.0, 81, False),
    ],
)
def test_int8_answers_where_it_ranks_as_well_is_as_true_and_faster(
    fall: float, rise: float, milliseconds: float, good: bool
) -> None:
    small = Graph(ANSWERS, WHOLE.auroc - fall, WHOLE.ece + rise, milliseconds)
    assert is_as_good(WHOLE, small) is good


def with_int8(path: Path) -> Bundle:
    shutil.copyfile(path / MODEL, path / INT8)
    return save(Bundle.load(path))


def options(measured: Measured) -> list[str]:
    return [str(measured.bundle), "--data", str(measured.data), "--split", str(measured.split)]


def test_both_graphs_are_asked_and_one_is_chosen(measured: Measured, run: Callable[..., Result]) -> None:
    with_int8(measured.bundle)
    result = run(calibrate, *options(measured))
    assert result.exit_code == 0, result.output
    assert f"{MODEL}: AUROC" in result.output
    assert f"{INT8}: AUROC" in result.output
    graph = Bundle.load(measured.bundle).manifest.graph
    assert f"{graph} is to answer" in result.output


def test_what_was_measured_of_the_other_graph_is_removed(
    measured: Measured, run: Callable[..., Result]
) -> None:
    with_int8(measured.bundle)
    run(calibrate, *options(measured), "--graph", "float")
    assert (measured.bundle / "metrics.json").is_file()
    run(calibrate, *options(measured), "--graph", "int8")
    assert Bundle.load(measured.bundle).manifest.graph == INT8
    assert not (measured.bundle / "metrics.json").is_file()


def test_evaluate_says_how_far_the_graphs_are_apart(measured: Measured, run: Callable[..., Result]) -> None:
    bundle = with_int8(measured.bundle)
    run(calibrate, *options(measured), "--graph", "int8")
    result = run(evaluate, *options(measured))
    assert result.exit_code == 0, result.output
    found = json.loads((measured.bundle / "metrics.json").read_text())
    assert found["model_sha256"] == bundle.manifest.files[INT8]
    assert found["graphs.served"] == INT8
    # The two are the same file here.
    assert found["graphs.auroc_fall"] == found["graphs.difference_most"] == 0
    assert found["graphs.int8.auroc"] == found["graphs.float.auroc"] == found["auroc"]
    assert found["graphs.same_verdict_k"] == found["graphs.same_verdict_n"] == found["n_lesions"]


def test_a_bundle_without_an_int8_graph_cannot_serve_it(
    measured: Measured, run: Callable[..., Result]
) -> None:
    result = run(calibrate, *options(measured), "--graph", "int8")
    assert result.exit_code == 1
    assert "lesion models optimise" in str(result.exception)
    assert "graphs.served" not in json.loads((measured.bundle / "metrics.json").read_text())
