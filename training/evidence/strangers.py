"""Pictures that show no lesion, or a spoilt one: what a model of lesions should refuse to judge.

Photographs are those that installed packages carry; all else is drawn, each picture by a seed of its own. So
nothing is fetched, and the same release gives the same pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from lesion import drawings
from lesion.decode import decode
from lesion.preprocess import square
from training.dataset.cache import TRAINING_LIMITS
from training.dataset.trained_ids import hashed

SIDE = 448
"""Side in pixels of what is drawn, and of lesions before they are spoilt."""
DRAWN = 30
"""Pictures of a kind that is drawn."""
SPOILT = 100
"""Lesions that are spoilt, of those at hand."""
BLUR = 0.04
"""Standard deviation of the blur as a share of the side: twice the strongest of the robustness tests."""
SMALLEST = 96
"""Least side in pixels of a quarter of a photograph."""

PACKAGES = {"skimage": "data", "sklearn": "datasets/images", "matplotlib": "mpl-data/sample_data"}
PHOTOS = {
    "photo": (
        *("skimage/astronaut.png", "skimage/camera.png", "skimage/chelsea.png", "skimage/clock_motion.png"),
        *("skimage/coffee.png", "skimage/coins.png", "skimage/hubble_deep_field.jpg", "skimage/moon.png"),
        *("skimage/motorcycle_left.png", "skimage/rocket.jpg", "sklearn/china.jpg", "sklearn/flower.jpg"),
        *("matplotlib/grace_hopper.jpg", "matplotlib/Minduka_Present_Blue_Pack.png"),
    ),
    "medical": (
        *("skimage/cell.png", "skimage/ihc.png", "skimage/retina.jpg", "skimage/microaneurysms.png"),
    ),
    "texture": ("skimage/brick.png", "skimage/grass.png", "skimage/gravel.png"),
    "document": ("skimage/page.png", "skimage/text.png"),
}
SKINS = ((240, 196, 173), (232, 184, 153), (219, 166, 133), (189, 135, 105), (148, 102, 77), (92, 61, 46))
"""Red, green and blue of skin from light to dark."""


class Picture(NamedTuple):
    """One stranger, RGB; pictures with one ``source`` are parts or forms of one."""

    source: str
    image: Image.Image


Maker = Callable[[pd.DataFrame], Iterator[Picture]]


def strangers(kind: str, lesions: pd.DataFrame) -> Iterator[Picture]:
    """Yield the pictures of a kind of :data:`KINDS`; those that are spoilt are photos of ``lesions``."""
    return MAKERS[kind](lesions)


def _photos(kind: str) -> Iterator[Picture]:
    """Yield each photograph of a kind whole, and its quarters where they are large enough."""
    for name in PHOTOS[kind]:
        package, _, file = name.partition("/")
        with (files(package) / PACKAGES[package] / file).open("rb") as stream:
            image = _on_white(Image.open(stream))
        half = image.width // 2, image.height // 2
        corners = [(x, y) for y in (0, half[1]) for x in (0, half[0])] if min(half) >= SMALLEST else []
        yield Picture(name, image)
        for x, y in corners:
            yield Picture(name, image.crop((x, y, x + half[0], y + half[1])))


def _documents(_: pd.DataFrame) -> Iterator[Picture]:
    yield from _photos("document")
    for seed in range(DRAWN):
        yield Picture(f"page {seed}", _page(np.random.default_rng(seed)))


def _page(rng: np.random.Generator) -> Image.Image:
    """Draw a page of words on paper that is nearly white."""
    page = Image.new("RGB", (SIDE, SIDE), tuple(rng.integers(225, 256, 3).tolist()))
    pen, size = ImageDraw.Draw(page), int(rng.integers(10, 30))
    font = ImageFont.load_default(size)
    for y in range(20, SIDE - size, int(1.4 * size)):
        words = ["".join(map(chr, rng.integers(97, 123, rng.integers(2, 10)))) for _ in range(12)]
        pen.text((20, y), " ".join(words), fill=(20, 20, 30), font=font)
    return page


def _noise(_: pd.DataFrame) -> Iterator[Picture]:
    """Yield noise from the finest, pixel by pixel, to blots of a sixteenth of the side."""
    for seed in range(DRAWN):
        rng = np.random.default_rng(seed)
        cells = SIDE // (1, 2, 4, 8, 28)[seed % 5]
        coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        yield Picture(f"noise {seed}", coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def _plain(_: pd.DataFrame) -> Iterator[Picture]:
    """Yield one colour of skin each, in a light that falls off to a side, with a camera's noise."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    for seed in range(DRAWN):
        rng = np.random.default_rng(seed)
        colour = np.array(SKINS[seed % len(SKINS)]) * rng.uniform(0.9, 1.05)
        across, down = rng.normal(0, 0.05, 2)
        light = colour * (1 + across * x + down * y)[..., None] + rng.normal(0, 2, (SIDE, SIDE, 1))
        yield Picture(f"skin {seed}", Image.fromarray(light.clip(0, 255).astype(np.uint8)))


def _drawings(_: pd.DataFrame) -> Iterator[Picture]:
    yield from map(_drawing, range(DRAWN))


@cache
def _drawing(seed: int) -> Picture:
    """Draw a lesion, but once: it takes longer than all other kinds together."""
    kind = drawings.KINDS[seed % len(drawings.KINDS)]
    return Picture(f"{kind} {seed}", drawings.drawing(kind, seed))


def _spoilt(lesions: pd.DataFrame, spoil: Callable[[Image.Image], Image.Image]) -> Iterator[Picture]:
    """Yield :data:`SPOILT` of the lesions, drawn by their ids, each spoilt."""
    drawn = lesions["image_id"].map(lambda name: hashed(str(name))).sort_values().index[:SPOILT]
    for image_id, path in lesions.loc[drawn, ["image_id", "path"]].itertuples(index=False):
        photo = square(decode(Path(path).read_bytes(), TRAINING_LIMITS), SIDE)
        yield Picture(str(image_id), spoil(photo))


def _on_white(image: Image.Image) -> Image.Image:
    """Return an image of any mode as RGB, what is clear in it white."""
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


MAKERS: dict[str, Maker] = {
    "photo": lambda _: _photos("photo"),
    "medical": lambda _: _photos("medical"),
    "texture": lambda _: _photos("texture"),
    "document": _documents,
    "noise": _noise,
    "plain": _plain,
    "drawing": _drawings,
    "blurred": lambda lesions: _spoilt(
        lesions, lambda photo: photo.filter(ImageFilter.GaussianBlur(BLUR * SIDE))
    ),
    "inverted": lambda lesions: _spoilt(lesions, ImageOps.invert),
}

KINDS: dict[str, str] = {
    "photo": "photographs of people, animals and things, each whole and in quarters",
    "medical": "stained tissue, cells and a retina, each whole and in quarters",
    "texture": "brick, grass and gravel, each whole and in quarters",
    "document": "pages of print, scanned and drawn",
    "noise": "random noise, fine to coarse",
    "plain": "colours of skin without anything on it",
    "drawing": "this project's drawings of lesions",
    "blurred": f"test lesions, blurred by {BLUR:.0%} of the side",
    "inverted": "test lesions in inverted colours",
}
"""The kinds of strangers, and what they are."""
