"""A bundle that takes age, sex and site is also measured with none of it told, and says both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from click.testing import Result
from sklearn.metrics import roc_auc_score

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.roc import roc_of
from tests.training.colours import colour_bundle
from tests.training.conftest import Measured
from training.dataset import data
from training.dataset.clinical import SPEC
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate
from training.evidence.predict import held_out, malignant_labels, predict
from training.report.card import card
from training.report.readme import readme_numbers

Run = Callable[..., Result]


@pytest.fixture
def taking(measured: Measured, run: Run) -> Measured:
    """A bundle that takes age, sex and site, calibrated, measured and described."""
    bundle = colour_bundle(measured.bundle.parent / "people", measured.split, clinical=SPEC).path
    common = (bundle, "--data", measured.data, "--split", measured.split)
    results = {"calibrate": run(calibrate, *common), "evaluate": run(evaluate, *common)}
    results["card"] = run(card, bundle, "--readme", bundle / "none.md")
    assert [result.exit_code for result in results.values()] == [0, 0, 0], results
    return measured._replace(bundle=bundle, results=results)


def test_it_is_measured_with_nothing_told_and_says_both(taking: Measured) -> None:
    bundle = Bundle.load(taking.bundle)
    found, manifest = bundle.metrics(), bundle.manifest
    frame = data.one_per_lesion(held_out(bundle, taking.data, taking.split, "test"))
    nothing = frame.assign(age=np.nan, sex=None, localization=None)
    for prefix, rows in (("", frame), ("without_clinical.", nothing)):
        shown = malignancy(probabilities(predict(bundle, rows), manifest.temperature), manifest)
        malignant = malignant_labels(frame)
        assert found[f"{prefix}auroc"] == pytest.approx(roc_auc_score(malignant, shown))
        for point in manifest.operating_points:
            rates, key = point.as_told(not prefix), f"{prefix}operating_point.{point.name}"
            assert rates.sensitivity is not None
            assert rates.sensitivity.k == found[f"{key}.sensitivity_k"]
            assert rates.sensitivity.k == (shown[malignant] >= point.threshold).sum()
    untold = roc_of(bundle).without_clinical
    assert untold is not None
    for point in manifest.operating_points:
        assert untold.rates_at(point.threshold) == point.without_clinical
    assert manifest.evaluated
    assert manifest.operating_points[0].as_told(False) != manifest.operating_points[0]
    loss = found["auroc"] - found["without_clinical.auroc"]  # type: ignore[operator]
    assert found["without_clinical.auroc_loss"] == pytest.approx(loss)
    assert 0 < found["without_clinical.ece"] < 1  # type: ignore[operator]

    shown_auroc = f"{found['without_clinical.auroc']:.3f}"
    card_text = (taking.bundle / "MODEL_CARD.md").read_text()
    section = card_text.partition("### Without age, sex and site")[2].partition("\n### ")[0]
    assert shown_auroc in section
    assert section.count("| sensitivity at ") == len(manifest.operating_points)
    report = (taking.bundle / "report" / "REPORT.md").read_text()
    assert shown_auroc in report.partition("## Without age, sex and site")[2]
    assert shown_auroc in readme_numbers({"people": bundle})
    assert "without age, sex and site: " in taking.results["evaluate"].output


def test_a_bundle_of_the_image_alone_has_no_such_numbers(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    assert not [key for key in bundle.metrics() if key.startswith("without_clinical")]
    assert {point.without_clinical for point in bundle.manifest.operating_points} == {None}
    assert "Without age" not in (measured.bundle / "MODEL_CARD.md").read_text()
