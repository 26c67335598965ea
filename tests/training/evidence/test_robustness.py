from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image, ImageChops
from sklearn.metrics import roc_auc_score

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.drawings import drawing
from lesion.preprocess import square
from tests.lesion.clinical_bundle import clinical_bundle
from tests.training.conftest import Measured
from training.dataset import data
from training.evidence.evaluate import evaluate
from training.evidence.perturb import PERTURBATIONS, Perturbation, crop, gain, rotate, vignette
from training.evidence.predict import held_out, malignant_labels, predict
from training.evidence.robustness import compare, perturbed, robustness

NOTHING = Perturbation("nothing", "at_all", "as it is", lambda image, rng: image)
RNG = np.random.default_rng(0)
NAMES = [f"{one.kind}.{one.level}" for one in PERTURBATIONS]


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return drawing("regular", 0, (240, 180))


def change(before: Image.Image, after: Image.Image) -> float:
    """Mean absolute difference of what the model sees, 0..255."""
    seen = [np.asarray(square(image, 96), dtype=float) for image in (before, after)]
    return float(np.abs(seen[0] - seen[1]).mean())


def test_every_kind_that_the_card_reports_has_two_levels_or_more() -> None:
    kinds = [one.kind for one in PERTURBATIONS]
    expected = {"blur", "jpeg", "brightness", "colour_cast", "rotation"}
    assert set(kinds) == expected | {"crop", "ink", "ruler", "hair", "vignette"}
    assert all(kinds.count(kind) >= 2 for kind in kinds)
    assert len(set(NAMES)) == len(NAMES)
    assert not any("." in part for one in PERTURBATIONS for part in (one.kind, one.level))


@pytest.mark.parametrize("one", PERTURBATIONS, ids=NAMES)
def test_a_perturbation_changes_what_is_seen_and_always_alike(one: Perturbation, photo: Image.Image) -> None:
    before = photo.copy()
    first, again = perturbed(photo, "A", one), perturbed(photo, "A", one)
    assert first.mode == "RGB"
    assert first.tobytes() == again.tobytes()
    assert change(photo, first) > 0.1
    assert photo.tobytes() == before.tobytes()


@pytest.mark.parametrize("kind", ["blur", "jpeg", "ink", "ruler", "hair", "vignette"])
def test_levels_grow(kind: str, photo: Image.Image) -> None:
    levels = [one for one in PERTURBATIONS if one.kind == kind]
    changes = [np.mean([change(photo, perturbed(photo, name, one)) for name in "ABC"]) for one in levels]
    assert changes == sorted(changes)


@pytest.mark.parametrize("kind", ["ink", "ruler", "hair", "crop"])
def test_chance_differs_from_photo_to_photo(kind: str, photo: Image.Image) -> None:
    one = next(one for one in PERTURBATIONS if one.kind == kind)
    assert perturbed(photo, "A", one).tobytes() != perturbed(photo, "B", one).tobytes()


@pytest.mark.parametrize("kind", ["ink", "ruler"])
def test_marks_at_the_border_leave_the_lesion_alone(kind: str) -> None:
    photo = Image.new("RGB", (300, 200), (220, 170, 150))
    for one in (one for one in PERTURBATIONS if one.kind == kind):
        drawn = np.asarray(ImageChops.difference(photo, perturbed(photo, "A", one))).max(axis=2) > 8
        assert not drawn[60:140, 110:190].any()
        assert drawn[:, 50:250].any()
        assert not drawn[:, :40].any()  # outside of the centred square, where nobody sees it


def test_marks_only_darken() -> None:
    for level in (0, 255):
        photo = Image.new("RGB", (200, 200), (level,) * 3)
        for one in (one for one in PERTURBATIONS if one.kind in ("ink", "ruler", "hair")):
            assert (np.asarray(perturbed(photo, "A", one)) <= level).all()


def test_light_is_multiplied_and_clipped() -> None:
    photo = Image.new("RGB", (40, 40), (100, 200, 10))
    assert gain(photo, RNG, (1.5, 1.5, 0.5)).getpixel((0, 0)) == (150, 255, 5)


