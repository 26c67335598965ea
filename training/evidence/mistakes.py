"""Where a bundle fails: the diagnoses that it misses, and its most confident errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lesion.labels import is_malignant
from lesion.manifest import OperatingPoint
from lesion.measures.blocks import Flat, proportion
from lesion.measures.metrics import Bools, Floats
from lesion.proportions import wilson
from training.evidence.predict import malignant_labels

WORST = 10
"""Errors of either kind that are named."""


def missed(dx: pd.Series, probability: Floats, points: Sequence[OperatingPoint]) -> Flat:
    """Return which malignant diagnoses a threshold misses: ``operating_point.<name>.missed.<dx>``."""
    found: Flat = {}
    for point in points:
        for code in sorted(filter(is_malignant, dx.unique())):
            rows = dx.eq(code).to_numpy()
            share = wilson(int((probability[rows] < point.threshold).sum()), int(rows.sum()))
            found |= proportion(f"operating_point.{point.name}.missed.{code}", share)
    return found


def confident_errors(frame: pd.DataFrame, probability: Floats, threshold: float) -> Flat:
    """Return the verdicts that are most surely wrong, the worst first, at most :data:`WORST` of either kind.

    ``error.missed.00.image_id``, ``.dx`` and ``.probability`` tell of the malignant lesion with the lowest
    probability among those called benign; ``error.alarm.00.…`` of the benign one with the highest.
    """
    malignant, flagged = malignant_labels(frame), probability >= threshold
    return _worst("missed", frame, probability, malignant & ~flagged, probability) | _worst(
        "alarm", frame, probability, ~malignant & flagged, -probability
    )


def _worst(kind: str, frame: pd.DataFrame, probability: Floats, wrong: Bools, order: Floats) -> Flat:
    rows = np.flatnonzero(wrong)
    rows = rows[np.lexsort((frame["image_id"].to_numpy(dtype=str)[rows], order[rows]))][:WORST]
    found: Flat = {}
    for place, row in enumerate(rows):
        key, photo = f"error.{kind}.{place:02}", frame.iloc[row]
        found |= {f"{key}.image_id": str(photo["image_id"]), f"{key}.dx": str(photo["dx"])}
        found[f"{key}.probability"] = float(probability[row])
    return found
