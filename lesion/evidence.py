"""Where the evidence lies: the class evidence maps of one forward pass, combined and drawn.

A map shows which locations moved the score; it is not the lesion's border.
"""

from __future__ import annotations

import io
from base64 import b64encode

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion.manifest import Manifest

HEATMAP_SIZE = 224
FULL_STRENGTH = 2.0
"""Logits above the threshold's that are drawn at full strength, where nothing in the picture is stronger."""

_TINY = float(np.finfo(np.float64).tiny)
_LOW = np.array([255.0, 214.0, 90.0])
_HIGH = np.array([176.0, 0.0, 66.0])
_MAX_ALPHA = 215.0


def malignant_evidence(
    cam: NDArray[np.float32], class_probabilities: NDArray[np.float64], manifest: Manifest, threshold: float
) -> NDArray[np.float64]:
    """Return the evidence for the verdict malignant at each location [h, w], in calibrated logits.

    Its mean over the locations is the margin of the verdict, log-odds(p) - log-odds(threshold): a picture
    that is called malignant has places that speak for it, and those above zero are drawn.

    How it varies over the locations comes from the class maps [C, h, w]. The derivative of the log-odds,
    log sum exp(z_malignant) - log sum exp(z_benign), by a class's logit z is that class's share of its own
    side; the maps are added with these shares, positive for malignant classes and negative for benign ones.
    With two classes this is exact, with more it is exact to first order.
    """
    malignant = np.isin(np.arange(len(manifest.classes)), manifest.malignant_columns)
    weights = np.where(malignant, class_probabilities, -class_probabilities)
    for side in (malignant, ~malignant):
        weights[side] /= max(class_probabilities[side].sum(), _TINY)
    variation = np.tensordot(weights, cam, axes=1) / manifest.temperature
    margin = _log_odds(class_probabilities[malignant].sum()) - _log_odds(threshold)
    return np.asarray(variation - variation.mean() + margin)


def heatmap_png(evidence: NDArray[np.floating], size: int = HEATMAP_SIZE) -> bytes:
    """Draw the positive part of a map [h, w] as a transparent PNG of ``size`` x ``size`` pixels.

    The picture covers the centred square that the network saw. The strongest location is deep red and
    nearly opaque, unless it is weaker than :data:`FULL_STRENGTH`: then it is drawn as weak as it is. A map
    without positive evidence is wholly transparent.
    """
    positive = np.clip(np.asarray(evidence, dtype=np.float32), 0, None)
    scaled = positive / max(float(positive.max()), FULL_STRENGTH)
    smooth = Image.fromarray(scaled).resize((size, size), Image.Resampling.BICUBIC)
    strength = np.clip(np.asarray(smooth), 0, 1)[..., None]
    colour = _LOW + (_HIGH - _LOW) * strength
    pixels = np.concatenate([colour, _MAX_ALPHA * strength], axis=2).round().astype(np.uint8)
    buffer = io.BytesIO()
    # 32 colours are enough for a smooth field and make the answer several times smaller.
    Image.fromarray(pixels).quantize(32, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()


def data_url(png: bytes) -> str:
    """Return a PNG as a data URL."""
    return "data:image/png;base64," + b64encode(png).decode("ascii")


def _log_odds(share: float) -> float:
    """Return log(share / (1 - share)), finite for shares of 0 and 1 too."""
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.log(inside / (1 - inside)))
