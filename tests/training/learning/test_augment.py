from __future__ import annotations

import pickle

import pytest
import torch
from fastai.vision.core import TensorImage

from training.learning.augment import OFF, Cast, Marked, Stretch, Vignette, augmentation, batch_transforms
from training.learning.config import TrainConfig

pytestmark = pytest.mark.training


def test_what_a_run_varies_images_by_is_what_is_not_off() -> None:
    config = TrainConfig(**OFF)  # type: ignore[arg-type]
    assert augmentation(config) == {}
    assert [type(transform).__name__ for transform in batch_transforms(config)] == ["Dihedral"]
    assert augmentation(TrainConfig(**OFF | {"marks": 0.3})) == {"marks": 0.3}  # type: ignore[arg-type]


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


def test_a_rim_darkens_the_corners_of_some_images_and_hardly_their_middle() -> None:
    torch.manual_seed(0)
    images = TensorImage(torch.ones(200, 3, 33, 33))
    seen = Vignette(0.5).encodes(images)
    changed = (seen != images).flatten(1).any(1)
    assert 0.35 < float(changed.float().mean()) < 0.65
    corners, middle = seen[changed][..., 0, 0].mean(), seen[changed][..., 16, 16].mean()
    assert float(corners) < 0.6 < 0.95 < float(middle)


def test_marks_are_laid_over_some_images_and_stay_out_of_a_pickle() -> None:
    torch.manual_seed(0)
    marked = Marked(0.5)
    images = TensorImage(torch.ones(60, 3, 64, 64))
    drawn = marked.encodes(images)
    changed = (drawn != images).flatten(1).any(1)
    assert 0.3 < float(changed.float().mean()) < 0.7
    assert float(drawn.min()) >= 0
    assert float(drawn.max()) <= 1
    assert len(pickle.dumps(marked)) < 2000
