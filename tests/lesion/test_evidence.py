from __future__ import annotations

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from lesion.evidence import data_url, heatmap_png, malignant_evidence
from tests.lesion.manifests import manifest


def test_evidence_is_the_derivative_of_the_log_odds() -> None:
    """Adding a little of one location's map to the logits moves the log-odds by that location's evidence."""
    rng = np.random.default_rng(0)
    logits, cam = rng.normal(size=7), rng.normal(size=(7, 3, 3)).astype(np.float32)
    shares = np.exp(logits) / np.exp(logits).sum()
    columns = manifest().malignant_columns

    def log_odds(z: np.ndarray) -> float:
        malignant = np.isin(np.arange(7), columns)
        return float(np.log(np.exp(z[malignant]).sum()) - np.log(np.exp(z[~malignant]).sum()))

    evidence = malignant_evidence(cam, shares, manifest())
    step = 1e-6
    moved = (log_odds(logits + step * cam[:, 1, 2]) - log_odds(logits)) / step
    assert evidence[1, 2] == pytest.approx(moved, rel=1e-4)


def test_two_classes_give_the_exact_difference_of_their_maps() -> None:
    two = manifest(task="malignancy", classes=("benign", "malignant"), malignant=("malignant",))
    cam = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    assert malignant_evidence(cam, np.array([0.3, 0.7]), two) == pytest.approx(cam[1] - cam[0])


def opened(evidence: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(heatmap_png(evidence))).convert("RGBA"))


def test_the_picture_is_opaque_where_the_evidence_lies_and_clear_elsewhere() -> None:
    evidence = np.full((7, 7), -1.0)
    evidence[1, 5] = 2.0
    pixels = opened(evidence)
    assert pixels.shape == (224, 224, 4)
    row, column = np.unravel_index(pixels[..., 3].argmax(), (224, 224))
    assert (row // 32, column // 32) == (1, 5)
    assert pixels[200, 20, 3] == 0


def test_no_positive_evidence_gives_a_clear_picture() -> None:
    assert opened(np.full((4, 4), -0.5))[..., 3].max() == 0
    assert opened(np.zeros((4, 4)))[..., 3].max() == 0


def test_the_picture_is_small() -> None:
    png = heatmap_png(np.random.default_rng(0).normal(size=(7, 7)))
    assert len(png) < 15_000
    assert b64decode(data_url(png).removeprefix("data:image/png;base64,")) == png
