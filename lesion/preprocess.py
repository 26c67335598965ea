"""From an upright RGB image to the network's input: the one implementation, for training and serving alike.

The centred square is cut out and reduced with antialiasing; values are scaled to 0..1. Normalisation is
inside the network, so nothing else happens to a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

RULE = "centred-square-bicubic"
"""Name of this rule in a manifest; a bundle made for another rule is refused."""


def square(image: Image.Image, size: int) -> Image.Image:
    """Return the centred square of ``image`` (mode RGB), resampled to ``size`` x ``size`` pixels.

    Pillow's bicubic filter widens with the reduction, which is what antialiases it.
    """
    side = min(image.size)
    left = (image.width - side) / 2
    top = (image.height - side) / 2
    return image.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))


def to_tensor(squares: Sequence[Image.Image]) -> NDArray[np.float32]:
    """Stack N RGB images of one size SxS into a float32 array [N, 3, S, S] with values in 0..1."""
    pixels = np.stack([np.asarray(image, dtype=np.uint8) for image in squares])
    return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2), dtype=np.float32) / np.float32(255)


def preprocess(image: Image.Image, size: int) -> NDArray[np.float32]:
    """Return the network's input for one RGB image: float32 [1, 3, size, size] in 0..1."""
    return to_tensor([square(image, size)])
