"""Pictures of a training run: its curves, and the search for a learning rate."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from fastai.learner import Recorder
from matplotlib.figure import Figure

from training.report.learning import draw_history


def plot_history(history: Path, picture: Path) -> None:
    """Draw losses and validation AUROC over the epochs of ``history.csv``."""
    draw_history(pd.read_csv(history)).savefig(picture, dpi=110)


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