def test_a_quarter_turn_is_exact_and_others_leave_no_empty_corner(photo: Image.Image) -> None:
    assert np.array_equal(np.asarray(rotate(photo, RNG, 90)), np.rot90(np.asarray(photo)))
    white = Image.new("RGB", (240, 180), "white")
    assert np.asarray(square(rotate(white, RNG, 45), 180)).min() == 255
    assert rotate(white, RNG, 45).size == white.size


def test_a_crop_lies_within_the_centred_square() -> None:
    x, y = np.meshgrid(np.arange(240), np.arange(180))
    photo = Image.fromarray(np.stack([x, y, y], axis=-1).astype(np.uint8))
    for seed in range(20):
        kept = np.asarray(crop(photo, np.random.default_rng(seed), 0.75))
        assert kept.shape == (135, 135, 3)
        assert kept[..., 0].min() >= 30
        assert kept[..., 0].max() < 210


def test_a_vignette_keeps_the_centre() -> None:
    white = Image.new("RGB", (120, 100), "white")
    shaded = np.asarray(vignette(white, RNG, 0.42, 0.0))
    assert (shaded[45:55, 55:65] == 255).all()
    assert (shaded[0, 0] == 0).all()


def test_flips_are_verdicts_on_the_other_side() -> None:
    malignant = np.array([True] * 6 + [False] * 6)
    clean = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    shaken = clean.copy()
    shaken[[0, 6]] = 0.4, 0.5
    found = compare(malignant, clean, shaken, 0.5)
    assert (found["flips_k"], found["flips_n"], found["flips"]) == (2, 12, 2 / 12)
    before, after = roc_auc_score(malignant, clean), roc_auc_score(malignant, shaken)
    assert found["auroc"] == pytest.approx(after)
    assert found["auroc_loss"] == pytest.approx(before - after)


def test_few_lesions_have_flips_alone() -> None:
    found = compare(np.array([True, False]), np.array([0.9, 0.1]), np.array([0.1, 0.1]), 0.5)
    assert set(found) == {"flips", "flips_low", "flips_high", "flips_k", "flips_n"}


def test_an_untouched_photo_loses_nothing_and_flips_nothing(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    clean = malignancy(probabilities(predict(bundle, frame), bundle.manifest.temperature), bundle.manifest)
    found = robustness(bundle, frame, clean, [NOTHING])
    assert found["robustness.nothing.at_all.meaning"] == "as it is"
    assert found["robustness.nothing.at_all.flips_k"] == 0
    assert found["robustness.nothing.at_all.auroc_loss"] == 0
    assert found["robustness.nothing.at_all.auroc"] == pytest.approx(
        roc_auc_score(malignant_labels(frame), clean)
    )


def test_age_sex_and_site_stay_those_of_the_photo(measured: Measured, tmp_path: Path) -> None:
    bundle = Bundle.load(clinical_bundle(tmp_path / "clinical"))
    photos = data.one_per_lesion(data.read_folder(measured.elsewhere)).head(16)
    clean = malignancy(probabilities(predict(bundle, photos), bundle.manifest.temperature), bundle.manifest)
    found = robustness(bundle, photos, clean, [NOTHING, NOTHING])
    assert found["robustness.nothing.at_all.flips_k"] == 0
    assert found["robustness.nothing.at_all.auroc_loss"] == pytest.approx(0, abs=1e-6)


def test_command_measures_every_perturbation(
    measured: Measured, run: Callable[..., Result], tmp_path: Path
) -> None:
    to = tmp_path / "numbers.json"
    result = run(evaluate, measured.bundle, "--data", measured.elsewhere, "--to", to, "--robustness")
    assert result.exit_code == 0, result.exception
    found = json.loads(to.read_text())
    assert "colour cast: verdicts that flip at balanced: warm " in result.output
    for name in NAMES:
        assert found[f"robustness.{name}.flips_n"] == found["n_lesions"]
        assert 0 <= found[f"robustness.{name}.auroc_low"] <= found[f"robustness.{name}.auroc_high"] <= 1
    assert found["robustness.brightness.very_dark.flips_k"] > 0
    assert found["robustness.rotation.90.flips_k"] == 0  # plain colours look the same from every side
