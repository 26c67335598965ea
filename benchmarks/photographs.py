"""What benchmarks send to servers: drawings of lesions, as JPEGs like those that a camera stores."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from lesion.drawings import KINDS, drawing

__all__ = ["LARGE", "SMALL", "jpeg", "photographs"]

SMALL, LARGE = (600, 450), (4000, 3000)
"""Width and height of HAM10000's images, and of a phone's photograph."""

GRAIN = 3.0
"""Standard deviation of a sensor's noise, of 255: without any, a JPEG is smaller and sooner decoded."""


def photographs(size: tuple[int, int] = SMALL, kinds: Sequence[str] = KINDS) -> list[bytes]:
    """Return one JPEG of that width and height of every kind of drawing."""
    rng = np.random.default_rng(0)
    return [jpeg(_grained(drawing(kind, seed=1), size, rng)) for kind in kinds]


def jpeg(image: Image.Image) -> bytes:
    """Return an image as a JPEG of good quality."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _grained(image: Image.Image, size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
    grain = rng.standard_normal(pixels.shape[:2], dtype=np.float32)[..., None] * GRAIN
    return Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
