"""Augmentation on whole batches: what a dermoscopic image may look like without another diagnosis."""

from __future__ import annotations

import math
import random

import torch
from fastai.callback.mixup import MixUp
from fastai.vision.augment import AffineCoordTfm, RandTransform, Saturation, aug_transforms
from fastai.vision.core import TensorImage
from torch import Tensor
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


class Cast(RandTransform):  # type: ignore[misc]
    """Multiply each channel of each image by a factor of its own, as other lamps and cameras would."""

    split_idx, order = 0, 61

    def __init__(self, largest: float) -> None:
        super().__init__(p=1.0)
        self.largest = largest

    def encodes(self, x: TensorImage) -> TensorImage:  # noqa: D102
        gains = 1 + self.largest * (2 * torch.rand(len(x), 3, 1, 1, device=x.device) - 1)
        return (x * gains).clamp(0, 1)


class Stretch:
    """Change the aspect ratio, as archives did that squashed their photos into squares.

    An affine matrix [N, 3, 3] for fastai's ``AffineCoordTfm``, which interpolates once for all of them.
    """

    def __init__(self, largest: float) -> None:
        self.largest = largest

    def __call__(self, x: Tensor) -> Tensor:
        """Return the matrices for a batch of images."""
        ratio = torch.exp(math.log(self.largest) * (2 * torch.rand(len(x), device=x.device) - 1)).sqrt()
        return torch.diag_embed(torch.stack([ratio, 1 / ratio, torch.ones_like(ratio)], dim=1))


class ImageMixUp(MixUp):  # type: ignore[misc]
    """fastai's mixup of images and labels; an age or a site stays that of the image with the larger share."""

    def before_batch(self) -> None:
        """Mix the images alone."""
        images, *rest = self.xb
        self.learn.xb = (images,)
        super().before_batch()
        self.learn.xb = (*self.xb, *rest)


def batch_transforms(config: TrainConfig) -> list[RandTransform]:
    """Return fastai's flips both ways, rotation, zoom, warp and lighting, plus aspect, colour, softness."""
    extra: list[RandTransform] = []
    if config.stretch > 1:
        extra.append(AffineCoordTfm(aff_fs=Stretch(config.stretch), split_idx=0))
    if config.cast:
        extra.append(Cast(config.cast))
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
