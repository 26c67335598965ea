from __future__ import annotations

import pytest
import torch

from training.nets.backbones import BACKBONES
from training.nets.building import build
from training.nets.groups import FEATURE_GROUPS, parameter_groups
from training.nets.network import LesionNet

pytestmark = pytest.mark.training


@pytest.fixture(params=sorted(BACKBONES))
def shapes(request: pytest.FixtureRequest) -> LesionNet:
    """Each network without memory for its arrays."""
    with torch.device("meta"):
        return build(request.param, "none", 7)


def test_the_groups_hold_every_parameter_once_and_none_is_empty(shapes: LesionNet) -> None:
    groups = parameter_groups(shapes)
    assert len(groups) == FEATURE_GROUPS + 1
    assert all(groups)
    assert sorted(id(p) for group in groups for p in group) == sorted(id(p) for p in shapes.parameters())


def test_the_groups_follow_the_order_of_the_layers(shapes: LesionNet) -> None:
    order = {id(p): i for i, p in enumerate(shapes.parameters())}
    numbers = [order[id(p)] for group in parameter_groups(shapes) for p in group]
    assert numbers == sorted(numbers)
