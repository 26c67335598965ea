"""Pictures of the probabilities themselves: how they are spread, and whether they come true."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from training.report.evidence import Evidence
from training.report.style import BLUE, GREY, INK, PAPER, VERMILION, arms, marks, one_panel


def draw_histogram(evidence: Evidence) -> Figure:
    """How the calibrated probabilities of either class are spread, with the thresholds."""
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    panels = figure.subplots(2, 1, sharex=True)
    for axes, name, colour, hatch in zip(
        panels, ("benign", "malignant"), (BLUE, VERMILION), ("", "//"), strict=True
    ):
        counts = evidence.series(f"histogram.{name}.{{:02}}")
        edges = np.linspace(0, 1, len(counts) + 1)
        shares = 100 * counts / counts.sum()
        axes.bar(edges[:-1], shares, np.diff(edges), align="edge", color=colour, hatch=hatch, edgecolor=PAPER)
        axes.set(ylabel=f"% of {counts.sum()}\n{name} lesions", xlim=(0, 1))
        for point in evidence.points:
            axes.axvline(point.threshold, color=INK, linestyle="--", linewidth=1)
            marker, _ = marks(evidence.points)[point.name]
            axes.plot(point.threshold, shares.max(), marker, color=INK, markersize=6, label=point.name)
    panels[0].legend(title="threshold", loc="upper right")
    panels[1].set(xlabel="calibrated probability of malignancy")
    return figure


def draw_reliability(evidence: Evidence) -> Figure:
    """Share of malignant lesions against mean predicted probability, in bins of equal numbers."""
    metrics = evidence.metrics
    figure, axes = one_panel(5.6, 5.6)
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="perfect")
    for name, marker, line, colour in (("before", "s", "--", VERMILION), ("after", "o", "-", BLUE)):
        predicted = evidence.series(f"reliability.{name}.{{:02}}.predicted")
        observed = evidence.shares(f"reliability.{name}.{i:02}.observed" for i in range(len(predicted)))
        axes.errorbar(
            predicted,
            [bin_.value for bin_ in observed],
            yerr=arms(*observed) if name == "after" else None,
            fmt=marker,
            linestyle=line,
            color=colour,
            linewidth=1.4,
            elinewidth=0.8,
            label=f"{name}: ECE {metrics[f'ece_{name}']:.3f}, Brier {metrics[f'brier_{name}']:.3f}",
        )
    axes.set(xlabel="mean predicted probability of malignancy", ylabel="share of malignant lesions")
    axes.set(xlim=(-0.01, 1), ylim=(-0.01, 1), aspect="equal")
    axes.legend(loc="upper left")
    return figure
