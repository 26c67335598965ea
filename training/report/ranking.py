"""Pictures of how well malignant lesions are told from benign ones, over all thresholds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lesion.measures.bootstrap import Estimate
from lesion.measures.reading import estimate, show_estimate
from lesion.proportions import wilson
from lesion.roc import read_roc
from training.report.evidence import Evidence
from training.report.style import BLUE, GREY, INK, VERMILION, Found, arms, marks, one_panel

Array = np.ndarray[Any, Any]


class Curve(NamedTuple):
    """The measured ROC curve by falling threshold, [N]: thresholds, and counts of lesions flagged."""

    threshold: Array
    tp: Array
    fp: Array


def draw_roc(evidence: Evidence) -> Figure:
    """Sensitivity against false alarms, with the operating points and their intervals."""
    metrics, curve = evidence.metrics, _curve(evidence)
    figure, axes = one_panel(5.6, 5.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
    label = f"AUROC {show_estimate(estimate(metrics, 'auroc'))}"
    false_alarms, caught = curve.fp / metrics["n_benign"], curve.tp / metrics["n_malignant"]
    axes.plot(false_alarms, caught, color=INK, linewidth=1.6, label=label)
    for point in evidence.points:
        found, passed = evidence.at(point)
        alarms = Estimate(1 - passed.value, 1 - passed.high, 1 - passed.low)
        label = f"{point.name}: sensitivity {found.value:.0%}, specificity {passed.value:.0%}"
        _mark(axes, alarms, found, marks(evidence.points)[point.name], label)
    axes.set(xlabel="1 - specificity: share of benign lesions flagged", xlim=(-0.01, 1), ylim=(0, 1.01))
    axes.set(ylabel="sensitivity: share of malignant lesions flagged", aspect="equal")
    axes.legend(loc="lower right")
    return figure


def draw_precision_recall(evidence: Evidence) -> Figure:
    """Share of flags that are right against share of malignant lesions flagged, with the prevalence.

    Between two points the counts rise in step, not precision (J. Davis and M. Goadrich, ICML 2006).
    """
    metrics, curve = evidence.metrics, _curve(evidence)
    prevalence = metrics["n_malignant"] / metrics["n_lesions"]
    steps = np.arange(0, len(curve.tp) - 1 + 1e-9, 0.25)[1:]
    tp, fp = (np.interp(steps, np.arange(len(one)), one) for one in (curve.tp, curve.fp))
    figure, axes = one_panel(5.6, 5.6)
    axes.axhline(prevalence, color=GREY, linestyle=":", linewidth=1, label=f"prevalence {prevalence:.1%}")
    label = f"AUPRC {show_estimate(estimate(metrics, 'auprc'))}"
    axes.plot(tp / metrics["n_malignant"], tp / (tp + fp), color=INK, linewidth=1.6, label=label)
    for point in evidence.points:
        found, passed = evidence.at(point)
        flagged = found.k + passed.n - passed.k
        if not flagged:  # a point that flags nothing has no precision
            continue
        right = wilson(found.k, flagged)
        label = f"{point.name}: {right.value:.0%} of flags right"
        _mark(axes, found, right, marks(evidence.points)[point.name], label)
    axes.set(xlabel="recall: share of malignant lesions flagged", xlim=(0, 1.01), ylim=(0, 1.01))
    axes.set(ylabel="precision: share of flagged lesions that are malignant", aspect="equal")
    axes.legend(loc="lower left", bbox_to_anchor=(0, prevalence + 0.02))
    return figure


def draw_thresholds(evidence: Evidence) -> Figure:
    """Sensitivity and specificity over every threshold, with those on offer."""
    metrics, curve = evidence.metrics, _curve(evidence)
    caught, passed = curve.tp / metrics["n_malignant"], 1 - curve.fp / metrics["n_benign"]
    figure, axes = one_panel(6.4, 4.6)
    axes.plot(curve.threshold, caught, color=VERMILION, linewidth=1.8, label="sensitivity")
    axes.plot(curve.threshold, passed, color=BLUE, linewidth=1.8, linestyle="--", label="specificity")
    for point in evidence.points:
        marker, colour = marks(evidence.points)[point.name]
        axes.axvline(point.threshold, color=GREY, linestyle=":", linewidth=1)
        both = [share.value for share in evidence.at(point)]
        label = f"{point.name}: {point.threshold:.3f}"
        axes.plot([point.threshold] * 2, both, marker, color=colour, markersize=8, label=label)
    axes.set(xlabel="threshold on the probability of malignancy", xlim=(0, 1), ylim=(0, 1.01))
    axes.set(ylabel="share of lesions judged rightly")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def _mark(axes: Axes, x: Found, y: Found, look: tuple[str, str], label: str) -> None:
    """Mark an operating point with the intervals of both its coordinates; ``look`` is marker and colour."""
    marker, colour = look
    axes.errorbar(
        x.value,
        y.value,
        xerr=arms(x),
        yerr=arms(y),
        fmt=marker,
        color=colour,
        markersize=8,
        capsize=2,
        label=label,
    )


def _curve(evidence: Evidence) -> Curve:
    roc = read_roc(evidence.metrics)
    return Curve(*(np.array(column) for column in (roc.threshold, roc.tp, roc.fp)))
