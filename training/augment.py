"""Augmentation on whole batches: what a dermoscopic image may look like without another diagnosis."""

from __future__ import annotations

import random

import torch
from fastai.vision.augment import RandTransform, Saturation, aug_transforms
from fastai.vision.core import TensorImage
from torch.nn.functional import interpolate

from training.config import TrainConfig


class Soften(RandTransform):  # type: ignore[misc]
    """Reduce and enlarge some images of a batch, as a softer camera or a smaller copy would have shown them.

    Uploads are full-size photos, part of the training images are enlarged from 150 pixels: without this the
    network could tell the two apart and read the source of an image instead of the lesion. Images of one
    batch are treated differently, so that batch normalisation always sees the mixture.
    """

    split_idx, order = 0, 60

    def __init__(self, share: float, smallest: float = 0.5) -> None:
        super().__init__(p=1.0)
        self.share, self.smallest = share, smallest

    def encodes(self, x: TensorImage) -> TensorImage:  # noqa: D102
        chosen = torch.rand(len(x), device=x.device) < self.share
        size = x.shape[-1]
        small = max(16, round(size * random.uniform(self.smallest, 1.0)))
        reduced = interpolate(x[chosen], size=(small, small), mode="bilinear", antialias=True)
        softened = x.clone()
        softened[chosen] = interpolate(reduced, size=(size, size), mode="bilinear")
        return softened


def batch_transforms(config: TrainConfig) -> list[RandTransform]:
    """Return fastai's flips both ways, rotation, zoom, warp and lighting, plus colour and softness."""
    extra: list[RandTransform] = []
    if config.colour:
        extra.append(Saturation(max_lighting=config.colour, p=0.5))
    if config.blur:
        extra.append(Soften(config.blur))
    transforms: list[RandTransform] = aug_transforms(
        flip_vert=True,
        max_rotate=config.rotate,
        max_zoom=config.zoom,
        max_lighting=config.lighting,
        max_warp=config.warp,
        xtra_tfms=extra,
    )
    return transforms
