"""What stands where something is taken away from a picture."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from lesion.explain.query import Floats

__all__ = ["blur", "cover"]

RIM = 8
"""The rim is one such part of the picture's side wide."""


def cover(picture: Floats) -> Floats:
    """Return a picture [3, S, S] of one colour: the median of this one's rim, which mostly is plain skin.

    Black or grey would be a mark of its own, and a blurred lesion is still a dark spot.
    """
    width = picture.shape[-1] // RIM
    inside = np.zeros(picture.shape[1:], dtype=bool)
    inside[width:-width, width:-width] = True
    colour = np.median(picture[:, ~inside], axis=1)
    return np.broadcast_to(colour[:, None, None], picture.shape)


def blur(picture: Floats, part: int) -> Floats:
    """Return a picture [3, S, S] blurred by a Gaussian whose width is one ``part`` of its side."""
    channels = [
        np.asarray(Image.fromarray(channel).filter(ImageFilter.GaussianBlur(picture.shape[-1] / part)))
        for channel in np.rint(picture * 255).astype(np.uint8)
    ]
    return np.stack(channels).astype(np.float32) / np.float32(255)
