"""Pictures of a training run: its curves, and the search for a learning rate."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from fastai.learner import Recorder
from matplotlib.figure import Figure


def plot_history(history: Path, picture: Path) -> None:
    """Draw losses and validation AUROC over the epochs of ``history.csv``."""
    rows = pd.read_csv(history)
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    losses, auroc = figure.subplots(1, 2)
    epochs = range(1, len(rows) + 1)
    losses.plot(epochs, rows["train_loss"], label="training")
    losses.plot(epochs, rows["valid_loss"], label="validation")
    losses.set(xlabel="epoch", ylabel="cross entropy")
    losses.legend()
    auroc.plot(epochs, rows["auroc"], marker="o", color="tab:green")
    auroc.set(xlabel="epoch", ylabel="validation AUROC, malignant positive")
    for axes in (losses, auroc):
        axes.grid(alpha=0.3)
        frozen = int((rows["phase"] == "head").sum())
        if frozen:
            axes.axvspan(0.5, frozen + 0.5, color="grey", alpha=0.12)
    figure.savefig(picture, dpi=110)


def plot_lr_find(recorder: Recorder, chosen: float, picture: Path) -> None:
    """Draw the loss over the learning rates that ``lr_find`` tried, with the chosen one marked."""
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(recorder.lrs[:-5], [float(loss) for loss in recorder.losses[:-5]])
    axes.axvline(chosen, color="tab:red", linestyle="--", label=f"chosen: {chosen:.1e}")
    axes.set(xscale="log", xlabel="learning rate", ylabel="smoothed loss")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(picture, dpi=110)
