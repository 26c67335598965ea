"""The golden triple: a drawing, the tensor that preprocessing makes of it, and the bundled model's logits.

``python -m tests.golden`` writes the three anew; do that only when preprocessing or the model is meant to
change, and say so in the commit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lesion.bundle import Bundle
from lesion.decode import decode
from lesion.drawings import KINDS, drawing
from lesion.engine import open_engine
from lesion.preprocess import preprocess

FOLDER = Path(__file__).parent / "golden"
MODEL = Path(__file__).parents[1] / "models" / "mobilenet_v2"


def tensor_of(image: Path) -> NDArray[np.float32]:
    """Return what the bundled model is given for an image file."""
    size = Bundle.load(MODEL).manifest.input.size
    return preprocess(decode(image.read_bytes()), size)


def main() -> None:
    """Write ``image.png``, ``tensor.npz`` (as 8-bit values, which it is made of) and ``logits.npz``."""
    FOLDER.mkdir(exist_ok=True)
    drawing(list(KINDS)[1], seed=7, size=(400, 300)).save(FOLDER / "image.png", optimize=True)
    tensor = tensor_of(FOLDER / "image.png")
    logits = open_engine(Bundle.load(MODEL), threads=1)(tensor).logits
    np.savez_compressed(FOLDER / "tensor.npz", np.rint(tensor * 255).astype(np.uint8))
    np.savez_compressed(FOLDER / "logits.npz", logits)


if __name__ == "__main__":
    main()
