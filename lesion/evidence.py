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
_LOW = np.array([255.0, 214.0, 90.0])
_HIGH = np.array([176.0, 0.0, 66.0])
_MAX_ALPHA = 215.0


def malignant_evidence(
    cam: NDArray[np.float32], class_probabilities: NDArray[np.float64], manifest: Manifest
) -> NDArray[np.float64]:
    """Return the evidence for malignancy at each location [h, w], in logits; positive speaks for it.

    The score is the log-odds of malignancy, log Σ exp(z_malignant) - log Σ exp(z_benign). Its derivative
    by a class's logit is that class's share of its own side, so the maps [C, h, w] are added with these
    shares, positive for malignant classes and negative for benign ones. With two classes this is exact.
    """
    malignant = np.isin(np.arange(len(manifest.classes)), manifest.malignant_columns)
    weights = np.where(malignant, class_probabilities, -class_probabilities)
    for side in (malignant, ~malignant):
        weights[side] /= max(class_probabilities[side].sum(), np.finfo(float).tiny)
    return np.asarray(np.tensordot(weights, cam, axes=1))


def heatmap_png(evidence: NDArray[np.floating], size: int = HEATMAP_SIZE) -> bytes:
    """Draw the positive part of a map [h, w] as a transparent PNG of ``size`` x ``size`` pixels.

    The strongest location is deep red and nearly opaque, none is transparent; the picture covers the
    centred square that the network saw. A map without positive evidence is wholly transparent.
    """
    positive = np.clip(np.asarray(evidence, dtype=np.float32), 0, None)
    peak = float(positive.max())
    scaled = positive / peak if peak > 0 else positive
    smooth = Image.fromarray(scaled, mode="F").resize((size, size), Image.Resampling.BICUBIC)
    strength = np.clip(np.asarray(smooth), 0, 1)[..., None]
    colour = _LOW + (_HIGH - _LOW) * strength
    pixels = np.concatenate([colour, _MAX_ALPHA * strength], axis=2).round().astype(np.uint8)
    buffer = io.BytesIO()
    # 32 colours are enough for a smooth field and make the answer several times smaller.
    Image.fromarray(pixels, mode="RGBA").quantize(32, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()


def data_url(png: bytes) -> str:
    """Return a PNG as a data URL."""
    return "data:image/png;base64," + b64encode(png).decode("ascii")
