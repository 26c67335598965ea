from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from training.evidence.chance import Asked, at_least


@pytest.mark.parametrize(("k", "n", "probability"), [(20, 1120, 0.074), (4, 148, 0.088), (5, 148, 0.031)])
def test_numbers_of_the_bundles(k: int, n: int, probability: float) -> None:
    assert at_least(k, [Asked(n, 11, 1117)]) == pytest.approx(probability, abs=5e-4)


def test_it_is_how_often_scores_without_a_difference_do_it() -> None:
    rng = np.random.default_rng(0)
    threshold = np.sort(rng.random((20_000, 50)), axis=1)[:, -5, None]
    beyond = (rng.random((20_000, 30)) > threshold).sum(axis=1)
    for k in (1, 3, 6):
        assert at_least(k, [Asked(30, 4, 50)]) == pytest.approx((beyond >= k).mean(), abs=0.015)


def test_a_threshold_of_very_many_lesions_is_as_good_as_known() -> None:
    assert at_least(4, [Asked(148, 9_999, 10**6)]) == pytest.approx(binom(148, 0.01).sf(3), rel=0.01)


def test_sets_with_thresholds_of_their_own_are_added_up() -> None:
    one, other = Asked(3, 1, 20), Asked(2, 0, 10)
    exactly = [at_least(k, [other]) - at_least(k + 1, [other]) for k in range(3)]
    both = sum(share * at_least(2 - k, [one]) for k, share in enumerate(exactly))
    assert at_least(2, [one, other]) == pytest.approx(both)
    assert at_least(0, []) == 1
    assert at_least(1, []) == 0
