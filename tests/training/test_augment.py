from __future__ import annotations

import pytest
import torch
from fastai.vision.core import TensorImage

from training.augment import Cast, Stretch

pytestmark = pytest.mark.training


def test_a_cast_colours_each_image_by_its_own_factors() -> None:
    torch.manual_seed(0)
    images = TensorImage(torch.full((4, 3, 8, 8), 0.5))
    cast = Cast(0.2).encodes(images)
    assert float(cast.min()) >= 0.4
    assert float(cast.max()) <= 0.6
    gains = cast[:, :, 0, 0]
    assert torch.allclose(cast, gains[:, :, None, None].expand_as(cast)), "one factor a channel"
    assert len(gains.unique()) == gains.numel(), "another one for each image and channel"


def test_a_stretch_changes_the_aspect_ratio_and_not_the_area() -> None:
    torch.manual_seed(0)
    matrices = Stretch(1.5)(torch.zeros(100, 3, 8, 8))
    ratios = matrices[:, 0, 0] / matrices[:, 1, 1]
    assert torch.allclose(torch.linalg.det(matrices), torch.ones(100))
    assert float(ratios.min()) >= 1 / 1.5
    assert float(ratios.max()) <= 1.5
    assert float(ratios.std()) > 0.1
