from __future__ import annotations

import numpy as np
import pytest

from lesion.calibrate import malignancy, probabilities
from lesion.errors import InvalidOption
from lesion.explain import target_score, targets
from lesion.explain.target import target_columns
from tests.lesion.manifests import manifest


def test_the_score_is_the_log_odds_of_the_calibrated_probability() -> None:
    logits, known = np.random.default_rng(0).normal(0, 3, (5, 7)), manifest()
    probability = malignancy(probabilities(logits, known.temperature), known)
    found = target_score(logits, known.malignant_columns, known.temperature)
    assert found == pytest.approx(np.log(probability / (1 - probability)))


def test_the_score_of_a_certain_answer_is_finite() -> None:
    logits = np.array([[0.0, 900.0], [900.0, 0.0]])
    assert target_score(logits, [1], 1.0) == pytest.approx([900, -900])


def test_diagnoses_are_targets_of_a_bundle_that_knows_them() -> None:
    assert targets(manifest()) == ("malignant", *manifest().classes)
    assert targets(manifest(task="malignancy", classes=("benign", "malignant"))) == ("malignant",)
    assert target_columns(manifest(), "mel") == [4]
    assert target_columns(manifest(), "malignant") == manifest().malignant_columns


def test_an_unknown_target_is_named() -> None:
    with pytest.raises(InvalidOption, match=r"'melanoma'.*mel"):
        target_columns(manifest(), "melanoma")
