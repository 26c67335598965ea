"""The bundles in ``models/``: their learners, and which of them is the default."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lesion.bundle import INT8, MODEL, PICKLE, WEIGHTS, Bundle, find_bundles
from lesion.calibrate import probabilities
from lesion.engine import open_engine
from lesion.registry import DEFAULT_MODEL
from lesion.roc import roc_of
from training.bundling.models import PARITY_TOLERANCE, parity_difference
from training.bundling.rebuild import drawings, rebuild
from training.evidence.graphs import LARGEST_FALL, LARGEST_RISE

pytestmark = pytest.mark.training

BUNDLES = find_bundles(Path(__file__).parents[2] / "models")
IMAGES_ALONE = [bundle for bundle in BUNDLES.values() if bundle.manifest.clinical is None]
PICKLED = [bundle for bundle in IMAGES_ALONE if PICKLE in bundle.manifest.files]
HALVED = [bundle for bundle in BUNDLES.values() if WEIGHTS in bundle.manifest.files]
COMPARISON = Path(__file__).parents[2] / "docs" / "comparison" / "compare.json"
FLAGSHIP, SMALL = "densenet161", "mobilenet_v2"
TOLERATED = 0.005
"""By so much AUROC may the flagship rank worse and still be what people get unasked."""


@pytest.mark.parametrize("bundle", PICKLED, ids=lambda bundle: bundle.manifest.name)
def test_a_bundled_learner_loads_and_answers_as_its_graph_does(bundle: Bundle) -> None:
    # What a pickle names must still be where it looks for it.
    images = drawings(bundle.manifest.input.size)[:4]
    assert parity_difference(bundle.file(PICKLE), bundle.file(MODEL), images) < PARITY_TOLERANCE


@pytest.mark.parametrize("bundle", HALVED, ids=lambda bundle: bundle.manifest.name)
def test_a_bundle_in_half_precision_gives_its_learner(bundle: Bundle, tmp_path: Path) -> None:
    assert rebuild(bundle, tmp_path / PICKLE) < PARITY_TOLERANCE


@pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)
def test_a_bundled_curve_tells_what_its_operating_points_were_measured_at(bundle: Bundle) -> None:
    roc = roc_of(bundle)
    assert all(roc.rates_at(point.threshold) == point.rates for point in bundle.manifest.operating_points)


def test_a_bundle_answers_in_integers_only_where_that_ranks_and_is_calibrated_as_well() -> None:
    served = [bundle for bundle in BUNDLES.values() if bundle.manifest.graph == INT8]
    assert FLAGSHIP in [bundle.manifest.name for bundle in served]
    for metrics in (bundle.metrics() for bundle in served):
        assert metrics["graphs.auroc_fall"] <= LARGEST_FALL
        assert metrics["graphs.int8.ece"] - metrics["graphs.float.ece"] <= LARGEST_RISE


@pytest.mark.parametrize("name", [name for name in BUNDLES if INT8 in BUNDLES[name].manifest.files])
def test_both_graphs_of_a_bundle_answer_nearly_alike(name: str) -> None:
    bundle = BUNDLES[name]
    images = drawings(bundle.manifest.input.size)[:4]
    both = [probabilities(open_engine(bundle.serving(graph))(images).logits, 1.0) for graph in (MODEL, INT8)]
    assert np.abs(both[0] - both[1]).max() < 0.15


def test_both_networks_are_bundled() -> None:
    assert {FLAGSHIP, SMALL} <= set(BUNDLES)


def test_the_flagship_names_its_teachers() -> None:
    assert BUNDLES[FLAGSHIP].manifest.training.teachers


def test_the_flagship_is_the_default_unless_it_ranks_worse() -> None:
    flagship, small = (BUNDLES[name].metrics()["auroc"] for name in (FLAGSHIP, SMALL))
    best = FLAGSHIP if flagship >= small - TOLERATED else SMALL
    assert best == DEFAULT_MODEL


def test_the_committed_comparison_is_of_the_bundles_as_they_are() -> None:
    compared = json.loads(COMPARISON.read_bytes())
    assert compared["about"]["part"] == "test"
    assert list(compared["models"]) == [SMALL, FLAGSHIP]
    for name, found in compared["models"].items():
        metrics = BUNDLES[name].metrics()
        assert found["auroc"] == pytest.approx(metrics["auroc"], abs=1e-6)
        assert found["dx.balanced_accuracy"] == pytest.approx(metrics["dx.balanced_accuracy"], abs=1e-6)
