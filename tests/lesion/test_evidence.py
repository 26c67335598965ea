from __future__ import annotations

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from lesion.evidence import data_url, heatmap_png, malignant_evidence, target_evidence
from tests.lesion.manifests import manifest


def test_evidence_varies_as_the_derivative_of_the_log_odds() -> None:
    """Adding a little of one location's map instead of another's moves the log-odds by their difference."""
    rng = np.random.default_rng(0)
    logits, cam = rng.normal(size=7), rng.normal(size=(7, 3, 3)).astype(np.float32)
    shares = np.exp(logits) / np.exp(logits).sum()
    columns = manifest().malignant_columns

    def log_odds(z: np.ndarray) -> float:
        malignant = np.isin(np.arange(7), columns)
        return float(np.log(np.exp(z[malignant]).sum()) - np.log(np.exp(z[~malignant]).sum()))

    evidence = malignant_evidence(cam, shares, manifest(temperature=1.0), 0.5)
    step = 1e-6
    moved = (log_odds(logits + step * cam[:, 1, 2]) - log_odds(logits + step * cam[:, 0, 0])) / step
    assert evidence[1, 2] - evidence[0, 0] == pytest.approx(moved, rel=1e-4)


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.9])
def test_the_mean_is_the_margin_of_the_verdict(threshold: float) -> None:
    shares, cam = np.array([0.1, 0.1, 0.2, 0.1, 0.2, 0.2, 0.1]), np.ones((7, 2, 2), dtype=np.float32)
    margin = np.log(0.4 / 0.6) - np.log(threshold / (1 - threshold))
    assert malignant_evidence(cam, shares, manifest(), threshold).mean() == pytest.approx(margin)


def test_two_classes_give_the_exact_difference_of_their_maps_and_a_bias() -> None:
    names = ("benign", "malignant")
    two = manifest(task="malignancy", classes=names, malignant=("malignant",), temperature=1.0)
    cam = np.random.default_rng(0).normal(size=(2, 3, 3)).astype(np.float32)
    bias = np.array([0.4, -0.3])
    logits = cam.mean(axis=(1, 2)) + bias
    shares = np.exp(logits) / np.exp(logits).sum()
    assert malignant_evidence(cam, shares, two, 0.5) == pytest.approx(cam[1] - cam[0] + bias[1] - bias[0])


def test_certain_probabilities_give_finite_maps() -> None:
    shares, cam = np.array([0, 0, 0, 0, 1.0, 0, 0]), np.zeros((7, 2, 2), dtype=np.float32)
    for threshold in (0.0, 1.0):
        assert np.isfinite(malignant_evidence(cam, shares, manifest(), threshold)).all()


def test_a_target_that_is_nearly_certain_keeps_the_digits_of_what_is_left() -> None:
    """One less the target's share would be 0 here, or a rounding error of either sign."""
    cam = np.random.default_rng(0).normal(size=(7, 2, 2)).astype(np.float32)
    shares = np.array([1e-18, 2e-18, 1e-18, 1e-18, 3e-18, 1.0, 1e-18])
    evidence = target_evidence(cam, shares, [5], 1.0, 0.5)
    assert evidence.mean() == pytest.approx(np.log(1 / 9e-18))
    assert np.ptp(evidence) <= 2 * np.ptp(cam)


def opened(evidence: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(heatmap_png(evidence))).convert("RGBA"))


def test_the_picture_is_opaque_where_the_evidence_lies_and_clear_elsewhere() -> None:
    evidence = np.full((7, 7), -1.0)
    evidence[1, 5] = 2.0
    pixels = opened(evidence)
    assert pixels.shape == (64, 64, 4)
    row, column = np.unravel_index(pixels[..., 3].argmax(), (64, 64))
    assert (row * 7 // 64, column * 7 // 64) == (1, 5)
    assert pixels[58, 5, 3] == 0


def test_weak_evidence_is_drawn_weakly() -> None:
    strong, weak = (opened(np.full((4, 4), value))[..., 3].max() for value in (3.0, 0.2))
    assert strong > 200
    assert weak < 40


def test_no_positive_evidence_gives_a_clear_picture() -> None:
    assert opened(np.full((4, 4), -0.5))[..., 3].max() == 0
    assert opened(np.zeros((4, 4)))[..., 3].max() == 0


def test_the_picture_is_small() -> None:
    png = heatmap_png(np.random.default_rng(0).normal(size=(7, 7)))
    assert len(png) < 8_000
    assert b64decode(data_url(png).removeprefix("data:image/png;base64,")) == png
