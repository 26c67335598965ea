from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lesion.classifier import Classifier
from lesion.explain import explain, targets


def test_the_mean_is_the_log_odds_of_the_target(classifier: Classifier, picture: Image.Image) -> None:
    for target in targets(classifier.bundle.manifest):
        explained = explain(classifier, picture, target=target)
        mean = explained.map.mean() * explained.diagnostics["strongest"]
        assert mean == pytest.approx(explained.diagnostics["score"], rel=0.05, abs=0.1)


def test_diagnoses_of_one_picture_have_maps_of_their_own(
    classifier: Classifier, picture: Image.Image
) -> None:
    maps = [explain(classifier, picture, target=target).map for target in ("mel", "nv")]
    assert np.abs(maps[0] - maps[1]).max() > 0.1
