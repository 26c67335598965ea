from __future__ import annotations

import numpy as np
import pytest

from lesion.measures.blocks import Flat
from training.explaining.findings import Found
from training.explaining.measures import compared, mean_of, method_block, verdict

RNG = np.random.default_rng(0)


def found(start: float, end: float, inside: float = 0.5, correlation: float = 0.1) -> Found:
    return Found(np.linspace(start, end, 11), np.linspace(end, start, 11), inside, 0.25, correlation)


def test_a_mean_lies_within_its_interval_and_the_interval_narrows() -> None:
    few, many = (mean_of(RNG.normal(1, 1, n)) for n in (20, 500))
    for one in (few, many):
        assert one.low < one.value < one.high
    assert many.high - many.low < few.high - few.low
    assert mean_of(np.full(9, 0.3)) == pytest.approx((0.3, 0.3, 0.3))


def test_gains_are_of_the_same_lesions() -> None:
    starts = RNG.uniform(0.2, 1, 30)
    better = [found(start, 0.0)._replace(deletion=np.linspace(start, 0, 11) - 0.05) for start in starts]
    block = compared(better, {"random": [found(start, 0.0) for start in starts]})
    ends = [block[f"deletion_gain.random{end}"] for end in ("", "_low", "_high")]
    assert ends == pytest.approx([0.05] * 3)
    assert block["insertion_gain.random"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("deletion", "insertion", "correlation", "passes"),
    [
        (0.1, 0.1, 0.3, "yes"),
        (-0.01, 0.1, 0.3, "no"),
        (0.1, 0.0, 0.3, "no"),
        (0.1, 0.1, 0.6, "no"),
    ],
)
def test_a_method_passes_that_beats_chance_and_changes_with_the_weights(
    deletion: float, insertion: float, correlation: float, passes: str
) -> None:
    block: Flat = {
        "deletion_gain.random_low": deletion,
        "insertion_gain.random_low": insertion,
        "randomised_correlation_high": correlation,
    }
    told = verdict(block)
    assert told["passes"] == passes
    assert ("no" in [told[f"passes.{name}"] for name in ("deletion", "insertion", "randomised")]) == (
        passes == "no"
    )


def test_maps_that_are_empty_once_shuffled_do_not_pass() -> None:
    better = [found(1, 0)._replace(deletion=np.linspace(1, 0, 11) ** 2) for _ in range(4)]
    chance = {"random": [found(1, 0)._replace(insertion=np.linspace(0, 1, 11) ** 2)] * 4}
    assert method_block(better, chance)["passes"] == "yes"
    few = [one._replace(correlation=float("nan")) for one in better[:2]] + better[2:]
    block = method_block(few, chance)
    assert "randomised_correlation" not in block
    assert (block["passes.randomised"], block["passes.deletion"]) == ("no", "yes")


def test_maps_without_positive_evidence_leave_no_share() -> None:
    some = [found(1, 0, inside=0.8), found(1, 0, inside=float("nan"))]
    none = [found(1, 0, inside=float("nan"))] * 2
    assert method_block(some, {"random": some})["inside_share"] == pytest.approx(0.8)
    assert "inside_share" not in method_block(none, {"random": none})
