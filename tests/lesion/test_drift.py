from __future__ import annotations

import math

import numpy as np
import pytest

from lesion.drift import LEAST, SMALL, bin_names, bin_of, stability_index
from lesion.manifest import ProbabilityReference

REFERENCE = ProbabilityReference(below=(0.01, 0.05, 0.3), counts=(25, 25, 25, 25))


@pytest.mark.parametrize(
    ("probability", "place"), [(0, 0), (0.0099, 0), (0.01, 1), (0.2, 2), (0.3, 3), (1, 3)]
)
def test_a_bin_begins_with_its_lower_end(probability: float, place: int) -> None:
    assert bin_of(REFERENCE, probability) == place


def test_names_of_bins_sort_as_the_bins_do() -> None:
    names = bin_names(REFERENCE)
    assert names == ("0.0100", "0.0500", "0.3000", "1.0000")
    assert list(names) == sorted(names)


def test_index_of_the_same_shares_is_nothing() -> None:
    assert stability_index([10, 20, 30], [10, 20, 30]) == 0


def test_index_is_the_formula_of_the_literature() -> None:
    expected, found = [0.25, 0.75], [0.5, 0.5]
    by_hand = sum((b - a) * math.log(b / a) for a, b in zip(expected, found, strict=True))
    # So many that the half that is added to each bin is nothing.
    assert stability_index([2.5e8, 7.5e8], [5e8, 5e8]) == pytest.approx(by_hand)


def test_an_empty_bin_has_an_index_too() -> None:
    assert 1 < stability_index([100] * 10, [1000] + [0] * 9) < 20


def test_chance_alone_stays_below_what_counts_as_a_difference() -> None:
    rng = np.random.default_rng(0)
    reference = rng.multinomial(1100, [0.1] * 10)
    indices = [stability_index(reference, rng.multinomial(LEAST, [0.1] * 10)) for _ in range(500)]
    assert np.mean(indices) == pytest.approx(9 * (1 / LEAST + 1 / 1100), rel=0.2)
    assert np.mean(np.array(indices) < SMALL) > 0.9
