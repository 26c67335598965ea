"""Forest plots: AUROC, sensitivity and specificity of several sets of lesions, a line for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lesion.manifest import Manifest, Proportion
from training.bootstrap import Estimate
from training.reading import COLUMN_NAMES, Metrics, estimate, groups, is_few, share, sources

BLUE, VERMILION, GREEN, ORANGE, GREY = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#6b6b6b"

Row = tuple[str, str | None]
"""A line: its label, and the prefix of its keys; a heading has none."""

Found = Estimate | Proportion


def draw_subgroups(manifest: Manifest, metrics: Metrics) -> Figure:
    """Draw the test part by sex, age, body site, confirmation and resolution."""
    rows: list[Row] = [("all", "")]
    for column, name in COLUMN_NAMES.items():
        rows += [(name, None), *groups(metrics, column).items()]
    return _forest(manifest, metrics, rows)


def draw_external(manifest: Manifest, metrics: Metrics) -> Figure:
    """Draw the test part against other sources."""
    return _forest(manifest, metrics, [(f"{metrics['data']} (test part)", ""), *sources(metrics).items()])


def arms(*found: Found) -> np.ndarray[Any, Any]:
    """Return the lengths of error bars below and above their N values, [2, N]."""
    below = [max(one.value - one.low, 0) for one in found]
    above = [max(one.high - one.value, 0) for one in found]
    return np.array([below, above])


def _forest(manifest: Manifest, metrics: Metrics, rows: list[Row]) -> Figure:
    point = manifest.default_operating_point
    panels: dict[str, Callable[[str], Found | None]] = {
        "AUROC": lambda prefix: estimate(metrics, f"{prefix}auroc"),
        f"sensitivity at {point}": lambda prefix: _share(metrics, prefix, point, "sensitivity"),
        f"specificity at {point}": lambda prefix: _share(metrics, prefix, point, "specificity"),
    }
    figure = Figure(figsize=(9.0, 1.9 + 0.25 * len(rows)), layout="constrained")
    for axes, (title, find) in zip(figure.subplots(1, 3, sharey=True), panels.items(), strict=True):
        _panel(axes, metrics, rows, find)
        axes.set_xlabel(title)
        axes.set_xlim(min(0.4, axes.get_xlim()[0]) if title == "AUROC" else -0.02, 1.02)
    first = figure.axes[0]
    first.set_yticks(range(len(rows)), [_label(metrics, *row) for row in rows])
    for tick, (_, prefix) in zip(first.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("normal" if prefix is not None else "bold")
    first.set_ylim(len(rows) - 0.4, -0.6)
    note = "(malignant + benign lesions). Hollow: few of either. Dashed: whole test part. Bars: 95%."
    figure.supxlabel(note, fontsize=9)
    return figure


def _panel(axes: Axes, metrics: Metrics, rows: list[Row], find: Callable[[str], Found | None]) -> None:
    lines = [
        (line, is_few(metrics, prefix), found)
        for line, (_, prefix) in enumerate(rows)
        if prefix is not None and (found := find(prefix)) is not None
    ]
    for few, colour, face in ((False, BLUE, BLUE), (True, GREY, "white")):
        at = [line for line, is_so, _ in lines if is_so == few]
        shown = [found for _, is_so, found in lines if is_so == few]
        if shown:
            values = [found.value for found in shown]
            axes.errorbar(
                values, at, xerr=arms(*shown), fmt="o", color=colour, markerfacecolor=face, markersize=5
            )
    overall = find("")
    if overall is not None:
        axes.axvline(overall.value, color=VERMILION, linestyle="--", linewidth=1)
    axes.tick_params(axis="y", length=0)


def _share(metrics: Metrics, prefix: str, point: str, name: str) -> Proportion | None:
    return share(metrics, f"{prefix}operating_point.{point}.{name}")


def _label(metrics: Metrics, label: str, prefix: str | None) -> str:
    if prefix is None:
        return label
    return f"{label}  ({metrics[f'{prefix}n_malignant']} + {metrics[f'{prefix}n_benign']})"
