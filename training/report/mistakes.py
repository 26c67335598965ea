"""Pictures of right and wrong: confusion matrices, and which diagnoses the verdict fails on."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lesion.manifest import Proportion
from lesion.measures.bootstrap import Estimate
from training.report.evidence import Evidence
from training.report.style import BLUE, INK, arms, marks, one_panel

FAINTEST_TEXT_GROUND = 0.5
"""Strongest shade of a cell: text stays legible on it, on light ground and on dark."""


def draw_verdicts(evidence: Evidence) -> Figure:
    """Two by two at each operating point: what a lesion is by row, what it is called by column."""
    figure = Figure(figsize=(1.3 + 2.1 * len(evidence.points), 2.9), layout="constrained")
    panels = figure.subplots(1, len(evidence.points), sharey=True, squeeze=False)[0]
    for axes, point in zip(panels, evidence.points, strict=True):
        found, passed = evidence.at(point)
        counts = [[found.k, found.n - found.k], [passed.n - passed.k, passed.k]]
        _matrix(axes, np.array(counts), ("flagged", "not flagged"))
        axes.set_title(f"{point.name} ({point.threshold:.3f})", fontsize=11)
    both = evidence.metrics["n_malignant"], evidence.metrics["n_benign"]
    panels[0].set_yticks([0.5, 1.5], [f"malignant ({both[0]})", f"benign ({both[1]})"])
    return figure


def draw_confusion(evidence: Evidence) -> Figure:
    """Truth by row, most probable diagnosis by column; shade and percentage are shares of the row."""
    classes, metrics = evidence.manifest.classes, evidence.metrics
    counts = np.array([[metrics[f"confusion.{row}.{column}"] for column in classes] for row in classes])
    figure, axes = one_panel(6.4, 5.8)
    _matrix(axes, counts, classes)
    totals = zip(classes, counts.sum(axis=1), strict=True)
    axes.set_yticks(np.arange(len(classes)) + 0.5, [f"{code} ({total})" for code, total in totals])
    axes.set(xlabel="most probable diagnosis", ylabel="diagnosis (lesions)")
    return figure


def draw_missed(evidence: Evidence) -> Figure:
    """For each diagnosis and operating point, the share of lesions that the verdict gets wrong."""
    blocks = {"malignant lesions missed": "sensitivity", "benign lesions flagged": "specificity"}
    rows = [diagnoses_of(evidence, measure) for measure in blocks.values()]
    heights = [len(codes) + 0.7 for codes in rows]
    figure = Figure(figsize=(6.4, 1.5 + 0.5 * sum(heights)), layout="constrained")
    panels = figure.subplots(2, 1, sharex=True, height_ratios=heights)
    for axes, codes, (title, measure) in zip(panels, rows, blocks.items(), strict=True):
        for place, point in enumerate(evidence.points):
            marker, colour = marks(evidence.points)[point.name]
            found = [wrong_share(evidence, code, point.name, measure) for code in codes]
            at = np.arange(len(codes)) + 0.24 * (place - (len(evidence.points) - 1) / 2)
            values = [one.value for one in found]
            axes.errorbar(values, at, xerr=arms(*found), fmt=marker, color=colour, label=point.name)
        axes.set_yticks(range(len(codes)), [_with_number(evidence, code) for code in codes])
        axes.set(xlabel=f"share of {title}", xlim=(-0.02, 1.02), ylim=(len(codes) - 0.4, -0.6))
        axes.tick_params(axis="x", labelbottom=True)
    panels[0].legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(evidence.points))
    return figure


def diagnoses_of(evidence: Evidence, measure: str) -> list[str]:
    """Return the diagnoses of the test part that ``sensitivity`` (or ``specificity``) was measured on."""
    end = f".operating_point.{evidence.manifest.default_operating_point}.{measure}"
    start = "subgroup.dx."
    return [
        key[len(start) : -len(end)] for key in evidence.metrics if key.startswith(start) and key.endswith(end)
    ]


def wrong_share(evidence: Evidence, code: str, point: str, measure: str) -> Estimate:
    """Return the share of a diagnosis that a point misses (``sensitivity``) or flags (``specificity``)."""
    right = right_share(evidence, code, point, measure)
    return Estimate(1 - right.value, 1 - right.high, 1 - right.low)


def right_share(evidence: Evidence, code: str, point: str, measure: str) -> Proportion:
    """Return the share of a diagnosis that a point judges rightly. Raises BundleNotReady if unknown."""
    [found] = evidence.shares([f"subgroup.dx.{code}.operating_point.{point}.{measure}"])
    return found


def _with_number(evidence: Evidence, code: str) -> str:
    return f"{code} ({evidence.metrics[f'subgroup.dx.{code}.n']})"


def _matrix(axes: Axes, counts: np.ndarray[Any, Any], columns: tuple[str, ...]) -> None:
    """Draw counts [R, C] with their shares of the row."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for (i, j), part in np.ndenumerate(shares):
        shade = FAINTEST_TEXT_GROUND * part
        axes.add_patch(Rectangle((j, i), 1, 1, facecolor=BLUE, alpha=shade, linewidth=0))
        text = f"{counts[i, j]}\n{part:.0%}" if counts[i, j] else "0"
        axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", color=INK, fontsize=10)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set(xlim=(0, len(columns)), ylim=(len(counts), 0))
    axes.grid(visible=False)
    axes.tick_params(length=0)
