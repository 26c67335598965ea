"""The pictures of a comparison: AUROC against latency, AUROC with intervals, and the curves of learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lesion.measures.blocks import Flat
from lesion.measures.bootstrap import Estimate
from lesion.measures.reading import estimate
from training.report.style import BLUE, GREEN, GREY, INK, VERMILION, arms, one_panel

COLOURS = (BLUE, VERMILION, GREEN, "#cc79a7", "#e69f00", INK)
DASHES = ("-", "--", ":", "-.")
MOST_NAMES = 12
"""Models above which only those that no other beats are named in the Pareto picture."""

PANELS = {"auroc": "AUROC of malignancy", "dx.auroc.macro": "macro AUROC of the diagnoses"}


def draw_pareto(models: Mapping[str, Flat]) -> Figure:
    """Draw AUROC of malignancy against latency; a disc's area is the size of the model's file.

    The line joins the models that no other beats in both.
    """
    figure, axes = one_panel(7.2, 5.0)
    front = pareto_front(models)
    largest = max(float(found["file_mb"]) for found in models.values())
    for name, found in models.items():
        auroc, latency = _estimate(found, "auroc"), float(found["latency_ms"])
        colour = BLUE if name in front else GREY
        axes.plot([latency, latency], [auroc.low, auroc.high], color=colour, linewidth=1, alpha=0.7)
        area = 40 + 900 * float(found["file_mb"]) / largest
        axes.scatter(latency, auroc.value, s=area, color=colour, alpha=0.35, linewidths=0)
        axes.scatter(latency, auroc.value, s=12, color=colour)
        if name in front or len(models) <= MOST_NAMES:
            axes.annotate(
                name, (latency, auroc.value), xytext=(6, 5), textcoords="offset points", fontsize=9, color=INK
            )
    ends = [(float(models[name]["latency_ms"]), float(models[name]["auroc"])) for name in front]
    axes.plot(*zip(*ends, strict=True), color=BLUE, linewidth=1, linestyle="--")
    axes.set(xscale="log", xlabel="latency of one image on one thread, ms", ylabel=PANELS["auroc"])
    axes.xaxis.set_major_formatter(mpl.ticker.FormatStrFormatter("%g"))
    axes.xaxis.set_minor_formatter(mpl.ticker.NullFormatter())
    axes.margins(x=0.18)
    return figure


def pareto_front(models: Mapping[str, Flat]) -> list[str]:
    """Return the models that no other beats, by rising latency: each next one is slower and ranks better."""
    front: list[str] = []
    best = -np.inf
    by_latency = sorted(models, key=lambda name: (float(models[name]["latency_ms"]), -_auroc(models[name])))
    for name in by_latency:
        if _auroc(models[name]) > best:
            front.append(name)
            best = _auroc(models[name])
    return front


def draw_forest(
    models: Mapping[str, Flat], measures: Mapping[str, str] = PANELS, line: float | None = None
) -> Figure:
    """Draw estimates with their intervals, a row a model and a panel a measure that any of them has.

    The dotted line stands at ``line``, or for ``None`` at the first model's value.
    """
    keys = [key for key in measures if any(key in found for found in models.values())]
    figure = Figure(figsize=(2.4 + 3.2 * len(keys), 1.3 + 0.3 * len(models)), layout="constrained")
    panels = figure.subplots(1, len(keys), sharey=True, squeeze=False)[0]
    for axes, key in zip(panels, keys, strict=True):
        known = [(row, one) for row, found in enumerate(models.values()) if (one := estimate(found, key))]
        rows, found = [row for row, _ in known], [one for _, one in known]
        values = [one.value for one in found]
        axes.errorbar(values, rows, xerr=arms(*found), fmt="o", color=BLUE, markersize=5, capsize=2)
        if line is not None or rows[0] == 0:
            axes.axvline(values[0] if line is None else line, color=GREY, linestyle=":", linewidth=1)
        axes.set_xlabel(measures[key])
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
    panels[0].set_yticks(range(len(models)), list(models))
    panels[0].set_ylim(len(models) - 0.5, -0.5)
    return figure


def draw_learning(histories: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw validation AUROC of malignancy over the epochs of all runs; a ring marks the epoch kept."""
    rows = -(-len(histories) // 3)
    figure, axes = one_panel(7.2, 4.2 + 0.22 * rows)
    styles = cycle([(colour, dash) for dash in DASHES for colour in COLOURS])
    for (name, history), (colour, dash) in zip(histories.items(), styles, strict=False):
        auroc = history["auroc"].to_numpy()
        epochs, best = np.arange(1, len(auroc) + 1), int(np.nanargmax(auroc))
        axes.plot(epochs, auroc, color=colour, linestyle=dash, linewidth=1.4, label=name)
        axes.plot(epochs[best], auroc[best], "o", color=colour, markersize=6, fillstyle="none")
    axes.set(xlabel="epoch", ylabel="validation AUROC of malignancy")
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    figure.legend(loc="outside lower center", ncols=min(3, len(histories)), fontsize=9)
    return figure


def draw_heat_map(
    table: pd.DataFrame, rows: str, columns: str, values: tuple[Sequence[object], Sequence[object]]
) -> Figure:
    """Draw AUROC over a grid of two settings; the best cell is framed, one without a result stays empty.

    Args:
        table: a row a run, with the columns ``rows``, ``columns`` and ``auroc``.
        rows, columns: names of the two settings.
        values: what each of them was set to, in order.
    """
    down, across = values
    cells = np.full((len(down), len(across)), np.nan)
    for row, column, auroc in table[[rows, columns, "auroc"]].itertuples(index=False):
        cells[list(down).index(row), list(across).index(column)] = auroc
    figure, axes = one_panel(1.8 + 0.95 * len(across), 1.4 + 0.62 * len(down))
    mesh = axes.pcolormesh(np.ma.masked_invalid(cells), cmap="cividis", edgecolors="white", linewidth=1)
    middle = np.nanmean([np.nanmin(cells), np.nanmax(cells)])
    for (i, j), auroc in np.ndenumerate(cells):
        colour = "white" if auroc < middle else "black"
        axes.text(
            j + 0.5,
            i + 0.5,
            "" if np.isnan(auroc) else f"{auroc:.3f}",
            ha="center",
            va="center",
            color=colour,
        )
    i, j = divmod(int(np.nanargmax(cells)), len(across))
    axes.add_patch(mpl.patches.Rectangle((j, i), 1, 1, fill=False, edgecolor=VERMILION, linewidth=3))
    axes.set_xticks(np.arange(len(across)) + 0.5, [str(value) for value in across])
    axes.set_yticks(np.arange(len(down)) + 0.5, [str(value) for value in down])
    axes.set(xlabel=columns, ylabel=rows)
    axes.grid(visible=False)
    figure.colorbar(mesh, ax=axes, label="validation AUROC")
    return figure


def _estimate(found: Flat, key: str) -> Estimate:
    return Estimate(*(float(found[f"{key}{end}"]) for end in ("", "_low", "_high")))


def _auroc(found: Flat) -> float:
    return float(found["auroc"])
