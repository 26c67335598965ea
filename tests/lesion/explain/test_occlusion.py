from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lesion.classifier import Classifier
from lesion.explain import explain
from lesion.explain.covering import cover
from lesion.explain.occlusion import _pictures, _windows
from lesion.preprocess import preprocess
from tests.lesion.explain.asking import query


def test_windows_cover_every_pixel_alike() -> None:
    for count in (12, 24, 40):
        covered = np.zeros((224, 224))
        windows = _windows(224, count)
        for window in windows:
            covered[window] += 1
        assert len(windows) == count**2
        assert covered.min() >= 1
        assert covered[112].max() <= covered[112, 112] + 2 * count


def test_what_is_covered_has_the_colour_of_the_rim() -> None:
    picture = np.full((3, 64, 64), 0.8, dtype=np.float32)
    picture[:, 20:44, 20:44] = 0.1
    assert cover(picture) == pytest.approx(0.8)


def test_covering_what_speaks_for_the_target_costs_more_than_covering_what_speaks_against(
    classifier: Classifier, picture: Image.Image
) -> None:
    found = explain(classifier, picture, method="occlusion").map
    asked = query(classifier, picture)
    image, windows = asked.image[0], _windows(found.shape[-1], 12)
    order = np.argsort([found[window].mean() for window in windows])
    both = [windows[order[-1]], windows[order[0]]]
    whole, without_for, without_against = asked.scores(_pictures(image, cover(image), both), 3)
    assert without_for < whole
    assert without_for < without_against


def test_nothing_of_a_map_is_drawn_at_random(classifier: Classifier, picture: Image.Image) -> None:
    explained = explain(classifier, picture, method="occlusion", precision="low")
    assert explained.precision == "low"
    assert explained.diagnostics["windows"] == 144
    again = explain(classifier, picture, method="occlusion", precision="low", seed=1)
    assert (explained.map == again.map).all()


def test_a_picture_of_one_colour_has_nothing_to_lose(classifier: Classifier) -> None:
    plain = Image.new("RGB", (300, 300), (200, 150, 130))
    explained = explain(classifier, plain, method="occlusion")
    assert np.abs(explained.map).max() * explained.diagnostics["strongest"] < 1e-3
    assert preprocess(plain, 224).std() > 0  # its channels differ
