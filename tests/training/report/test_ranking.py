from __future__ import annotations

import numpy as np
import pytest

from lesion.proportions import wilson
from training.report.evidence import Evidence
from training.report.ranking import draw_precision_recall, draw_roc, draw_thresholds


def test_roc_curve_has_the_area_that_was_measured(evidence: Evidence) -> None:
    curve = draw_roc(evidence).axes[0].lines[1]
    area = np.trapezoid(curve.get_ydata(), curve.get_xdata())
    # Thinning to 200 corners costs less than the third decimal.
    assert area == pytest.approx(evidence.metrics["auroc"], abs=1e-3)


def test_precision_at_an_operating_point_counts_flags(evidence: Evidence) -> None:
    axes = draw_precision_recall(evidence).axes[0]
    shown = {label.get_text() for label in axes.get_legend().get_texts()}
    for point in evidence.points:
        caught, passed = evidence.at(point)
        right = wilson(caught.k, caught.k + passed.n - passed.k)
        assert f"{point.name}: {right.value:.0%} of flags right" in shown
    assert f"prevalence {evidence.metrics['n_malignant'] / evidence.metrics['n_lesions']:.1%}" in shown


def test_curves_over_thresholds_pass_through_the_operating_points(evidence: Evidence) -> None:
    sensitivity, specificity = draw_thresholds(evidence).axes[0].lines[:2]
    for line, number in ((sensitivity, 0), (specificity, 1)):
        thresholds, values = np.array(line.get_xdata())[::-1], np.array(line.get_ydata())[::-1]
        for point in evidence.points:
            there = np.interp(point.threshold, thresholds, values)
            assert there == pytest.approx(evidence.at(point)[number].value, abs=0.01)
