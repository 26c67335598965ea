from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

from lesion.bundle import MODEL, Bundle
from lesion.errors import BundleNotReady
from tests.training.colours import colour_bundle
from tests.training.explaining.conftest import Spots
from tests.training.explaining.test_costs import outcome
from training.evidence.evaluate import evaluate, write_metrics
from training.explaining.explain_quality import chosen_methods, explain_quality
from training.report.card import render

Run = Callable[..., Result]


def test_what_was_measured_goes_into_the_metrics_and_stays(spots: Spots, run: Run) -> None:
    before = Bundle.load(spots.bundle).metrics()
    seconds = {"explain.occlusion.low.seconds": 1.5}
    write_metrics(Bundle.load(spots.bundle), before | seconds)
    asked = ("--method", "cam", "--method", "occlusion", "--images", 6)
    result = run(explain_quality, *spots.common, *asked)
    assert result.exit_code == 0, (result.output, result.exception)
    assert "Evidence map: " in result.output
    bundle = Bundle.load(spots.bundle)
    assert bundle.verify() == []
    metrics = bundle.metrics()
    assert metrics | before | seconds == metrics
    assert metrics["explain.n"] == metrics["explain.cam.n"] == metrics["explain.random.n"] == 6
    assert metrics["explain.cam.passes.deletion"] == metrics["explain.cam.passes.insertion"] == "yes"
    assert metrics["explain.cam.inside_share"] > 2 * metrics["explain.cam.area_share"]
    assert metrics["explain.occlusion.precision"] == "low"
    assert "explain.cam.precision" not in metrics
    again = run(evaluate, *spots.common)
    assert again.exit_code == 0, again.output
    assert Bundle.load(spots.bundle).metrics() == metrics


def test_one_method_is_measured_anew_beside_the_others(spots: Spots, run: Run) -> None:
    for method in ("cam", "occlusion", "cam"):
        assert run(explain_quality, *spots.common, "--images", 5, "--method", method).exit_code == 0
    metrics = Bundle.load(spots.bundle).metrics()
    assert {"explain.cam.passes", "explain.occlusion.passes"} <= metrics.keys()
    assert run(explain_quality, *spots.common, "--images", 6, "--method", "cam").exit_code == 0
    other = Bundle.load(spots.bundle).metrics()
    assert other["explain.n"] == 6
    assert "explain.occlusion.passes" not in other


def test_the_report_has_a_section_with_pictures(spots: Spots, run: Run) -> None:
    assert run(explain_quality, *spots.common, "--images", 5, "--method", "cam").exit_code == 0
    texts = render(Bundle.load(spots.bundle))
    assert {"report/explanations.svg", "report/explanation_examples.svg"} <= texts.keys()
    assert "Whether explanations are right" in texts["report/REPORT.md"]
    assert "Occlusion: whether its maps are right was not measured" in texts["report/REPORT.md"]


def test_another_model_loses_what_was_measured_of_the_last(spots: Spots) -> None:
    bundle = Bundle.load(spots.bundle)
    metrics = bundle.metrics()
    bundle = write_metrics(bundle, metrics | {"explain.cam.passes": "yes"})
    bundle = write_metrics(bundle, metrics)
    assert "explain.cam.passes" in bundle.metrics()
    other = write_metrics(bundle, metrics | {"model_sha256": "0" * 64})
    assert "explain.cam.passes" not in other.metrics()


def test_a_method_that_needs_a_learner_is_refused_without_one(spots: Spots, run: Run) -> None:
    result = run(explain_quality, *spots.common, "--method", "saliency")
    assert isinstance(result.exception, BundleNotReady)
    assert "has no learner" in str(result.exception)
    assert "Finding lesions" not in result.output


def test_what_cannot_be_used_is_left_out_where_nobody_asked_for_it(bundle: Bundle) -> None:
    assert list(chosen_methods(bundle, ())) == ["cam", "occlusion", "lime"]


def test_costs_alone_are_taken_over_beside_what_was_measured(spots: Spots, run: Run) -> None:
    bundle = Bundle.load(spots.bundle)
    costs = outcome(spots.bundle.parent / "b.json", bundle.manifest.name, bundle.digest(MODEL))
    before = Bundle.load(spots.bundle).metrics()
    assert run(explain_quality, spots.bundle, "--costs", costs).exit_code == 0
    after = Bundle.load(spots.bundle).metrics()
    assert after.items() > before.items()
    assert after["explain.lime.low.stability"] == 0.6
    assert run(explain_quality, spots.bundle).exit_code == 2


def test_a_bundle_that_was_never_evaluated_is_refused(spots: Spots, run: Run) -> None:
    plain = colour_bundle(spots.bundle.parent / "plain", spots.split)
    result = run(explain_quality, plain.path, "--data", spots.data, "--split", spots.split)
    assert isinstance(result.exception, BundleNotReady)


@pytest.mark.parametrize("asked", [("--method", "rise"), ("--precision", "utmost"), ("--images", 0)])
def test_what_is_not_on_offer_is_refused(spots: Spots, run: Run, asked: tuple[object, ...]) -> None:
    result = run(explain_quality, *spots.common, *asked)
    assert result.exit_code == 2
    assert "Invalid value" in result.output
