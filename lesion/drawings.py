"""Drawings of skin lesions made by code alone: for the gallery where no photo is at hand, and for tests.

A drawing is a function of its kind, seed and size, and shows nobody. Skin and pigment are painted as light
that passes through absorbing layers (Beer and Lambert): each pigment takes a share of red, green and blue
that grows with its depth, which gives the browns, greys and reds of dermoscopy without a palette.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

__all__ = ["KINDS", "drawing"]

Field = NDArray[np.float32]  # [H, W]; one value a pixel
Colour = tuple[float, float, float]

_BROWN: Colour = (0.42, 0.95, 1.35)
_BLACK: Colour = (1.55, 1.60, 1.50)
_BLUE: Colour = (1.10, 0.62, 0.28)
_RED: Colour = (0.16, 0.95, 0.92)
_SKINS: tuple[Colour, ...] = (
    (0.94, 0.77, 0.68),
    (0.91, 0.72, 0.60),
    (0.86, 0.65, 0.52),
    (0.74, 0.53, 0.41),
    (0.58, 0.40, 0.30),
)


class _Style(msgspec.Struct, frozen=True, kw_only=True):
    """How one kind looks; amounts are depths of pigment, lengths are shares of half the shorter side."""

    radius: float = 0.48
    irregularity: float = 0.06
    edge: float = 0.16
    brown: float = 0.75
    patches: float = 0.25
    network: float = 0.0
    globules: float = 0.0
    black: float = 0.0
    blue: float = 0.0
    red: float = 0.08
    cysts: float = 0.0
    hairs: int = 3
    skins: tuple[Colour, ...] = _SKINS


_STYLES = {
    "regular": _Style(network=0.55),
    "irregular": _Style(
        radius=0.56, irregularity=0.26, edge=0.09, patches=0.6, network=0.4, globules=0.5, black=1.1, blue=0.9
    ),
    "pale": _Style(
        radius=0.5, irregularity=0.12, edge=0.3, brown=0.18, patches=0.4, red=0.14, skins=_SKINS[:2]
    ),
    "hairy": _Style(radius=0.44, network=0.3, globules=0.35, hairs=26, skins=_SKINS[:3]),
    "warty": _Style(
        radius=0.58, irregularity=0.10, edge=0.05, brown=0.7, patches=0.4, globules=0.2, cysts=1.0
    ),
    "red": _Style(
        radius=0.42, irregularity=0.09, edge=0.08, brown=0.08, red=0.6, globules=0.8, skins=_SKINS[:3]
    ),
}

KINDS: tuple[str, ...] = tuple(_STYLES)
"""The kinds of drawing there are."""


def drawing(kind: str, seed: int, size: tuple[int, int] = (600, 450)) -> Image.Image:
    """Return the drawing of a `kind` of `KINDS`, mode RGB; `size` is (width, height), each at least 32.

    The same arguments give the same picture. Raises ValueError for an unknown kind or too small a size.
    """
    if kind not in _STYLES:
        raise ValueError(f"there is no drawing of kind {kind!r}; there are {', '.join(KINDS)}")
    if min(size) < 32:
        raise ValueError(f"a drawing needs 32 pixels on either side, not {size[0]} by {size[1]}")
    return _Canvas(_STYLES[kind], np.random.default_rng([KINDS.index(kind), seed]), size).paint()


class _Canvas:
    """One drawing in the making: coordinates in shares of half the shorter side, and its random numbers."""

    def __init__(self, style: _Style, random: np.random.Generator, size: tuple[int, int]) -> None:
        self.style, self.random, self.size = style, random, size
        width, height = size
        self.unit = min(size) / 2
        x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / np.float32(self.unit)
        y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / np.float32(self.unit)
        self.x, self.y = np.meshgrid(x, y)

    def paint(self) -> Image.Image:
        light = self._with_hairs(self._skin() * self._passed())
        light = self._with_gel(light) * self._vignette()[..., None]
        light += self.random.normal(0, 0.006, light.shape[:2]).astype(np.float32)[..., None]
        return Image.fromarray((np.clip(light, 0, 1) * 255 + 0.5).astype(np.uint8))

    # Layers, from the deepest to the nearest.

    def _skin(self) -> NDArray[np.float32]:
        """Return skin as light [H, W, 3]: a tone, slow variation in lightness and redness, fine lines."""
        tone = np.array(self.style.skins[self.random.integers(len(self.style.skins))], np.float32)
        lightness = 1 + 0.05 * self._noise(0.9) + 0.025 * self._noise(0.12)
        redness = 0.03 * self._noise(0.5)
        _, gap, _ = self._cells(0.075)
        lines = 1 - 0.045 * _fall(gap, 0.0, 0.16)
        colour = tone * np.stack([1 + redness, 1 - redness, 1 - redness], axis=-1)
        return np.asarray(colour * (lightness * lines)[..., None], np.float32)

    def _passed(self) -> NDArray[np.float32]:
        """Return the share of light [H, W, 3] that the pigments let pass."""
        absorptions, depths = zip(*self._pigments(), strict=True)
        absorbed = np.einsum(
            "phw,pc->hwc", np.stack(depths).astype(np.float32), np.array(absorptions, np.float32)
        )
        return np.asarray(np.exp(-absorbed), np.float32)

    def _pigments(self) -> list[tuple[Colour, Field]]:
        """Return what each pigment absorbs, and its depth [H, W]."""
        style, inside, depth = self.style, *self._shape()
        _, gap, _ = self._cells(0.055)
        spot, _, chance = self._cells(0.085)
        slow = self._noise(0.28)
        net = _fall(gap, 0.02, 0.22) * inside * _rise(depth, -0.05, 0.1) * (1 - 0.6 * _rise(depth, 0.2, 0.7))
        dots = _fall(spot, 0.22, 0.38) * (chance < 0.45) * _rise(depth, 0.08, 0.2)
        brown = inside * (0.55 + 0.45 * _rise(depth, 0.0, 0.6) + style.patches * slow)
        black = _rise(self._noise(0.3) + 0.25 * self._noise(0.08), 0.1, 1.1) * _rise(depth, 0.02, 0.25)
        blue = _rise(self._noise(0.4), 0.0, 1.0) * _rise(depth, 0.1, 0.5)
        halo = np.exp(-np.square(np.minimum(depth, 0) / 0.22))
        pearls = _fall(spot, 0.10, 0.30) * (chance > 0.7) * inside * style.cysts
        dotted = _RED if style.red > style.brown else _BROWN
        return [
            (_BROWN, np.maximum(style.brown * brown - 0.55 * pearls, 0)),
            (_BROWN, style.network * net),
            (dotted, style.globules * dots * inside),
            (_BLACK, style.black * black),
            (_BLUE, style.blue * blue),
            (_RED, style.red * np.maximum(halo * (1 + 0.4 * slow), 0)),
        ]

    def _shape(self) -> tuple[Field, Field]:
        """Return how far each pixel belongs to the lesion (0..1), and how deep inside it lies (1: centre)."""
        style, random = self.style, self.random
        x, y = self.x - random.uniform(-0.08, 0.08), self.y - random.uniform(-0.08, 0.08)
        turn, stretch = random.uniform(0, math.pi), random.uniform(1.0, 1.22)
        along = (x * math.cos(turn) + y * math.sin(turn)) / math.sqrt(stretch)
        across = (y * math.cos(turn) - x * math.sin(turn)) * math.sqrt(stretch)
        angle = np.arctan2(across, along)
        border = np.ones_like(angle)
        for order in range(2, 8):
            swing = style.irregularity * random.uniform(0.4, 1.0) / order**0.9
            border += swing * np.cos(order * angle + random.uniform(0, 2 * math.pi))
        distance = np.hypot(along, across) / (style.radius * border)
        depth = 1 - distance + (0.03 + 0.25 * style.irregularity) * self._noise(0.14)
        return _rise(depth, -style.edge / 2, style.edge / 2), np.asarray(depth, np.float32)

    def _with_hairs(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay hairs over the skin, each a tapered curve with a soft shadow."""
        if not self.style.hairs:
            return light
        mask = self._hair_mask()
        shadow = mask.filter(ImageFilter.GaussianBlur(self.unit * 0.018))
        cover = np.asarray(mask, np.float32)[..., None] / 255
        dark = 1 - 0.30 * np.asarray(shadow, np.float32)[..., None] / 255
        hair = np.array((0.16, 0.10, 0.07), np.float32)
        return np.asarray(light * dark * (1 - 0.88 * cover) + hair * (0.88 * cover), np.float32)

    def _hair_mask(self) -> Image.Image:
        scale = 3  # drawn larger and reduced: ImageDraw does not antialias
        width, height = self.size
        mask = Image.new("L", (width * scale, height * scale))
        pen = ImageDraw.Draw(mask)
        for _ in range(self.style.hairs):
            start = self.random.uniform(-1.1, 1.1, 2) * (width / 2, height / 2) + (width / 2, height / 2)
            heading = self.random.normal(0.6, 0.5)
            length, bend = self.random.uniform(0.7, 1.7) * self.unit, self.random.normal(0, 0.5)
            thick = self.random.uniform(0.010, 0.018) * self.unit
            steps = np.linspace(0, 1, 40)
            angles = heading + bend * steps
            points = start + np.cumsum(np.stack([np.cos(angles), np.sin(angles)], 1), 0) * length / len(steps)
            for share, near, far in zip(steps, points, points[1:], strict=False):
                stroke = max(1, round(thick * scale * (1 - 0.75 * share)))
                pen.line([*(near * scale), *(far * scale)], fill=255, width=stroke)
        return mask.resize(self.size, Image.Resampling.BOX)

    def _with_gel(self, light: NDArray[np.float32]) -> NDArray[np.float32]:
        """Add the small bubbles of contact gel: a faint bright ring with a glint."""
        shine = np.zeros_like(self.x)
        for _ in range(int(self.random.integers(2, 7))):
            x, y = (
                self.random.uniform(self.x[0, 0], self.x[0, -1]),
                self.random.uniform(self.y[0, 0], self.y[-1, 0]),
            )
            radius = self.random.uniform(0.02, 0.06)
            rows = np.abs(self.y[:, 0] - y) < 2 * radius
            columns = np.abs(self.x[0] - x) < 2 * radius
            across, down = self.x[0, columns][None, :] - x, self.y[rows, 0][:, None] - y
            ring = np.exp(-np.square((np.hypot(across, down) - radius) / (0.12 * radius + 0.003)))
            glint = _fall(np.hypot(across + 0.4 * radius, down + 0.4 * radius), 0.0, 0.35 * radius)
            shine[np.ix_(rows, columns)] = 0.28 * ring + 0.6 * glint
        return np.asarray(light + (1 - light) * shine[..., None], np.float32)

    def _vignette(self) -> Field:
        reach = np.hypot(self.size[0], self.size[1]) / 2 / self.unit
        return np.asarray(1 - 0.38 * _rise(np.hypot(self.x, self.y) / reach, 0.45, 1.05), np.float32)

    # Textures.

    def _noise(self, scale: float) -> Field:
        """Return smooth noise [H, W], about -1..1, whose features are `scale` wide."""
        cell = max(scale * self.unit, 1.0)
        width, height = (math.ceil(side / cell) + 3 for side in self.size)
        grid = self.random.normal(0, 0.6, (height, width)).astype(np.float32)
        return self._enlarged(grid, (1.0, 1.0, 1.0 + self.size[0] / cell, 1.0 + self.size[1] / cell))

    def _enlarged(self, coarse: Field, box: tuple[float, float, float, float] | None = None) -> Field:
        resized = Image.fromarray(coarse).resize(self.size, Image.Resampling.BICUBIC, box=box)
        return np.asarray(resized, np.float32)

    def _cells(self, scale: float) -> tuple[Field, Field, Field]:
        """Return Worley's cellular texture [H, W] with cells `scale` wide.

        The distance to the nearest of scattered points, how much farther the second nearest is (nought on the
        borders between cells), both in cells, and a random number in 0..1 that each cell has of its own.
        """
        x, y = (
            self.x[::2, ::2] / scale,
            self.y[::2, ::2] / scale,
        )  # half the detail costs a quarter of the time
        column, row = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
        left, top = int(column.min()) - 1, int(row.min()) - 1
        shape = (int(row.max()) - top + 2, int(column.max()) - left + 2)
        points = self.random.uniform(0.1, 0.9, (3, *shape)).astype(np.float32)
        nearest = np.full(x.shape, 9, np.float32)
        second, chance = nearest.copy(), np.zeros_like(nearest)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                at = row + (down - top), column + (right - left)
                distance = np.hypot(column + right + points[0][at] - x, row + down + points[1][at] - y)
                second = np.minimum(second, np.maximum(distance, nearest))
                chance = np.where(distance < nearest, points[2][at], chance)
                nearest = np.minimum(nearest, distance)
        return self._enlarged(nearest), self._enlarged(second - nearest), self._enlarged(chance)


def _rise(values: Field, low: float, high: float) -> Field:
    """Return 0 below `low`, 1 above `high`, and a smooth step between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def _fall(values: Field, low: float, high: float) -> Field:
    return 1 - _rise(values, low, high)
