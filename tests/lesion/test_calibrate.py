from __future__ import annotations

import numpy as np
import pytest

from lesion.calibrate import malignancy, probabilities
from tests.lesion.manifests import manifest


def test_probabilities_are_softmax_of_logits_over_temperature() -> None:
    logits = np.array([[2.0, 0.0, -1.0]])
    expected = np.exp(logits / 2) / np.exp(logits / 2).sum()
    assert probabilities(logits, 2.0) == pytest.approx(expected)


def test_extreme_logits_neither_overflow_nor_lose_their_sum() -> None:
    shares = probabilities(np.array([[1e4, -1e4, 0.0]]), 0.5)
    assert np.isfinite(shares).all()
    assert shares.sum() == pytest.approx(1)


def test_a_higher_temperature_is_less_sure_and_keeps_the_order() -> None:
    logits = np.array([[3.0, 1.0, 0.5]])
    sure, unsure = probabilities(logits, 1.0), probabilities(logits, 3.0)
    assert unsure.max() < sure.max()
    assert (np.argsort(sure) == np.argsort(unsure)).all()


def test_malignancy_is_the_sum_over_the_malignant_classes() -> None:
    shares = np.array([[0.1, 0.2, 0.05, 0.05, 0.3, 0.25, 0.05]])
    assert malignancy(shares, manifest()) == pytest.approx([0.6])
