"""A small data folder of drawings, one folder per class, for tests that train."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lesion.drawings import KINDS, drawing

CLASSES = ("mel", "nv", "bkl")


def drawn_folder(folder: Path, per_class: int = 10, classes: Sequence[str] = CLASSES) -> Path:
    """Write drawings into ``folder``: each class has its own kind, so that there is something to learn."""
    for number, dx in enumerate(classes):
        kind = KINDS[number % len(KINDS)]
        (folder / dx).mkdir(parents=True)
        for seed in range(per_class):
            drawing(kind, seed, (120, 90)).save(folder / dx / f"{dx}-{seed}.png")
    return folder
