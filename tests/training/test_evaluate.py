from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from sklearn.metrics import recall_score, roc_auc_score

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.errors import BundleNotReady, DataError
from lesion.labels import DIAGNOSES
from lesion.manifest import OperatingPoint
from tests.training.colours import colour_bundle, colour_folder
from tests.training.conftest import Measured
from training import data, measure
from training.evaluate import evaluate
from training.predict import held_out, held_out_elsewhere, malignant_labels, predict


def point(name: str, threshold: float) -> OperatingPoint:
    return OperatingPoint(name=name, threshold=threshold, sensitivity=None, specificity=None)


def read_metrics(bundle: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((bundle / "metrics.json").read_text())
    return found


@pytest.fixture
def test_part(measured: Measured) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Lesions of the test part, their outcomes, and the calibrated probabilities [N, 7], found anew."""
    bundle = Bundle.load(measured.bundle)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    shares = probabilities(predict(bundle, frame), bundle.manifest.temperature)
    return frame, malignant_labels(frame), shares


def test_metrics_are_flat_finite_and_hashed(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    assert all(isinstance(value, int | float | str) for value in found.values())
    assert all(np.isfinite(value) for value in found.values() if not isinstance(value, str))
    bundle = Bundle.load(measured.bundle)
    assert bundle.metrics() == found
    assert bundle.verify() == []
    assert bundle.manifest.evaluated


def test_main_numbers_are_those_of_the_test_lesions(measured: Measured, test_part: tuple) -> None:
    frame, malignant, shares = test_part
    bundle, found = Bundle.load(measured.bundle), read_metrics(measured.bundle)
    shown = malignancy(shares, bundle.manifest)
    assert frame["lesion_id"].is_unique
    assert (found["n_lesions"], found["n_malignant"]) == (len(frame), malignant.sum())
    assert found["auroc"] == pytest.approx(roc_auc_score(malignant, shown))
    for chosen in bundle.manifest.operating_points:
        key = f"operating_point.{chosen.name}"
        assert found[f"{key}.threshold"] == chosen.threshold
        assert found[f"{key}.sensitivity_k"] == (shown[malignant] >= chosen.threshold).sum()
        assert found[f"{key}.specificity_k"] == (shown[~malignant] < chosen.threshold).sum()
    assert found["dx.balanced_accuracy"] == pytest.approx(
        recall_score(frame["dx"], np.array(DIAGNOSES)[shares.argmax(axis=1)], average="macro")
    )


def test_manifest_carries_the_proportions_of_the_metrics(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    for chosen in Bundle.load(measured.bundle).manifest.operating_points:
        for name in ("sensitivity", "specificity"):
            share, key = getattr(chosen, name), f"operating_point.{chosen.name}.{name}"
            stated = [found[key], *(found[f"{key}_{end}"] for end in ("low", "high", "k", "n"))]
            assert [share.value, share.low, share.high, share.k, share.n] == stated


def test_groups_of_a_column_add_up_to_the_whole(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    for column in measure.SUBGROUPS:
        start = f"subgroup.{column}."
        sizes = [value for key, value in found.items() if key.startswith(start) and key.endswith(".n")]
        assert sum(sizes) == found["n_lesions"]  # type: ignore[arg-type]
    cells = [value for key, value in found.items() if key.startswith("confusion.")]
    assert sum(cells) == found["n_lesions"]  # type: ignore[arg-type]


def test_all_photos_are_counted_beside_the_lesions(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    frame = held_out(Bundle.load(measured.bundle), measured.data, measured.split, "test")
    assert found["image.n"] == len(frame) > found["n_lesions"]  # type: ignore[operator]


def test_other_sources_have_their_own_numbers(measured: Measured) -> None:
    found = read_metrics(measured.bundle)
    bundle = Bundle.load(measured.bundle)
    frame = held_out_elsewhere(bundle, measured.elsewhere)
    key = "external.other_clinic."
    assert (found[f"{key}n"], found[f"{key}n_malignant"]) == (42, 18)
    shares = probabilities(predict(bundle, frame), bundle.manifest.temperature)
    expected = roc_auc_score(malignant_labels(frame), malignancy(shares, bundle.manifest))
    assert found[f"{key}auroc"] == pytest.approx(expected)
    assert found[f"{key}melanoma_auroc"] == pytest.approx(roc_auc_score(frame["dx"] == "mel", shares[:, 4]))
    assert found[f"{key}trained_on"] == "no"


def test_evaluating_again_gives_the_same_file(measured: Measured, run: Callable[..., Result]) -> None:
    before = (measured.bundle / "metrics.json").read_bytes()
    args = ("--data", measured.data, "--split", measured.split, "--external", measured.elsewhere)
    assert run(evaluate, measured.bundle, *args).exit_code == 0
    assert (measured.bundle / "metrics.json").read_bytes() == before


def test_a_bundle_without_operating_points_is_refused(measured: Measured, run: Callable[..., Result]) -> None:
    bundle = colour_bundle(measured.bundle.parent / "raw", measured.split)
    result = run(evaluate, bundle.path, "--data", measured.data, "--split", measured.split)
    assert isinstance(result.exception, BundleNotReady)


def test_a_source_that_was_trained_on_whole_is_no_test(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    own = colour_folder(measured.bundle.parent / bundle.manifest.training.data[0], 14)
    with pytest.raises(DataError, match="was trained on"):
        held_out_elsewhere(bundle, own)


def test_the_training_part_of_another_source_is_left_out(measured: Measured) -> None:
    folder = colour_folder(measured.bundle.parent / "divided", 28)
    table = pd.read_csv(folder / "metadata.csv")
    table["split"] = np.where(table["lesion_id"].str[1:].astype(int) < 14, "train", "val")
    table.to_csv(folder / "metadata.csv", index=False)
    frame = held_out_elsewhere(Bundle.load(measured.bundle), folder)
    assert set(frame["part"]) == {"val"}
    assert len(frame) == 14


def test_a_set_without_a_class_has_no_key_for_what_it_cannot_show() -> None:
    found = measure.measure(np.array([False] * 6), np.linspace(0, 1, 6), [point("balanced", 0.5)])
    assert found["n_malignant"] == 0
    assert found["operating_point.balanced.specificity_n"] == 6
    assert not {"auroc", "operating_point.balanced.sensitivity"} & set(found)


def test_diagnoses_of_other_sources_count_as_the_class_that_holds_them() -> None:
    shares = np.eye(7)[[DIAGNOSES.index("bkl"), DIAGNOSES.index("mel")]]
    found = measure.diagnoses(["seborrheic_keratosis", "mel"], shares, DIAGNOSES)
    assert found["dx.accuracy"] == 1.0
    assert (found["dx.n.bkl"], found["confusion.bkl.bkl"]) == (1, 1)
    assert "dx.recall.nv" not in found


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-19"),
        (19.9, "0-19"),
        (20, "20-39"),
        (59, "40-59"),
        (80, "80+"),
        (101, "80+"),
        (float("nan"), "unknown"),
    ],
)
def test_ages_fall_into_bands(age: float, band: str) -> None:
    assert measure.age_band(age) == band


@pytest.mark.slow
def test_real_photos_of_another_source_are_measured(shared_data: Path, measured: Measured) -> None:
    frame = held_out_elsewhere(Bundle.load(measured.bundle), shared_data / "isic2017")
    assert len(frame) == 150
    assert malignant_labels(frame).sum() == 30
