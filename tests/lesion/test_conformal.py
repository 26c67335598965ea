from __future__ import annotations

import numpy as np

from lesion.conformal import diagnosis_set, membership
from lesion.manifest import Conformal, ConformalClass

CLASSES = ("bkl", "mel", "nv")


def spec(*thresholds: float) -> Conformal:
    fitted = {
        code: ConformalClass(threshold=threshold, n=50)
        for code, threshold in zip(CLASSES, thresholds, strict=True)
    }
    return Conformal(level=0.9, classes=fitted)


def test_a_diagnosis_is_in_the_set_from_its_own_threshold_on() -> None:
    found = diagnosis_set(np.array([0.2, 0.15, 0.65]), CLASSES, spec(0.3, 0.1, 0.5))
    assert (found.level, found.dx) == (0.9, ("nv", "mel"))


def test_a_diagnosis_with_threshold_zero_is_always_in_the_set() -> None:
    assert diagnosis_set(np.array([0.0, 0.1, 0.9]), CLASSES, spec(0.0, 0.2, 0.5)).dx == ("nv", "bkl")


def test_no_set_is_empty() -> None:
    shares = np.array([[0.3, 0.4, 0.3], [0.1, 0.1, 0.8]])
    assert membership(shares, CLASSES, spec(0.9, 0.9, 0.9)).tolist() == [
        [False, True, False],
        [False, False, True],
    ]
