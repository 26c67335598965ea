from __future__ import annotations

import pytest
from scipy.stats import binomtest

from lesion.proportions import wilson


def test_wilson_agrees_with_newcombes_published_examples() -> None:
    # R. Newcombe, Stat. Med. 17, 857 (1998), table I, method 3.
    published = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0, 0.1611)}
    for (k, n), ends in published.items():
        share = wilson(k, n)
        assert (share.low, share.high) == pytest.approx(ends, abs=5e-5)
        assert (share.value, share.k, share.n) == (k / n, k, n)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (3, 7), (171, 175), (40, 945)])
def test_wilson_agrees_with_scipy(k: int, n: int) -> None:
    expected = binomtest(k, n).proportion_ci(0.95, method="wilson")
    share = wilson(k, n)
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(("k", "n"), [(1, 0), (3, 2), (-1, 5)])
def test_wilson_refuses_counts_that_are_no_share(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wilson(k, n)
