"""Maps that know nothing of the net: whatever explains it must do better than they do."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Map = NDArray[np.float32]

RANDOM_GRID = 7
"""Values along a side of the random map. Single pixels would be an easier opponent: with every other one of
them gone a lesion is still seen, and on the bundled net such a map lowers the probability more slowly."""
CENTRE_WIDTH = 0.25
"""Standard deviation of the centred map, as a share of the side."""


def random_map(image_id: str, size: int) -> Map:
    """Return a smooth map [S, S] of chance alone in 0..1, always the same for the same photo."""
    rng = np.random.default_rng(zlib.crc32(image_id.encode()))
    values = Image.fromarray(rng.random((RANDOM_GRID, RANDOM_GRID), dtype=np.float32))
    return np.asarray(values.resize((size, size), Image.Resampling.BICUBIC)).clip(0, 1)


def centre_map(image_id: str, size: int) -> Map:
    """Return a Gaussian hill [S, S] in the middle, the same for every photo: lesions mostly lie there."""
    along = (np.arange(size, dtype=np.float32) + 0.5) / size - 0.5
    hill = np.exp(-((along / CENTRE_WIDTH) ** 2) / 2)
    return np.asarray(hill[:, None] * hill[None, :], dtype=np.float32)


BASELINES = {"random": random_map, "centre": centre_map}
"""By the name that their keys bear."""
