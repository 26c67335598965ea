"""The classes of a task, and which of them a diagnosis counts as."""

from __future__ import annotations

import pandas as pd

from lesion.labels import BINARY, DIAGNOSES, TRAINED_AS, is_malignant


def classes_of(task: str) -> tuple[str, ...]:
    """Return the ordered classes of a task."""
    return DIAGNOSES if task == "dx" else BINARY


def label(dx: str, task: str) -> str:
    """Return the class that a diagnosis code of any source is trained as."""
    if task == "dx":
        return TRAINED_AS.get(dx, dx)
    return dx if dx in BINARY else BINARY[is_malignant(dx)]


def training_labels(frame: pd.DataFrame, task: str) -> list[str]:
    """Return the classes of the rows to learn from, in their order."""
    return [label(dx, task) for dx in frame.loc[frame["part"] != "val", "dx"]]
