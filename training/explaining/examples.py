"""Example maps: what each method shows of this project's own drawings, as a small strip beside the bundle."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from lesion.classifier import Classifier
from lesion.drawings import drawing
from lesion.explain import explain, overlay_png
from lesion.preprocess import square
from training.evidence.reading import EXAMPLES

KINDS = ("irregular", "regular", "red")
SEED = 1
TILE = 88
"""Pixels along a side of each drawing in a strip."""
COLOURS = 64
"""Of a strip: enough for skin and two scales of colour, and a third of the bytes."""


def write_examples(classifier: Classifier, method: str, precision: str) -> None:
    """Write the strip of a method, and that of the drawings alone, into the classifier's bundle."""
    folder = classifier.bundle.path / EXAMPLES
    folder.mkdir(exist_ok=True)
    drawings = [drawing(kind, SEED) for kind in KINDS]
    overlays = [
        overlay_png(explain(classifier, picture, method=method, precision=precision), TILE)
        for picture in drawings
    ]
    plain = [square(picture, TILE) for picture in drawings]
    _write(plain, folder / "drawings.png")
    _write([_over(*both) for both in zip(plain, overlays, strict=True)], folder / f"{method}.png")


def _over(picture: Image.Image, overlay: bytes) -> Image.Image:
    ground = picture.convert("RGBA")
    ground.alpha_composite(Image.open(io.BytesIO(overlay)).convert("RGBA"))
    return ground.convert("RGB")


def _write(tiles: list[Image.Image], path: Path) -> None:
    strip = Image.new("RGB", (TILE * len(tiles), TILE))
    for place, tile in enumerate(tiles):
        strip.paste(tile, (TILE * place, 0))
    strip.quantize(COLOURS, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)
