"""Marks that lie on photos of skin, drawn by code: a surgeon's ink, a ruler, hair.

Lengths are shares of the photo's short side. What lies at a border is drawn at that of the centred square.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Points = NDArray[np.floating]  # [P, 2]; x and y
FINER = 2  # strokes are drawn so much larger and reduced, since ImageDraw does not antialias


def ink(image: Image.Image, rng: np.random.Generator, strokes: int) -> Image.Image:
    """Draw strokes of a purple skin marker near the border of the square, towards the lesion or around it."""
    mask, pen, side = _canvas(image)
    for angle in rng.uniform(0, 2 * math.pi) + 2 * math.pi * np.arange(strokes) / strokes:
        place = angle + rng.normal(0, 0.15)
        # Points of the square's border, drawn in a little.
        reach = rng.uniform(0.80, 0.95) * 0.5 / max(abs(math.cos(place)), abs(math.sin(place)))
        start = np.array([math.cos(place), math.sin(place)]) * reach
        heading = place + (math.pi if rng.random() < 0.5 else math.pi / 2) + rng.normal(0, 0.3)
        points = _curve(start, heading, rng.uniform(0.08, 0.16), rng.normal(0, 0.5))
        _stroke(pen, _placed(points, mask, side), [rng.uniform(0.018, 0.032) * side] * len(points))
    return _painted(image, mask, (86, 40, 134), 0.72, 0.004)


def ruler(image: Image.Image, rng: np.random.Generator, edges: int) -> Image.Image:
    """Print ticks and digits along so many edges of the square, as the scale of a dermatoscope has them."""
    mask, _, side = _canvas(image)
    first = int(rng.integers(4))
    for edge in range(edges):
        scale = _scale(round(side), rng)
        turned = scale.rotate(90 * (first + edge))
        corner = ((mask.width - turned.width) // 2, (mask.height - turned.height) // 2)
        there = Image.new("L", mask.size)
        there.paste(turned, corner)
        mask = ImageChops.lighter(mask, there)
    return _painted(image, mask, (28, 26, 30), 0.85)


def hair(image: Image.Image, rng: np.random.Generator, hairs: int) -> Image.Image:
    """Lay thin, dark, curved hairs over the photo, most of them combed one way."""
    mask, pen, side = _canvas(image)
    combed = rng.uniform(0, 2 * math.pi)
    for _ in range(hairs):
        start, heading = rng.uniform(-0.65, 0.65, 2), combed + rng.normal(0, 0.45)
        points = _curve(start, heading, rng.uniform(0.3, 0.9), rng.normal(0, 0.7))
        thick = rng.uniform(0.004, 0.009) * side
        _stroke(pen, _placed(points, mask, side), np.linspace(thick, 0.4 * thick, len(points)).tolist())
    return _painted(image, mask, (38, 26, 20), 0.9)


def _canvas(image: Image.Image) -> tuple[Image.Image, ImageDraw.ImageDraw, float]:
    """An empty mask of the photo, finer than it; a pen for it; and the short side in its pixels."""
    mask = Image.new("L", (image.width * FINER, image.height * FINER))
    return mask, ImageDraw.Draw(mask), float(min(mask.size))


def _curve(start: Points, heading: float, length: float, bend: float, steps: int = 24) -> Points:
    """Points [steps, 2] of a curve that turns by ``bend`` radians along its length."""
    angles = heading + bend * np.linspace(0, 1, steps)
    return start + np.cumsum(np.stack([np.cos(angles), np.sin(angles)], 1), 0) * (length / steps)


def _placed(points: Points, mask: Image.Image, side: float) -> Points:
    """From shares of the short side about the centre to pixels of the mask."""
    return points * side + np.array(mask.size) / 2


def _stroke(pen: ImageDraw.ImageDraw, points: Points, widths: list[float]) -> None:
    for near, far, width in zip(points, points[1:], widths, strict=False):
        pen.line([*near, *far], fill=255, width=max(1, round(width)))
        radius = width / 2
        if radius > 1:
            pen.ellipse([*(far - radius), *(far + radius)], fill=255)


def _scale(side: int, rng: np.random.Generator) -> Image.Image:
    """A square mask with ticks and digits at its lower edge."""
    mask = Image.new("L", (side, side))
    pen, font = ImageDraw.Draw(mask), ImageFont.load_default(0.05 * side)
    gap, first = rng.uniform(0.028, 0.04) * side, int(rng.integers(3, 15))
    for number in range(int(side / gap)):
        x, long = (number + 0.5) * gap, number % 5 == 0
        pen.line([x, side, x, side - (0.055 if long else 0.03) * side], fill=255, width=max(1, side // 150))
        if number % 10 == 0:
            pen.text((x, side - 0.06 * side), str(first + number // 10), fill=255, font=font, anchor="ms")
    return mask


def _painted(
    image: Image.Image, mask: Image.Image, colour: Colour, opacity: float, soft: float = 0.0
) -> Image.Image:
    """The photo with ``colour`` laid over it where the finer mask is; marks darken skin, as pigment does."""
    cover = mask.resize(image.size, Image.Resampling.BOX)
    if soft:
        cover = cover.filter(ImageFilter.GaussianBlur(soft * min(image.size)))
    inked = ImageChops.darker(Image.new("RGB", image.size, colour), image)
    return Image.composite(inked, image, cover.point([round(opacity * value) for value in range(256)]))
