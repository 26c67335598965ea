"""The pictures of a bundle's report, drawn from its manifest and ``metrics.json`` alone.

The same numbers give the same bytes, so that a test can tell a stale picture: ids are salted with a fixed
word and no date is written. Text stays text, which keeps files small and lets readers find it. The colours
are those of M. Okabe and K. Ito (2008), which colour-blind people tell apart; none tells something alone.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count, takewhile
from typing import Any, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lesion.errors import BundleNotReady
from lesion.manifest import Manifest, Proportion
from training.bootstrap import Estimate
from training.forest import BLUE, GREEN, GREY, ORANGE, VERMILION, arms, draw_external, draw_subgroups
from training.reading import Metrics, estimate, share, show_estimate, sources

MARKERS = {"sensitive": ("^", GREEN), "balanced": ("s", VERMILION), "specific": ("D", BLUE)}
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "lesion",
    "svg.fonttype": "none",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "legend.fontsize": 10,
}
T = TypeVar("T")


def draw_report(manifest: Manifest, metrics: Metrics) -> dict[str, tuple[str, str]]:
    """Return every picture that the numbers allow: file name -> (title, SVG text)."""
    plots: dict[str, tuple[str, Callable[[Manifest, Metrics], Figure]]] = {
        "roc.svg": ("ROC curve and operating points", draw_roc),
        "reliability.svg": ("Reliability before and after calibration", draw_reliability),
        "histogram.svg": ("Probabilities given to benign and to malignant lesions", draw_histogram),
        "subgroups.svg": ("Subgroups of the test part", draw_subgroups),
    }
    if "dx.accuracy" in metrics:
        plots["confusion.svg"] = ("Confusion matrix of the diagnoses", draw_confusion)
    if sources(metrics):
        plots["external.svg"] = ("Test part and images from elsewhere", draw_external)
    with mpl.rc_context(STYLE):
        return {name: (title, _svg(draw(manifest, metrics), title)) for name, (title, draw) in plots.items()}


def draw_roc(manifest: Manifest, metrics: Metrics) -> Figure:
    """Sensitivity against false alarms, with the operating points and their intervals."""
    tp, fp = _series(metrics, "roc.{:03}.tp"), _series(metrics, "roc.{:03}.fp")
    figure, axes = _figure(5.6, 5.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
    label = f"AUROC {show_estimate(estimate(metrics, 'auroc'))}"
    axes.plot(
        fp / metrics["n_benign"], tp / metrics["n_malignant"], color="black", linewidth=1.6, label=label
    )
    for point in manifest.operating_points:
        marker, colour = MARKERS.get(point.name, ("o", ORANGE))
        found, benign = _point_shares(metrics, "", point.name)
        false_alarms = Estimate(1 - benign.value, 1 - benign.high, 1 - benign.low)
        axes.errorbar(
            false_alarms.value,
            found.value,
            xerr=arms(false_alarms),
            yerr=arms(found),
            fmt=marker,
            color=colour,
            markersize=8,
            capsize=2,
            label=f"{point.name}: sensitivity {found.value:.0%}, specificity {benign.value:.0%}",
        )
    axes.set(xlabel="1 - specificity: share of benign lesions flagged", xlim=(-0.01, 1), ylim=(0, 1.01))
    axes.set(ylabel="sensitivity: share of malignant lesions flagged", aspect="equal")
    axes.legend(loc="lower right")
    return figure


def draw_reliability(manifest: Manifest, metrics: Metrics) -> Figure:
    """Share of malignant lesions against mean predicted probability, in bins of equal numbers."""
    figure, axes = _figure(5.6, 5.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="perfect")
    for name, marker, colour in (("before", "s", ORANGE), ("after", "o", BLUE)):
        predicted = _series(metrics, f"reliability.{name}.{{:02}}.predicted")
        keys = [f"reliability.{name}.{i:02}.observed" for i in range(len(predicted))]
        observed = [_needed(share(metrics, key)) for key in keys]
        axes.errorbar(
            predicted,
            [bin_.value for bin_ in observed],
            yerr=arms(*observed) if name == "after" else None,
            fmt=marker,
            linestyle="-" if name == "after" else "--",
            color=colour,
            linewidth=1.4,
            elinewidth=0.8,
            label=f"{name}: ECE {metrics[f'ece_{name}']:.3f}, Brier {metrics[f'brier_{name}']:.3f}",
        )
    axes.set(xlabel="mean predicted probability of malignancy", ylabel="share of malignant lesions")
    axes.set(xlim=(-0.01, 1), ylim=(-0.01, 1), aspect="equal")
    axes.legend(loc="upper left")
    return figure


def draw_histogram(manifest: Manifest, metrics: Metrics) -> Figure:
    """How the calibrated probabilities of either class are spread, with the thresholds."""
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    panels = figure.subplots(2, 1, sharex=True)
    for axes, name, colour, hatch in zip(
        panels, ("benign", "malignant"), (BLUE, VERMILION), ("", "//"), strict=True
    ):
        counts = _series(metrics, f"histogram.{name}.{{:02}}")
        edges = np.linspace(0, 1, len(counts) + 1)
        shares = 100 * counts / counts.sum()
        axes.bar(
            edges[:-1], shares, np.diff(edges), align="edge", color=colour, hatch=hatch, edgecolor="white"
        )
        axes.set(ylabel=f"% of {counts.sum()}\n{name} lesions", xlim=(0, 1))
        for point in manifest.operating_points:
            marker, _ = MARKERS.get(point.name, ("o", ORANGE))
            axes.axvline(point.threshold, color="black", linestyle="--", linewidth=1)
            axes.plot(point.threshold, shares.max(), marker, color="black", markersize=6, label=point.name)
    panels[0].legend(title="threshold", loc="upper right")
    panels[1].set(xlabel="calibrated probability of malignancy")
    return figure


def draw_confusion(manifest: Manifest, metrics: Metrics) -> Figure:
    """Truth by row, most probable diagnosis by column; shade and percentage are shares of the row."""
    classes = manifest.classes
    counts = np.array([[metrics[f"confusion.{row}.{column}"] for column in classes] for row in classes])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = _figure(6.4, 5.8)
    axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1)
    for (i, j), part in np.ndenumerate(shares):
        colour = "white" if part > 0.55 else "black"
        text = f"{counts[i, j]}\n{part:.0%}" if counts[i, j] else "0"
        axes.text(j + 0.5, i + 0.5, text, ha="center", va="center", color=colour, fontsize=10)
    ticks = np.arange(len(classes)) + 0.5
    axes.set_xticks(ticks, classes)
    axes.set_yticks(
        ticks, [f"{code} ({total})" for code, total in zip(classes, counts.sum(axis=1), strict=True)]
    )
    axes.set(xlabel="most probable diagnosis", ylabel="diagnosis (lesions)")
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _series(metrics: Metrics, pattern: str) -> np.ndarray[Any, Any]:
    """Return the values of keys ``pattern.format(0)``, ``pattern.format(1)``, … while there are any."""
    keys = takewhile(metrics.__contains__, map(pattern.format, count()))
    return np.array([metrics[key] for key in keys])


def _needed(found: T | None) -> T:
    if found is None:
        raise BundleNotReady("metrics.json lacks a measure: run `python -m training evaluate` again.")
    return found


def _point_shares(metrics: Metrics, prefix: str, name: str) -> tuple[Proportion, Proportion]:
    key = f"{prefix}operating_point.{name}"
    return _needed(share(metrics, f"{key}.sensitivity")), _needed(share(metrics, f"{key}.specificity"))


def _svg(figure: Figure, title: str) -> str:
    figure.suptitle(title, fontsize=13, fontweight="bold")
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Title": title, "Date": None, "Creator": None})
    # matplotlib leaves blanks at line ends, which editors and hooks would take away.
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"
