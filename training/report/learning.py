"""Learning curves, from the history that a training run keeps."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from training.report.evidence import Evidence, needed
from training.report.style import BLUE, GREY, INK, LINE, STYLE, VERMILION


def draw_learning(evidence: Evidence) -> Figure:
    """Draw the history of the bundle's training. Raises BundleNotReady where it has none."""
    return draw_history(needed(evidence.history))


def draw_history(rows: pd.DataFrame) -> Figure:
    """Draw losses and validation AUROC over the epochs; the frozen start is shaded, the best epoch marked.

    Args:
        rows: ``history.csv`` of a run: ``phase``, ``train_loss``, ``valid_loss`` and ``auroc`` of each epoch.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 5.6), layout="constrained")
        losses, auroc = figure.subplots(2, 1, sharex=True)
    epochs = range(1, len(rows) + 1)
    losses.plot(epochs, rows["train_loss"], color=VERMILION, linestyle="--", label="training")
    losses.plot(epochs, rows["valid_loss"], color=BLUE, label="validation")
    losses.set(ylabel="loss")
    losses.legend()
    auroc.plot(epochs, rows["auroc"], color=INK, marker="o", markersize=3)
    auroc.set(xlabel="epoch", ylabel="validation AUROC")
    best, frozen = int(rows["auroc"].to_numpy().argmax()) + 1, int((rows["phase"] == "head").sum())
    for axes in (losses, auroc):
        axes.axvline(best, color=GREY, linestyle=":", linewidth=1)
        axes.xaxis.get_major_locator().set_params(integer=True)
        if frozen:
            axes.axvspan(0.5, frozen + 0.5, color=LINE, alpha=0.5)
    return figure
