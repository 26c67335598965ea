from __future__ import annotations

import pytest

from training.learning.phases import Phase, plan, rates


def test_the_head_learns_alone_and_then_everything() -> None:
    assert plan("head", 2, 10, 4) == [Phase("head", 1, 2), Phase("all", 4, 10, last=True)]


def test_gradual_thaws_one_group_after_another() -> None:
    assert plan("gradual", 1, 10, 4) == [
        Phase("head", 1, 1),
        Phase("last-2", 2, 1),
        Phase("last-3", 3, 1),
        Phase("all", 4, 10, last=True),
    ]


@pytest.mark.parametrize(("freeze", "frozen_epochs"), [("none", 3), ("head", 0), ("gradual", 0)])
def test_without_frozen_epochs_everything_learns_from_the_start(freeze: str, frozen_epochs: int) -> None:
    assert plan(freeze, frozen_epochs, 5, 4) == [Phase("all", 4, 5, last=True)]  # type: ignore[arg-type]


def test_what_waits_may_never_learn() -> None:
    assert plan("head", 3, 0, 4) == [Phase("head", 1, 3, last=True)]
    assert [phase.last for phase in plan("gradual", 1, 0, 4)] == [False, False, True]


def test_rates_rise_evenly_from_the_first_layers_to_the_head() -> None:
    assert rates(1e-3, 100, 3) == pytest.approx([1e-5, 1e-4, 1e-3])
