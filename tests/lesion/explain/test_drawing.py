from __future__ import annotations

import io

import numpy as np
from PIL import Image

from lesion.explain import LEGEND, Explained, overlay_png


def explained(
    values: np.ndarray, outlines: np.ndarray | None = None, method: str = "lime", strongest: float = 1.0
) -> Explained:
    return Explained(
        method=method,
        target="malignant",
        precision=None,
        map=values.astype(np.float32),
        outlines=outlines,
        seconds=0.1,
        diagnostics={"strongest": strongest},
    )


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def test_red_speaks_for_and_blue_against_and_nothing_is_clear() -> None:
    values = np.zeros((30, 30))
    values[:, :10], values[:, 20:] = 1, -1
    pixels = opened(overlay_png(explained(values), 60))
    assert pixels.shape == (60, 60, 4)
    assert bytes(pixels[30, 5, :3]).hex() == LEGEND["for"][1][1:]
    assert bytes(pixels[30, 55, :3]).hex() == LEGEND["against"][1][1:]
    assert pixels[30, 5, 3] > 200
    assert pixels[30, 30, 3] == 0


def test_an_empty_map_is_wholly_clear() -> None:
    assert opened(overlay_png(explained(np.zeros((20, 20))), 40))[..., 3].max() == 0


def test_one_extreme_pixel_does_not_fade_the_rest() -> None:
    values = np.full((50, 50), 0.1)
    values[0, 0] = 1
    assert opened(overlay_png(explained(values), 50))[25, 25, 3] > 200


def test_evidence_that_is_next_to_nothing_is_drawn_as_weak_as_it_is() -> None:
    values = np.ones((20, 20))
    faint = opened(overlay_png(explained(values, strongest=0.01), 20))[10, 10, 3]
    assert 0 < faint < 40
    assert opened(overlay_png(explained(values, strongest=0.2), 20))[10, 10, 3] > 200
    # What a gradient is worth in log-odds nobody knows.
    assert opened(overlay_png(explained(values, method="saliency", strongest=0.01), 20))[10, 10, 3] > 200


def test_outlines_are_drawn_where_there_are_some() -> None:
    outlines = np.zeros((20, 20), dtype=bool)
    outlines[10] = True
    pixels = opened(overlay_png(explained(np.zeros((20, 20)), outlines), 40))
    assert (pixels[20:22, :, :3] == 255).all()
    assert pixels[19, :, 3].max() == 0
