"""The quality gate: whether a picture is sharp and contrasty enough to be judged at all; not a prediction.

Both measures are taken from the centred square at one fixed size, so that they do not depend on the
resolution of the upload, and tell about the very pixels that the network sees.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lesion.advice import retake
from lesion.preprocess import square

__all__ = ["CHOSEN", "WORKING_SIZE", "Quality", "QualityThresholds", "assess", "contrast", "sharpness"]

WORKING_SIZE = 224
"""Side in pixels of the square on which quality is measured."""


class QualityThresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The least `sharpness` and `contrast` of a picture that can be judged."""

    sharpness: float
    contrast: float


CHOSEN = QualityThresholds(sharpness=8.0, contrast=0.12)
"""Chosen from docs/benchmarks/quality-gate.md (made by benchmarks/quality_gate.py).

The published 15 and 0.15 refuse more than one real photo in a hundred, these hardly any.
"""


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the gate found; `advice` says what to do where `ok` is false, and is None otherwise."""

    ok: bool
    sharpness: float
    contrast: float
    advice: str | None


def assess(image: Image.Image, thresholds: QualityThresholds = CHOSEN) -> Quality:
    """Measure an RGB image of any size against the thresholds; a measure equal to its threshold passes."""
    grey = np.asarray(square(image, WORKING_SIZE).convert("L"))
    measured_sharpness, measured_contrast = sharpness(grey), contrast(grey)
    blurred, flat = measured_sharpness < thresholds.sharpness, measured_contrast < thresholds.contrast
    return Quality(
        ok=not (blurred or flat),
        sharpness=round(measured_sharpness, 2),
        contrast=round(measured_contrast, 4),
        advice=retake(blurred=blurred, flat=flat),
    )


def sharpness(grey: NDArray[np.uint8]) -> float:
    """Return the variance of the Laplacian of a grey image [H, W] of 8 bits; zero for a flat one.

    The Laplacian is that of four neighbours with mirrored borders, OpenCV's `Laplacian(grey, CV_64F)`; its
    variance as a measure of focus is J. L. Pech-Pacheco et al., ICPR 2000.
    """
    padded = np.pad(grey.astype(np.int16), 1, mode="reflect")
    neighbours = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return float(np.var(neighbours - 4 * padded[1:-1, 1:-1], dtype=np.float64))


def contrast(grey: NDArray[np.uint8]) -> float:
    """Return the share of the 8-bit range between the 1st and 99th percentile of a grey image, 0..1.

    This is the largest `fraction_threshold` at which scikit-image's `is_low_contrast` still lets it pass.
    """
    low, high = np.percentile(grey, [1, 99])
    return float((high - low) / 255)
