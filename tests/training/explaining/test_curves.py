from __future__ import annotations

import numpy as np
import pytest

from lesion.bundle import Bundle
from lesion.classifier import open_classifier
from tests.training.explaining.conftest import Spots
from training.explaining.curves import STEPS, area, order_of
from training.explaining.findings import Found, by_baseline, found_of
from training.explaining.sample import draw_sample


def test_the_strongest_come_first_and_equals_come_by_chance() -> None:
    values = np.zeros((20, 20), dtype=np.float32)
    values[5, 5], values[7, 3] = 1, 0.5
    order = order_of(values)
    assert list(order[:2]) == [105, 143]
    assert sorted(order) == list(range(400))
    assert abs(np.corrcoef(order[2:], np.arange(398))[0, 1]) < 0.2
    assert list(order) == list(order_of(values))


def test_area_is_that_of_trapezoids() -> None:
    assert area(np.linspace(1, 0, 11)) == pytest.approx(0.5)
    assert area(np.array([1.0, 0.0, 0.0])) == pytest.approx(0.25)


@pytest.fixture
def told(bundle: Bundle, spots: Spots) -> dict[str, list[Found]]:
    """What the red spots themselves tell as a map, and what the two baselines do."""
    classifier = open_classifier(bundle.path, threads=1)
    lesions = draw_sample(bundle, spots.data, spots.split, 6).lesions
    red = [np.asarray(lesion.picture, dtype=np.float32)[..., 0] for lesion in lesions]
    truth = [found_of(classifier, lesion, values, 0.0) for lesion, values in zip(lesions, red, strict=True)]
    others = {name: list(by_baseline(classifier, name, lesions)) for name in ("random", "centre")}
    return {"truth": truth} | others


def test_curves_begin_where_the_other_ends(told: dict[str, list[Found]]) -> None:
    for found in told["truth"] + told["random"]:
        assert len(found.deletion) == len(found.insertion) == STEPS + 1
        assert found.deletion[0] == found.insertion[-1]
        assert found.deletion[-1] == found.insertion[0]
    firsts = {round(found[0].deletion[0], 9) for found in told.values()}
    assert len(firsts) == 1


def test_what_the_net_goes_by_falls_and_rises_faster_than_chance(told: dict[str, list[Found]]) -> None:
    mean = {
        (name, side): np.mean([area(getattr(one, side)) for one in found])
        for name, found in told.items()
        for side in ("deletion", "insertion")
    }
    for other in ("random", "centre"):
        assert mean["truth", "deletion"] < mean[other, "deletion"]
        assert mean["truth", "insertion"] > mean[other, "insertion"]
