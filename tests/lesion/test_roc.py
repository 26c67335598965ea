from __future__ import annotations

import numpy as np
import pytest

from lesion.bundle import Bundle
from lesion.errors import BundleNotReady
from lesion.measures import metrics
from lesion.measures.blocks import prefixed, roc_points
from lesion.roc import UNTOLD, read_roc
from tests import golden

MALIGNANT = np.array([True, True, False, True, False, False, False])
PROBABILITY = np.array([0.9, 0.8, 0.8, 0.4, 0.3, 0.1, 0.1])


@pytest.mark.parametrize("threshold", [1e-9, 0.05, 0.1, 0.2, 0.3, 0.4, 0.41, 0.8, 0.85, 0.9, 0.95])
def test_at_any_threshold_the_rates_are_those_that_counting_gives(threshold: float) -> None:
    rates = read_roc(roc_points(MALIGNANT, PROBABILITY)).rates_at(threshold)
    assert rates.sensitivity == metrics.sensitivity(MALIGNANT, PROBABILITY, threshold)
    assert rates.specificity == metrics.specificity(MALIGNANT, PROBABILITY, threshold)


def test_what_was_measured_with_nothing_told_is_read_by_its_prefix() -> None:
    block = prefixed(UNTOLD.rstrip("."), roc_points(MALIGNANT, PROBABILITY))
    assert read_roc(block, UNTOLD) == read_roc(roc_points(MALIGNANT, PROBABILITY))
    with pytest.raises(BundleNotReady, match="evaluate"):
        read_roc(block)


def test_the_bundled_models_curve_ends_at_all_lesions() -> None:
    found = Bundle.load(golden.MODEL).metrics()
    roc = read_roc(found)
    assert (roc.tp[-1], roc.fp[-1]) == (found["n_malignant"], found["n_benign"])
    assert list(roc.threshold) == sorted(roc.threshold, reverse=True)
    rates = roc.rates_at(1e-12)
    assert (rates.sensitivity.value, rates.specificity.value) == (1, 0)
