"""The network under torch, as the servers in this package have it: one image in, probabilities out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image


class Network:
    """What :mod:`benchmarks.servers.material` wrote to ``path``: a module, its classes, its input's size.

    The file is a pickle, and so may only be one's own.
    """

    def __init__(self, path: Path | str) -> None:
        stored = torch.load(path, weights_only=False)
        self._net, self._classes, self._size = stored["net"].eval(), stored["classes"], stored["size"]

    def __call__(self, image: Image.Image) -> dict[str, float]:
        """Return the probability of each class for an image: its centred square, reduced."""
        with torch.inference_mode():
            shares = self._net(self._tensor(image.convert("RGB"))).softmax(dim=1)[0]
        return dict(zip(self._classes, shares.tolist(), strict=True))

    def _tensor(self, image: Image.Image) -> torch.Tensor:
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
        square = image.resize((self._size, self._size), Image.Resampling.BICUBIC, box=box)
        return torch.from_numpy(np.array(square)).permute(2, 0, 1).unsqueeze(0).float() / 255
