from __future__ import annotations

import math
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from lesion.decode import decode
from lesion.drawings import KINDS, drawing
from lesion.preprocess import square
from lesion.quality import WORKING_SIZE, QualityThresholds, assess, contrast, sharpness


@cache
def greys() -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(5)
    drawn = [np.asarray(square(drawing(kind, 1), WORKING_SIZE).convert("L")) for kind in KINDS]
    ramp = np.tile(np.arange(0, 224, dtype=np.uint8), (224, 1))
    return [*drawn, ramp, ramp // 8, random.integers(0, 256, (97, 61), dtype=np.uint8)]


@pytest.mark.parametrize("index", range(9))
def test_contrast_is_the_threshold_at_which_scikit_image_lets_pass(index: int) -> None:
    exposure = pytest.importorskip("skimage.exposure")
    grey = greys()[index]
    measured = contrast(grey)
    assert not exposure.is_low_contrast(grey, fraction_threshold=measured)
    assert exposure.is_low_contrast(grey, fraction_threshold=math.nextafter(measured, 2) + 1e-12)


@pytest.mark.parametrize("index", range(9))
def test_sharpness_is_the_variance_of_the_laplacian(index: int) -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    grey = greys()[index]
    # "mirror" is OpenCV's default border: the edge pixel is not repeated.
    expected = ndimage.laplace(grey.astype(float), mode="mirror").var()
    assert sharpness(grey) == pytest.approx(expected, rel=1e-12)


def test_a_flat_image_has_neither_sharpness_nor_contrast() -> None:
    quality = assess(Image.new("RGB", (300, 200), (180, 140, 120)))
    assert (quality.ok, quality.sharpness, quality.contrast) == (False, 0, 0)


def test_advice_says_what_is_wrong_and_what_to_do() -> None:
    image = drawing("irregular", 1)
    good = assess(image, QualityThresholds(sharpness=0, contrast=0))
    blurred = assess(image, QualityThresholds(sharpness=1e9, contrast=0))
    flat = assess(image, QualityThresholds(sharpness=0, contrast=1.1))
    both = assess(image, QualityThresholds(sharpness=1e9, contrast=1.1))
    assert (good.ok, good.advice) == (True, None)
    assert (blurred.ok, flat.ok, both.ok) == (False, False, False)
    assert blurred.advice == (
        "Please retake your image: it is blurred. To mend that, hold the camera still and let it focus."
    )
    assert (
        flat.advice == "Please retake your image: it is low in contrast. To mend that, light the skin evenly."
    )
    assert both.advice == (
        "Please retake your image: it is blurred and low in contrast. "
        "To mend that, hold the camera still and let it focus, and light the skin evenly."
    )


def test_a_measure_equal_to_its_threshold_passes() -> None:
    grey = np.asarray(square(drawing("regular", 1), WORKING_SIZE).convert("L"))
    exact = QualityThresholds(sharpness=sharpness(grey), contrast=contrast(grey))
    assert assess(drawing("regular", 1), exact).ok


def test_blur_and_fog_are_refused_by_default() -> None:
    image = square(drawing("regular", 1), WORKING_SIZE)
    assert assess(image).ok
    assert "blurred" in str(assess(image.filter(ImageFilter.GaussianBlur(4))).advice)
    assert "low in contrast" in str(assess(image.point(lambda value: 120 + value * 0.1)).advice)


def test_measures_hardly_depend_on_the_resolution_of_the_upload() -> None:
    large = drawing("irregular", 2, (1200, 900))
    measured = [assess(large.reduce(factor)) for factor in (1, 2, 3)]
    sharp = [quality.sharpness for quality in measured]
    assert max(sharp) < 1.25 * min(sharp)
    assert np.ptp([quality.contrast for quality in measured]) < 0.01


def test_the_measurement_takes_milliseconds() -> None:
    grey = greys()[0]
    started = time.process_time()
    for _ in range(20):
        sharpness(grey)
        contrast(grey)
    assert (time.process_time() - started) / 20 < 0.01  # 0.002 s on an idle core of 2024


def test_real_photos_pass_and_blurred_ones_do_not(shared_data: Path) -> None:
    photos = [decode(path.read_bytes()) for path in sorted((shared_data / "uda").rglob("*.jpg"))]
    squares = [square(photo, WORKING_SIZE) for photo in photos]
    assert sum(assess(image).ok for image in squares) == len(squares)
    badly = [image.filter(ImageFilter.GaussianBlur(4)) for image in squares]
    assert sum(assess(image).ok for image in badly) == 0
