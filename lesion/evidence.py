"""Where the evidence lies: the class evidence maps of one forward pass, combined and drawn.

A map shows which locations moved the score; it is not the lesion's border.
"""

from __future__ import annotations

import io
import math
from base64 import b64encode

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion.manifest import Manifest

FOR = ("#ffd65a", "#b00042")
"""The colours of the weakest and of the strongest evidence, wherever evidence is drawn."""
OPAQUE = 215
"""Alpha of the strongest place, of 255: the picture below stays visible."""
HEATMAP_SIZE = 64
"""Side of the picture in pixels: enough for a map of a few locations, which browsers enlarge smoothly."""
FULL_STRENGTH = 2.0
"""Logits above the threshold's that are drawn at full strength, where nothing in the picture is stronger."""

_TINY = float(np.finfo(np.float64).tiny)


def shades(ends: tuple[str, str], count: int) -> NDArray[np.float64]:
    """Return RGBA colours [count, 4] in 0..255: from the first of ``ends``, clear, to the second, opaque."""
    weak, strong = ([*bytes.fromhex(colour[1:])] for colour in ends)
    clear, opaque = np.array([*weak, 0.0]), np.array([*strong, float(OPAQUE)])
    return np.asarray(clear + (opaque - clear) * np.linspace(0, 1, count)[:, None])


_PALETTE = shades(FOR, 256).round().astype(np.uint8).tobytes()


def malignant_evidence(
    cam: NDArray[np.float32], class_probabilities: NDArray[np.float64], manifest: Manifest, threshold: float
) -> NDArray[np.float64]:
    """Return the evidence for the verdict malignant at each location [h, w], in calibrated logits.

    Its mean over the locations is the margin of the verdict, log-odds(p) - log-odds(threshold): a picture
    that is called malignant has places that speak for it, and those above zero are drawn.
    """
    columns = manifest.malignant_columns
    return target_evidence(cam, class_probabilities, columns, manifest.temperature, threshold)


def target_evidence(
    cam: NDArray[np.float32],
    class_probabilities: NDArray[np.float64],
    columns: list[int],
    temperature: float,
    threshold: float,
) -> NDArray[np.float64]:
    """Return the evidence at each location [h, w] for the classes in ``columns`` against all others.

    Its mean over the locations is log-odds(p) - log-odds(threshold) of the target's probability p.

    How it varies over the locations comes from the class maps [C, h, w]. The derivative of the log-odds,
    log sum exp(z_target) - log sum exp(z_others), by a class's logit z is that class's share of its own
    side; the maps are added with these shares, positive for the target's classes and negative for others.
    With two classes this is exact, with more it is exact to first order.
    """
    shares = class_probabilities
    # Each side by its own sum: one less the other would lose all digits of a small one.
    inside = max(float(shares[columns].sum()), _TINY)
    outside = max(float(np.delete(shares, columns).sum()), _TINY)
    weights = -shares / outside
    weights[columns] = shares[columns] / inside
    classes, height, width = cam.shape
    variation = (weights / temperature) @ cam.reshape(classes, height * width)
    margin = math.log(inside / outside) - _log_odds(threshold)
    variation += margin - variation.mean()
    return np.asarray(variation).reshape(height, width)


def heatmap_png(evidence: NDArray[np.floating], size: int = HEATMAP_SIZE) -> bytes:
    """Draw the positive part of a map [h, w] as a transparent PNG of ``size`` x ``size`` pixels.

    The picture covers the centred square that the network saw. The strongest location is deep red and
    nearly opaque, unless it is weaker than :data:`FULL_STRENGTH`: then it is drawn as weak as it is. A map
    without positive evidence is wholly transparent.
    """
    positive = np.maximum(evidence, 0)
    strength = (positive * (255 / max(float(positive.max()), FULL_STRENGTH))).astype(np.uint8)
    picture = Image.fromarray(strength).resize((size, size), Image.Resampling.BICUBIC)
    picture.putpalette(_PALETTE, "RGBA")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def data_url(png: bytes) -> str:
    """Return a PNG as a data URL."""
    return "data:image/png;base64," + b64encode(png).decode("ascii")


def _log_odds(share: float) -> float:
    """Return log(share / (1 - share)), finite for shares of 0 and 1 too."""
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return math.log(inside / (1 - inside))
