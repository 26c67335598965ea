from __future__ import annotations

import time

import numpy as np
import pytest

from lesion.drawings import KINDS, drawing
from lesion.quality import assess


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_decided_by_its_arguments(kind: str) -> None:
    first, again, other = (
        drawing(kind, 3, (120, 90)),
        drawing(kind, 3, (120, 90)),
        drawing(kind, 4, (120, 90)),
    )
    assert first.mode == "RGB"
    assert first.size == (120, 90)
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_kinds_differ_at_the_same_seed() -> None:
    assert len({drawing(kind, 1, (64, 64)).tobytes() for kind in KINDS}) == len(KINDS) >= 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_shows_something_darker_in_its_middle(kind: str) -> None:
    for seed in range(4):
        grey = np.asarray(drawing(kind, seed, (300, 225)).convert("L"), dtype=float)
        middle, left, right = grey[80:145, 115:185], grey[80:145, 20:70], grey[80:145, 230:280]
        assert middle.mean() < min(left.mean(), right.mean()) - 3


@pytest.mark.parametrize("kind", KINDS)
def test_drawings_pass_the_quality_gate(kind: str) -> None:
    quality = assess(drawing(kind, 1))
    assert quality.ok, quality


@pytest.mark.parametrize("size", [(32, 32), (33, 90), (801, 40), (224, 224)])
def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    assert drawing("hairy", 0, size).size == size


def test_a_drawing_takes_a_fraction_of_a_second() -> None:
    drawing("irregular", 0)
    started = time.process_time()
    drawing("irregular", 1)
    assert time.process_time() - started < 0.5  # 0.12 s on an idle core of 2024


def test_unknown_kinds_and_tiny_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="no drawing of kind 'blue'"):
        drawing("blue", 1)
    with pytest.raises(ValueError, match="not 31 by 90"):
        drawing("pale", 1, (31, 90))
