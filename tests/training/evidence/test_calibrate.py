from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.classifier import open_classifier
from lesion.errors import BundleNotFound, DataError
from lesion.measures import metrics
from tests import images
from tests.training.colours import colour_bundle, colour_folder
from tests.training.conftest import Measured
from training.dataset import data
from training.dataset.split import DEFAULT, make_split, write_split
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate
from training.evidence.fitting import (
    HIGHEST,
    Wish,
    choose_operating_points,
    fit_reference,
    fit_temperature,
    negative_log_likelihood,
)
from training.evidence.predict import held_out, malignant_labels, predict
from training.report.card import card

COLUMNS = [0, 1, 4]


def overconfident(n: int = 3000, temperature: float = 2.5) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose true temperature is known, and outcomes drawn accordingly."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 4, (n, 7))
    shares = probabilities(logits, temperature)
    truth = np.array([rng.choice(7, p=row) for row in shares])
    return logits, np.isin(truth, COLUMNS)


def test_temperature_is_the_one_that_made_the_outcomes() -> None:
    logits, malignant = overconfident()
    assert fit_temperature(logits, malignant, COLUMNS) == pytest.approx(2.5, rel=0.08)


def test_temperature_has_the_least_loss_of_the_probability_that_people_see() -> None:
    logits, malignant = overconfident(600)
    fitted = fit_temperature(logits, malignant, COLUMNS)
    best = negative_log_likelihood(logits, malignant, COLUMNS, fitted)
    for other in np.geomspace(0.1, 10, 40):
        assert best <= negative_log_likelihood(logits, malignant, COLUMNS, other) + 1e-9


def test_loss_is_that_of_the_summed_probability() -> None:
    logits, malignant = overconfident(50)
    shown = probabilities(logits, 1.7)[:, COLUMNS].sum(axis=1)
    expected = -np.mean(np.log(np.where(malignant, shown, 1 - shown)))
    assert negative_log_likelihood(logits, malignant, COLUMNS, 1.7) == pytest.approx(expected)


def test_temperature_of_perfect_or_useless_logits_stays_within_its_bounds() -> None:
    malignant = np.array([True, False] * 20)
    perfect = np.zeros((40, 2))
    perfect[:, 1] = np.where(malignant, 9.0, -9.0)
    assert 0 < fit_temperature(perfect, malignant, [1]) < 1
    assert 1 < fit_temperature(-perfect, malignant, [1]) <= HIGHEST


def test_operating_points_keep_their_promises_on_the_lesions_that_chose_them() -> None:
    rng = np.random.default_rng(2)
    probability = rng.random(500)
    malignant = rng.random(500) < probability**2
    points = {point.name: point for point in choose_operating_points(malignant, probability)}
    assert list(points) == ["sensitive", "balanced", "specific"]
    assert metrics.sensitivity(malignant, probability, points["sensitive"].threshold).value >= 0.95
    assert metrics.specificity(malignant, probability, points["specific"].threshold).value >= 0.926
    assert all(point.sensitivity is None and point.specificity is None for point in points.values())


def test_reference_has_about_a_tenth_of_the_lesions_in_each_bin() -> None:
    probability = np.random.default_rng(0).beta(0.4, 2, 1000)
    reference = fit_reference(probability)
    assert len(reference.counts) == 10
    assert sum(reference.counts) == 1000
    assert all(95 <= count <= 105 for count in reference.counts)
    assert all(end == round(end, 4) for end in reference.below)


def test_reference_of_a_model_that_knows_few_answers_has_fewer_bins() -> None:
    probability = np.repeat([0.00001, 0.5, 0.99999], [700, 200, 100])
    reference = fit_reference(probability)
    assert reference.below == (0.5,)
    assert reference.counts == (700, 300)


def test_balanced_lies_between_the_two_others() -> None:
    # Nobody benign is below 0.8 and above 0.1, so that Youden's index is largest where nothing is missed.
    malignant = np.repeat([True, False], 100)
    probability = np.concatenate([np.repeat([0.9, 0.8, 0.4], [10, 85, 5]), np.repeat([0.8, 0.1], [30, 70])])
    assert metrics.pick_balanced(malignant, probability) == 0.4
    points = choose_operating_points(malignant, probability)
    assert [point.threshold for point in points] == [0.8, 0.8, 0.9]


def test_a_model_that_says_the_same_of_everything_cannot_be_calibrated() -> None:
    with pytest.raises(DataError, match="cannot be calibrated"):
        choose_operating_points(np.array([True, False] * 5), np.full(10, 0.3))


def graded(n: int = 500) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    probability = rng.random(n)
    return rng.random(n) < probability**2, probability


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        (Wish("sensitivity", 0.97), "sensitivity-97"),
        (Wish("specificity", 0.95), "specificity-95"),
        (Wish("sensitivity", 0.985), "sensitivity-98_5"),
    ],
)
def test_a_wish_becomes_a_point_beside_the_three(wish: Wish, name: str) -> None:
    malignant, probability = graded()
    points = choose_operating_points(malignant, probability, [wish])
    assert points[:3] == choose_operating_points(malignant, probability)
    assert points[3].name == name
    found = getattr(metrics, wish.side)(malignant, probability, points[3].threshold)
    assert found.value >= wish.least


