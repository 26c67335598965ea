"""A map drawn over its picture: red for what speaks for the target, blue for what speaks against."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion.explain.query import Explained

__all__ = ["LEGEND", "overlay_png"]

LEGEND = {"for": ("#ffd65a", "#b00042"), "against": ("#9fd8ff", "#0b3c8c")}
"""The colours of the weakest and of the strongest evidence on either side, for those who draw a scale."""

OPAQUE = 215
"""Alpha of the strongest place, of 255: the picture below stays visible."""
OUTLINE = (255, 255, 255, 150)
MIDDLE = 128
"""Entry of the palette for no evidence; those above speak for the target, those below against it."""
CUT = 99.5
"""Places above this percentile are drawn as strong as it: one extreme pixel must not fade all others."""


def overlay_png(explained: Explained, size: int) -> bytes:
    """Return a transparent PNG of ``size`` x ``size`` pixels over the centred square that was explained."""
    strengths = np.abs(explained.map)
    strongest = float(np.percentile(strengths, CUT)) or float(strengths.max()) or 1.0
    values = MIDDLE + np.rint(np.clip(explained.map / strongest, -1, 1) * (MIDDLE - 1))
    picture = Image.fromarray(values.astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC)
    indices = np.maximum(np.asarray(picture), 1)
    if explained.outlines is not None:
        indices[_enlarged(explained.outlines, size)] = 0
    drawn = Image.fromarray(indices)
    drawn.putpalette(_PALETTE, "RGBA")
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()


def _enlarged(outlines: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    picture = Image.fromarray(outlines).resize((size, size), Image.Resampling.NEAREST)
    return np.asarray(picture, dtype=bool)


def _side(name: str) -> NDArray[np.float64]:
    """Return the RGBA colours of one side, [127, 4], from clear to nearly opaque."""
    weak, strong = ([*bytes.fromhex(colour[1:])] for colour in LEGEND[name])
    strength = np.linspace(0, 1, MIDDLE - 1)[:, None]
    clear, opaque = np.array([*weak, 0.0]), np.array([*strong, float(OPAQUE)])
    return np.asarray(clear + (opaque - clear) * strength)


def _palette() -> bytes:
    """Return 256 RGBA colours: the outline's, against from strong to weak, none, for from weak to strong."""
    colours = np.concatenate([[OUTLINE], _side("against")[::-1], [(0, 0, 0, 0)], _side("for")])
    return bytes(colours.round().astype(np.uint8).tobytes())


_PALETTE = _palette()
