from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from training.explaining.baselines import centre_map, random_map
from training.explaining.findings import inside_share, rank_correlation


def test_only_positive_evidence_counts_as_inside() -> None:
    values = np.array([[3.0, 1.0], [-5.0, 0.0]], dtype=np.float32)
    mask = np.array([[True, False], [True, True]])
    assert inside_share(values, mask) == 0.75
    assert np.isnan(inside_share(-np.abs(values), mask))


def test_correlation_is_of_ranks_and_has_no_side() -> None:
    one = np.random.default_rng(0).normal(size=(9, 9)).astype(np.float32)
    other = np.random.default_rng(1).normal(size=(9, 9)).astype(np.float32)
    assert rank_correlation(one, -(one**3)) == pytest.approx(1)
    assert rank_correlation(one, other) == pytest.approx(abs(spearmanr(one, other, axis=None).statistic))


def test_a_map_that_is_the_same_everywhere_has_no_order() -> None:
    assert np.isnan(rank_correlation(np.zeros((4, 4), np.float32), random_map("A", 4)))


def test_baselines_know_nothing_but_the_photo_s_name_and_the_middle() -> None:
    assert np.array_equal(random_map("A", 40), random_map("A", 40))
    assert rank_correlation(random_map("A", 40), random_map("B", 40)) < 0.5
    hill = centre_map("A", 40)
    assert np.unravel_index(hill.argmax(), hill.shape) in [(19, 19), (19, 20), (20, 19), (20, 20)]
    assert np.allclose(hill, hill[::-1, ::-1])