@pytest.mark.parametrize(
    ("wish", "lowest_malignant", "highest_benign"),
    [(Wish("sensitivity", 0.999), 0.0, 0.9), (Wish("specificity", 0.999), 0.1, 1.0)],
)
def test_a_wish_that_costs_the_whole_other_side_is_refused(
    wish: Wish, lowest_malignant: float, highest_benign: float
) -> None:
    malignant, probability = graded()
    probability[np.flatnonzero(malignant)[0]] = lowest_malignant
    probability[np.flatnonzero(~malignant)[0]] = highest_benign
    with pytest.raises(DataError, match=f"cannot have a {wish.side} of 0.999"):
        choose_operating_points(malignant, probability, [wish])


def test_wished_points_are_measured_shown_and_served(measured: Measured, run: Callable[..., Result]) -> None:
    common = (measured.bundle, "--data", measured.data, "--split", measured.split)
    found = run(calibrate, *common, "--sensitivity", 0.9, "--specificity", 0.8)
    assert found.exit_code == 0, found.exception
    assert "sensitivity-90: threshold" in found.output
    assert run(evaluate, *common).exit_code == 0
    assert run(card, measured.bundle, "--readme", measured.bundle.parent / "none.md").exit_code == 0
    bundle = Bundle.load(measured.bundle)
    names = [point.name for point in bundle.manifest.operating_points]
    assert names == ["sensitive", "balanced", "specific", "sensitivity-90", "specificity-80"]
    assert bundle.manifest.evaluated
    assert bundle.metrics()["operating_point.sensitivity-90.sensitivity_n"] > 0
    assert "`specificity-80`" in (measured.bundle / "MODEL_CARD.md").read_text()
    answer = open_classifier(measured.bundle).classify(images.lesion_jpeg(), operating_point="sensitivity-90")
    assert answer.operating_point == bundle.manifest.operating_points[3]


@pytest.mark.parametrize("share", ["97", "0", "1", "much"])
def test_a_share_that_is_none_is_refused(measured: Measured, run: Callable[..., Result], share: str) -> None:
    result = run(calibrate, measured.bundle, "--data", measured.data, "--sensitivity", share)
    assert result.exit_code == 2
    assert "--sensitivity" in result.output


def test_command_writes_what_the_validation_lesions_give(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "val"))
    logits, malignant = predict(bundle, frame), malignant_labels(frame)
    assert bundle.manifest.temperature == fit_temperature(logits, malignant, COLUMNS)
    shown = malignancy(probabilities(logits, bundle.manifest.temperature), bundle.manifest)
    chosen = [point.threshold for point in choose_operating_points(malignant, shown)]
    assert [point.threshold for point in bundle.manifest.operating_points] == chosen
    assert bundle.manifest.default_operating_point == "balanced"
    assert bundle.manifest.reference == fit_reference(shown)
    assert frame["lesion_id"].is_unique


def test_calibrating_otherwise_removes_what_was_measured_before(
    measured: Measured, run: Callable[..., Result]
) -> None:
    common = (measured.bundle, "--data", measured.data, "--split", measured.split)
    result = run(calibrate, *common, "--sensitivity", 0.9)
    assert result.exit_code == 0
    bundle = Bundle.load(measured.bundle)
    assert not bundle.manifest.evaluated
    assert sorted(bundle.manifest.files) == ["distribution.npz", "model.onnx"]
    assert sorted(path.name for path in measured.bundle.iterdir()) == [
        "distribution.npz",
        "manifest.json",
        "model.onnx",
    ]


def test_another_split_than_that_of_the_training_is_refused(measured: Measured, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    write_split(make_split(data.read_folder(measured.data), seed=1), other, 1)
    with pytest.raises(DataError, match="another split"):
        held_out(Bundle.load(measured.bundle), measured.data, other, "val")


def test_a_split_that_does_not_exist_is_refused(measured: Measured, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No split at"):
        held_out(Bundle.load(measured.bundle), measured.data, tmp_path / "none.csv", "val")


def test_a_split_of_other_images_is_refused(measured: Measured, tmp_path: Path) -> None:
    bundle = colour_bundle(tmp_path / "default-split", DEFAULT)
    with pytest.raises(DataError, match="names none of these images"):
        held_out(bundle, measured.data, DEFAULT, "val")


def test_a_part_of_one_class_alone_is_refused(measured: Measured, tmp_path: Path) -> None:
    table = pd.read_csv(measured.data / "metadata.csv")
    benign = tmp_path / "benign"
    colour_folder(benign, 2)
    table[table["dx"] == "nv"].to_csv(benign / "metadata.csv", index=False)
    for path in (measured.data / "images").iterdir():
        (benign / "images" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(DataError, match="no malignant lesion"):
        held_out(Bundle.load(measured.bundle), benign, measured.split, "val")


def test_wrong_folders_are_named(measured: Measured, run: Callable[..., Result]) -> None:
    missing = measured.bundle.parent / "missing"
    for args, error in (
        ((missing, "--data", measured.data), BundleNotFound),
        ((measured.bundle, "--data", missing, "--split", measured.split), DataError),
    ):
        result = run(calibrate, *args)
        assert isinstance(result.exception, error)
        assert str(missing) in str(result.exception)


def test_a_photo_that_cannot_be_read_is_named(measured: Measured, tmp_path: Path) -> None:
    folder = colour_folder(tmp_path / "broken", 4)
    (folder / "images" / "P1-1.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"P1-1\.png cannot be read"):
        predict(Bundle.load(measured.bundle), data.read_folder(folder))
