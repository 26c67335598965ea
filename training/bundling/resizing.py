"""Another size inside a graph: images reduced as preprocessing does it, maps enlarged to a common grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.bundling.graphs import Glue

Floats = NDArray[np.float32]


def reduced(images: Floats, size: int) -> Floats:
    """Return images [N, 3, S, S] reduced as :mod:`lesion.preprocess` does it, without rounding to bytes."""
    if images.shape[-1] == size:
        return images
    bicubic = Image.Resampling.BICUBIC
    planes = images.reshape(-1, *images.shape[2:])
    small = [np.asarray(Image.fromarray(plane).resize((size, size), bicubic)) for plane in planes]
    return np.stack(small).reshape(-1, 3, size, size).clip(0, 1)


def add_reduction(glue: Glue, size: int) -> str:
    """Reduce the image with antialiasing, by the filter of :func:`lesion.preprocess.square`."""
    small = glue.node(
        "Resize",
        "image",
        "",
        "",
        glue.constant(np.array([size, size], dtype=np.int64)),
        axes=[2, 3],
        mode="cubic",
        cubic_coeff_a=-0.5,
        antialias=1,
        exclude_outside=1,
    )
    return glue.node("Clip", small, glue.number(0), glue.number(1))


def add_enlargement(glue: Glue, cam: str, grid: tuple[int, int]) -> str:
    """Enlarge a map to the grid, then shift it: interpolation may change the mean, which must stay."""
    sides = glue.constant(np.array(grid, dtype=np.int64))
    large = glue.node("Resize", cam, "", "", sides, axes=[2, 3], mode="linear")
    axes = glue.constant(np.array([2, 3], dtype=np.int64))
    means = [glue.node("ReduceMean", each, axes, keepdims=1) for each in (cam, large)]
    return glue.node("Add", large, glue.node("Sub", *means))
