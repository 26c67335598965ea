from __future__ import annotations

import numpy as np
import pytest

from training.bundling.views import VIEWS, turn, turn_back

pytestmark = pytest.mark.training

IMAGES = np.random.default_rng(0).random((2, 3, 5, 5), dtype=np.float32)


@pytest.mark.parametrize("number", VIEWS)
def test_views_are_different_and_begin_with_the_image(number: int) -> None:
    shown = [turn(IMAGES, view).tobytes() for view in VIEWS[number]]
    assert shown[0] == IMAGES.tobytes()
    assert len(set(shown)) == number


@pytest.mark.parametrize("number", VIEWS)
def test_views_are_a_group(number: int) -> None:
    views = VIEWS[number]
    shown = {turn(IMAGES, view).tobytes() for view in views}
    for first in views:
        assert {turn(turn(IMAGES, first), second).tobytes() for second in views} == shown


@pytest.mark.parametrize("view", VIEWS[8])
def test_turning_back_undoes(view: tuple[bool, bool, bool]) -> None:
    assert np.array_equal(turn_back(turn(IMAGES, view), view), IMAGES)  # type: ignore[arg-type]


def test_the_eight_hold_the_quarter_turns() -> None:
    shown = {turn(IMAGES, view).tobytes() for view in VIEWS[8]}
    for quarters in range(4):
        assert np.ascontiguousarray(np.rot90(IMAGES, quarters, axes=(2, 3))).tobytes() in shown
