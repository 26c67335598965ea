"""A map drawn over its picture: red for what speaks for the target, blue for what speaks against."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion.evidence import FOR, shades
from lesion.explain.methods import METHODS
from lesion.explain.query import Explained

__all__ = ["LEGEND", "overlay_png"]

LEGEND = {"for": FOR, "against": ("#9fd8ff", "#0b3c8c")}
"""The colours of the weakest and of the strongest evidence on either side, for those who draw a scale."""

OUTLINE = (255, 255, 255, 150)
MIDDLE = 128
"""Entry of the palette for no evidence; those above speak for the target, those below against it."""
CUT = 99.5
"""Places above this percentile are drawn as strong as it: one extreme pixel must not fade all others."""
FAINT = 0.1
"""Log-odds drawn at full strength where nothing is stronger: they move a probability of one half by 2.5 %."""


def overlay_png(explained: Explained, size: int) -> bytes:
    """Return a transparent PNG of ``size`` x ``size`` pixels over the centred square that was explained.

    A map in log-odds that is weaker than :data:`FAINT` everywhere is drawn as weak as it is.
    """
    values = MIDDLE + np.rint(np.clip(explained.map / _full(explained), -1, 1) * (MIDDLE - 1))
    picture = Image.fromarray(values.astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC)
    indices = np.maximum(np.asarray(picture), 1)
    if explained.outlines is not None:
        indices[_enlarged(explained.outlines, size)] = 0
    drawn = Image.fromarray(indices)
    drawn.putpalette(_PALETTE, "RGBA")
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()


def _full(explained: Explained) -> float:
    """Return the strength, as a share of the strongest place's, that is drawn in the strongest colour."""
    strengths = np.abs(explained.map)
    full = float(np.percentile(strengths, CUT)) or float(strengths.max()) or 1.0
    if METHODS[explained.method].in_log_odds:
        full = max(full, FAINT / (float(explained.diagnostics["strongest"]) or 1.0))
    return full


def _enlarged(outlines: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    picture = Image.fromarray(outlines).resize((size, size), Image.Resampling.NEAREST)
    return np.asarray(picture, dtype=bool)


def _palette() -> bytes:
    """Return 256 RGBA colours: the outline's, against from strong to weak, none, for from weak to strong."""
    against, speaks_for = (shades(LEGEND[side], MIDDLE - 1) for side in ("against", "for"))
    colours = np.concatenate([[OUTLINE], against[::-1], [(0, 0, 0, 0)], speaks_for])
    return bytes(colours.round().astype(np.uint8).tobytes())


_PALETTE = _palette()
