"""What a model is worth as it is served: on the lesions that it does not decline to judge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.distribution import open_detector
from lesion.measures.blocks import Flat, measure, prefixed, proportion
from lesion.measures.metrics import Floats
from lesion.proportions import wilson
from lesion.quality import WORKING_SIZE, assess
from training.dataset import data
from training.dataset.cache import read_squares
from training.evidence.predict import malignant_labels


def evaluate_judged(
    bundle: Bundle, frame: pd.DataFrame, embedding: NDArray[np.floating], probability: Floats
) -> Flat:
    """Measure the lesions that are neither too poor a picture nor unlike the data: ``judged.…``.

    Besides what :func:`~lesion.measures.blocks.measure` gives of them: ``poor.malignant`` and ``.benign``,
    the share of all lesions of that class whose picture is too poor; ``refused.malignant`` and ``.benign``,
    the share declined for that or as unlike the data; ``n_poor``, and of these ``n_poor_copies``, pictures
    smaller than the gate works at, which are enlarged and look softer than an upload.

    Args:
        bundle: a calibrated bundle.
        frame: a row a lesion; photos that could be read before.
        embedding: what its graph gives for them [N, D].
        probability: its calibrated probability of malignancy [N].
    """
    malignant, poor, detector = malignant_labels(frame), too_poor(bundle, frame), open_detector(bundle)
    refused = poor.copy()
    if detector is not None:
        refused |= detector.subspace.score(embedding) > detector.threshold
    found = measure(malignant[~refused], probability[~refused], bundle.manifest.operating_points)
    for name, rows in {"poor": poor, "refused": refused}.items():
        for side, these in {"malignant": malignant, "benign": ~malignant}.items():
            if these.any():
                found |= proportion(f"{name}.{side}", wilson(int(rows[these].sum()), int(these.sum())))
    copies = sum(data.short_side(Path(path)) < WORKING_SIZE for path in frame["path"][poor])
    found |= {"n_poor": int(poor.sum()), "n_poor_copies": copies}
    return prefixed("judged", found)


def too_poor(bundle: Bundle, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which photos the quality gate refuses [N]."""
    # The gate takes the centred square at this very size, so that of it is the same.
    squares = read_squares(frame["path"], WORKING_SIZE)
    bar = tqdm(squares, desc="Quality gate", total=len(frame), unit="photo", delay=2)
    return np.array([not assess(image, bundle.manifest.quality).ok for image in bar], dtype=bool)
