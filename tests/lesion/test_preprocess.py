from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lesion.preprocess import preprocess, square, to_tensor


def stripes(width: int, height: int) -> Image.Image:
    """One-pixel stripes: their mean is grey, and what is not antialiased shows."""
    row = np.arange(width) % 2 * 255
    return Image.fromarray(np.broadcast_to(row[None, :, None], (height, width, 3)).astype(np.uint8))


@pytest.mark.parametrize("size", [(600, 450), (450, 600), (451, 450), (32, 33)])
def test_the_square_has_the_asked_size_whatever_the_shape(size: tuple[int, int]) -> None:
    assert square(Image.new("RGB", size), 96).size == (96, 96)


def test_the_square_is_the_centre() -> None:
    image = Image.new("RGB", (300, 100), "red")
    image.paste(Image.new("RGB", (100, 100), "blue"), (100, 0))
    pixels = np.asarray(square(image, 50))[:, 2:-2]  # the filter blends a pixel or two at the cut
    assert (pixels == (0, 0, 255)).all()


def test_reduction_is_antialiased() -> None:
    pixels = np.asarray(square(stripes(1000, 1000), 96), dtype=float)
    assert abs(pixels.mean() - 127.5) < 1
    assert pixels.std() < 12, "stripes finer than a pixel must average out, not alias"


def test_the_tensor_is_channels_first_in_zero_to_one() -> None:
    image = Image.new("RGB", (64, 64), (255, 0, 51))
    tensor = preprocess(image, 32)
    assert tensor.shape == (1, 3, 32, 32)
    assert tensor.dtype == np.float32
    assert tensor[0, :, 5, 5] == pytest.approx([1.0, 0.0, 0.2])


def test_a_batch_keeps_its_order() -> None:
    batch = to_tensor([Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 51, 255)])
    assert batch[:, 0, 0, 0] == pytest.approx([0, 0.2, 1])
