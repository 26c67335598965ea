"""Augmentation on whole batches: what a dermoscopic image may look like without another diagnosis."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import torch
from fastai.callback.mixup import MixUp
from fastai.vision.augment import AffineCoordTfm, RandTransform, Saturation, aug_transforms
from fastai.vision.core import TensorImage
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from training import marks
from training.learning.config import TrainConfig

OFF: dict[str, float | str] = {
    "crop": "none",
    "constancy": "none",
    "mixup": 0.0,
    "rotate": 0.0,
    "zoom": 1.0,
    "warp": 0.0,
    "lighting": 0.0,
    "colour": 0.0,
    "cast": 0.0,
    "stretch": 1.0,
    "blur": 0.0,
    "vignette": 0.0,
    "marks": 0.0,
}
"""Options that vary the images learned from, or even them out, and the values at which they do nothing."""


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


class Vignette(RandTransform):  # type: ignore[misc]
    """Look at some images through a round opening with a dark rim, hard or soft, as dermatoscopes have it."""

    split_idx, order = 0, 62

    def __init__(self, share: float) -> None:
        super().__init__(p=1.0)
        self.share = share

    def encodes(self, x: TensorImage) -> TensorImage:  # noqa: D102
        def uniform(low: float, high: float) -> Tensor:
            return low + (high - low) * torch.rand(len(x), 1, 1, device=x.device)

        line = torch.linspace(-1, 1, x.shape[-1], device=x.device)
        down, across = line[None, :, None] - uniform(-0.1, 0.1), line[None, None] - uniform(-0.1, 0.1)
        distance = torch.hypot(down, across)
        light = torch.sigmoid((uniform(0.75, 1.35) - distance) / uniform(0.01, 0.2))
        darkest = uniform(0, 0.4)
        seen = darkest + (1 - darkest) * light
        chosen = torch.rand(len(x), 1, 1, device=x.device) < self.share
        return x * torch.where(chosen, seen, torch.ones_like(seen))[:, None]


class Marked(RandTransform):  # type: ignore[misc]
    """Lay hair, ink or a ruler over some images: drawn once on white, then turned and multiplied in."""

    split_idx, order = 0, 63
    KINDS = ((marks.hair, (4, 12, 30)), (marks.ink, (1, 3)), (marks.ruler, (1, 2)))
    PICTURES = 10  # of each kind and number

    def __init__(self, share: float) -> None:
        super().__init__(p=1.0)
        self.share = share
        self.drawn: Tensor | None = None

    def encodes(self, x: TensorImage) -> TensorImage:  # noqa: D102
        if self.drawn is None or self.drawn.shape[-1] != x.shape[-1]:
            self.drawn = self._draw(x.shape[-1])
        chosen = torch.nonzero(torch.rand(len(x), device=x.device) < self.share)[:, 0]
        laid = self.drawn[torch.randint(len(self.drawn), (len(chosen),))].to(x.device)
        laid = torch.rot90(laid, int(torch.randint(4, ())), (2, 3))
        marked = x.clone()
        marked[chosen] = x[chosen] * laid
        return marked

    def _draw(self, size: int) -> Tensor:
        rng, white = np.random.default_rng(0), Image.new("RGB", (size, size), "white")
        pictures = [
            np.asarray(draw(white, rng, number))
            for draw, numbers in self.KINDS
            for number in numbers
            for _ in range(self.PICTURES)
        ]
        return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) / 255

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "drawn": None}


class ImageMixUp(MixUp):  # type: ignore[misc]
    """fastai's mixup of images and labels; an age or a site stays that of the image with the larger share."""

    def before_batch(self) -> None:
        """Mix the images alone."""
        images, *rest = self.xb
        self.learn.xb = (images,)
        super().before_batch()
        self.learn.xb = (*self.xb, *rest)


def augmentation(config: TrainConfig) -> dict[str, float | str]:
    """Return the options of :data:`OFF` that a run has on; flips and quarter turns always are."""
    return {name: value for name, off in OFF.items() if (value := getattr(config, name)) != off}


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
    if config.vignette:
        extra.append(Vignette(config.vignette))
    if config.marks:
        extra.append(Marked(config.marks))
    transforms: list[RandTransform] = aug_transforms(
        flip_vert=True,
        max_rotate=config.rotate,
        max_zoom=config.zoom,
        max_lighting=config.lighting,
        max_warp=config.warp,
        xtra_tfms=extra,
    )
    return transforms
