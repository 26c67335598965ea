"""Learning curves, from the history that a training run keeps."""

from __future__ import annotations

from itertools import groupby

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.dataset.files import named
from training.report.evidence import Evidence, needed
from training.report.style import BLUE, GREY, INK, LINE, STYLE, VERMILION

STAGE, SIZE = "stage", "size"
"""Columns of a bundle's history: the number of the run, from the earliest, and the side of its images."""


def stages(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the epochs of each run in a history; one without the column ``stage`` is of one run."""
    return [own for _, own in rows.groupby(STAGE, sort=False)] if STAGE in rows else [rows]


def run_sentences(evidence: Evidence) -> list[str]:
    """Say which runs the curves are of, where the weights go back to more than one."""
    if evidence.history is None:
        return []
    found, start, told = stages(evidence.history), evidence.manifest.training.start, []
    if len(found) > 1:
        each = named([f"{len(own)} at {own[SIZE].iloc[0]} pixels" for own in found], len(found))
        told.append(
            f"These are {len(evidence.history)} epochs in {len(found)} runs, each begun from the weights "
            f"that the one before kept: {each}."
        )
    if start.count(", then ") >= len(found):
        whose = "the last run alone. Its" if len(found) == 1 else "the last runs alone. Their"
        told.append(f"These are the epochs of {whose} weights go back to: {start}.")
    return told


def draw_learning(evidence: Evidence) -> Figure:
    """Draw the history of the bundle's training. Raises BundleNotReady where it has none."""
    return draw_history(needed(evidence.history))


def draw_history(rows: pd.DataFrame) -> Figure:
    """Draw losses and validation AUROC over the epochs; frozen ones are shaded, each run's best marked.

    Args:
        rows: ``history.csv`` of a run: ``phase``, ``train_loss``, ``valid_loss`` and ``auroc`` of each epoch;
            of several runs, as a bundle has it, also ``stage`` and ``size``.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 5.6), layout="constrained")
        losses, auroc = figure.subplots(2, 1, sharex=True)
    runs = stages(rows.set_axis(range(1, len(rows) + 1)))
    for own in runs:
        _plot(losses, own["train_loss"], color=VERMILION, linestyle="--")
        _plot(losses, own["valid_loss"], color=BLUE)
        _plot(auroc, own["auroc"], color=INK)
        for axes in (losses, auroc):
            axes.axvline(_best(own), color=GREY, linestyle=":", linewidth=1)
            axes.xaxis.get_major_locator().set_params(integer=True)
            _shade(axes, own["phase"])
    losses.legend(losses.lines[:2], ("training", "validation"))
    losses.set(ylabel="loss")
    auroc.set(xlabel="epoch", ylabel="validation AUROC")
    if len(runs) > 1:
        _set_apart(losses, auroc, runs)
    return figure


def _plot(axes: Axes, values: pd.Series, **style: str) -> None:
    # With markers, since a single epoch makes no line.
    axes.plot(values.index, values, marker="o", markersize=3, **style)  # type: ignore[arg-type]


def _best(own: pd.DataFrame) -> int:
    """Return the epoch with the highest AUROC, the first of those that have none."""
    return int(own.index[np.nan_to_num(own["auroc"].to_numpy(float), nan=-np.inf).argmax()])


def _shade(axes: Axes, phases: pd.Series) -> None:
    """Shade the epochs in which a part of the network waited."""
    for whole, group in groupby(phases.index, key=phases.eq("all").get):
        epochs = list(group)
        if not whole:
            axes.axvspan(epochs[0] - 0.5, epochs[-1] + 0.5, color=LINE, alpha=0.5)


def _set_apart(losses: Axes, auroc: Axes, runs: list[pd.DataFrame]) -> None:
    """Draw a line between runs, and write the side of their images above each."""
    for own in runs:
        middle = (own.index[0] + own.index[-1]) / 2
        words, above = f"{own[SIZE].iloc[0]} px", losses.get_xaxis_transform()
        losses.text(middle, 1.02, words, transform=above, ha="center", fontsize=8)
        for axes in (losses, auroc):
            if own is not runs[0]:
                axes.axvline(own.index[0] - 0.5, color=INK, linewidth=0.8)
