"""A small data folder of drawings, one folder per class, for tests that train."""

from __future__ import annotations

from pathlib import Path

from lesion.drawings import KINDS, drawing

CLASSES = ("mel", "nv", "bkl")


def drawn_folder(folder: Path, per_class: int = 10) -> Path:
    """Write drawings into ``folder``: each class has its own kind, so that there is something to learn."""
    for kind, dx in zip(KINDS, CLASSES, strict=False):
        (folder / dx).mkdir(parents=True)
        for seed in range(per_class):
            drawing(kind, seed, (120, 90)).save(folder / dx / f"{dx}-{seed}.png")
    return folder
