"""What may befall a photo on its way to the model, drawn upon real photos: for measuring robustness.

Each perturbation takes a decoded photo (RGB, any size of at least 32 pixels) and a random generator, and
returns another of the same mode. Lengths are shares of the short side, so that a perturbation means the same
at any resolution; what lies at a border is drawn at that of the centred square, which is all the model sees.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from training.marks import hair, ink, ruler

Perturb = Callable[[Image.Image, np.random.Generator], Image.Image]


class Perturbation(NamedTuple):
    """One kind of mishap at one level, with the words that say what it is."""

    kind: str
    level: str
    meaning: str
    apply: Perturb


def blur(image: Image.Image, rng: np.random.Generator, sigma: float) -> Image.Image:
    """Blur by a Gaussian whose standard deviation is a share of the short side: out of focus."""
    return image.filter(ImageFilter.GaussianBlur(sigma * min(image.size)))


def jpeg(image: Image.Image, rng: np.random.Generator, quality: int) -> Image.Image:
    """Compress and decompress, as messengers and old archives do."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def gain(image: Image.Image, rng: np.random.Generator, factors: tuple[float, float, float]) -> Image.Image:
    """Multiply red, green and blue, clipped at white: another exposure, another light."""
    table = [min(round(value * factor), 255) for factor in factors for value in range(256)]
    return image.point(table)


def rotate(image: Image.Image, rng: np.random.Generator, degrees: float) -> Image.Image:
    """Turn about the centre; what comes in at the corners is the photo mirrored at its border."""
    if degrees % 90 == 0:
        return image.rotate(degrees, expand=True)
    # The square's corners reach outside by (√2 - 1) / 2 of its side.
    margin = math.ceil(0.21 * min(image.size)) + 1
    wide = np.pad(np.asarray(image), ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    turned = Image.fromarray(wide).rotate(degrees, Image.Resampling.BICUBIC)
    return turned.crop((margin, margin, margin + image.width, margin + image.height))


def crop(image: Image.Image, rng: np.random.Generator, keep: float) -> Image.Image:
    """Keep a square of this share of the short side, anywhere within the centred square: a hasty aim."""
    side = min(image.size)
    left, top = (np.array(image.size) - side) / 2 + rng.uniform(0, (1 - keep) * side, 2)
    return image.crop((round(left), round(top), round(left + keep * side), round(top + keep * side)))


def vignette(image: Image.Image, rng: np.random.Generator, radius: float, dark: float) -> Image.Image:
    """Leave ``dark`` of the light outside a circle about the centre; ``radius`` is in short sides."""
    width, height = image.size
    x, y = np.ogrid[:height, :width]
    distance = np.hypot(x - (height - 1) / 2, y - (width - 1) / 2) / min(image.size)
    shade = np.clip((distance - radius) / 0.06, 0, 1)
    light = 1 - (1 - dark) * shade * shade * (3 - 2 * shade)
    return Image.fromarray((np.asarray(image) * light[..., None] + 0.5).astype(np.uint8))


def _exposure(level: str, meaning: str, factor: float) -> Perturbation:
    return Perturbation("brightness", level, meaning, partial(gain, factors=(factor,) * 3))


def _cast(level: str, meaning: str, factors: tuple[float, float, float]) -> Perturbation:
    return Perturbation("colour_cast", level, meaning, partial(gain, factors=factors))


PERTURBATIONS: tuple[Perturbation, ...] = (
    *(
        Perturbation("blur", level, f"Gaussian, {sigma:.1%} of the short side", partial(blur, sigma=sigma))
        for level, sigma in (("mild", 0.005), ("medium", 0.01), ("strong", 0.02))
    ),
    *(
        Perturbation("jpeg", level, f"quality {quality}", partial(jpeg, quality=quality))
        for level, quality in (("mild", 50), ("medium", 25), ("strong", 10))
    ),
    _exposure("dark", "70% of the light", 0.7),
    _exposure("very_dark", "50% of the light", 0.5),
    _exposure("bright", "125% of the light", 1.25),
    _exposure("very_bright", "150% of the light", 1.5),
    _cast("warm", "red +8%, blue -12%", (1.08, 1.0, 0.88)),
    _cast("cool", "red -10%, blue +8%", (0.90, 1.0, 1.08)),
    _cast("pink", "green -8%", (1.0, 0.92, 1.0)),
    *(
        Perturbation("rotation", level, f"{level} degrees", partial(rotate, degrees=degrees))
        for level, degrees in (("15", 15.0), ("45", 45.0), ("90", 90.0))
    ),
    *(
        Perturbation("crop", level, f"{keep:.0%} of the side, anywhere", partial(crop, keep=keep))
        for level, keep in (("mild", 0.9), ("medium", 0.75), ("strong", 0.6))
    ),
    *(
        Perturbation("ink", level, f"{strokes} strokes of a skin marker", partial(ink, strokes=strokes))
        for level, strokes in (("mild", 2), ("strong", 6))
    ),
    *(
        Perturbation("ruler", level, f"ticks and digits along {words}", partial(ruler, edges=edges))
        for level, words, edges in (("mild", "one edge", 1), ("strong", "two edges", 2))
    ),
    *(
        Perturbation("hair", level, f"{hairs} hairs", partial(hair, hairs=hairs))
        for level, hairs in (("mild", 8), ("medium", 25), ("strong", 60))
    ),
    *(
        Perturbation(
            "vignette",
            level,
            f"{dark:.0%} of the light beyond {radius:.0%} of the short side from the centre",
            partial(vignette, radius=radius, dark=dark),
        )
        for level, radius, dark in (("mild", 0.48, 0.45), ("strong", 0.42, 0.0))
    ),
)
"""Every perturbation, kind by kind, from mild to strong."""
