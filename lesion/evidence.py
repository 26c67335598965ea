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

HEATMAP_SIZE = 64
"""Side of the picture in pixels: enough for a map of a few locations, which browsers enlarge smoothly."""
FULL_STRENGTH = 2.0
"""Logits above the threshold's that are drawn at full strength, where nothing in the picture is stronger."""

_TINY = float(np.finfo(np.float64).tiny)


def _palette() -> bytes:
    """Return 256 RGBA colours: from clear amber for no evidence to nearly opaque deep red."""
    strength = np.linspace(0, 1, 256)[:, None]
    low, high = np.array([255, 214, 90, 0]), np.array([176, 0, 66, 215])
    return bytes((low + (high - low) * strength).round().astype(np.uint8).tobytes())


_PALETTE = _palette()


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
    probability = float(class_probabilities[columns].sum())
    weights = class_probabilities / -max(1 - probability, _TINY)
    weights[columns] = class_probabilities[columns] / max(probability, _TINY)
    classes, height, width = cam.shape
    variation = (weights / temperature) @ cam.reshape(classes, height * width)
    variation += _log_odds(probability) - _log_odds(threshold) - variation.mean()
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
