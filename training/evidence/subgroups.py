"""The same measures for each sex, age band, body site and so on: blocks of ``metrics.json``."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lesion.calibrate import malignancy
from lesion.manifest import Manifest
from lesion.measures.blocks import FEWEST_FOR_ECE, Flat, calibration, measure, prefixed
from lesion.measures.metrics import Floats
from training.evidence.diagnoses import answers, told_apart
from training.evidence.predict import malignant_labels

AGES = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 200))
SUBGROUPS = ("sex", "age", "localization", "dx_type", "dx", "pixels")


def subgroups(manifest: Manifest, frame: pd.DataFrame, shares: Floats) -> Iterator[Flat]:
    """Yield for each value of each column of :data:`SUBGROUPS` its block, ``subgroup.<column>.<value>.…``.

    So too for ``source`` where the lesions come from several. Groups of 150 lesions or more also say how
    well the diagnoses are told apart in them.

    Args:
        manifest: that of the bundle, with operating points.
        frame: a row a lesion, with the column ``pixels`` besides those of :mod:`training.dataset.data`.
        shares: calibrated probabilities [N, C].
    """
    malignant, probability = malignant_labels(frame), malignancy(shares, manifest)
    columns = frame.assign(age=frame["age"].map(age_band))
    several = ("source",) if frame["source"].nunique() > 1 else ()
    for column in SUBGROUPS + several:
        values = columns[column].astype(str).to_numpy()
        for value in sorted(set(values)):
            rows = values == value
            block: Flat = {"n": int(rows.sum())}
            block |= measure(malignant[rows], probability[rows], manifest.operating_points)
            block |= calibration(malignant[rows], probability[rows])
            dx = frame["dx"][rows]
            if len(dx) >= FEWEST_FOR_ECE and dx.nunique() > 1 and told_apart(manifest, dx):
                block |= answers(dx.tolist(), shares[rows], manifest.classes)
            yield prefixed(f"subgroup.{column}.{value.replace('.', '_')}", block)


def age_band(age: float) -> str:
    """Return the band of an age in years, such as ``40-59``; ``unknown`` for NaN."""
    for low, high in AGES:
        if low <= age < high:
            return f"{low}+" if high > 120 else f"{low}-{high - 1}"
    return "unknown"
