"""What the pictures of a report have in common: colours, marks and matplotlib's settings.

The data colours are those of M. Okabe and K. Ito (2008), which colour-blind people tell apart; none tells
something alone. :data:`DARK` holds what stands for each colour where the reader's screen is dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lesion.manifest import OperatingPoint, Proportion
from lesion.measures.bootstrap import Estimate

INK, PAPER, GREY, LINE = "#12262a", "#ffffff", "#5f7074", "#d9e1e0"
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
DARK = {INK: "#e4eced", PAPER: "#162124", GREY: "#9fb0b2", LINE: "#2f4045", BLUE: "#56b4e9"}

MARKERS = {"sensitive": ("^", GREEN), "balanced": ("s", VERMILION), "specific": ("D", BLUE)}
OWN_MARKERS = ("o", "v", "P", "X")
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "lesion",
    "svg.fonttype": "none",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.facecolor": PAPER,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "figure.facecolor": PAPER,
    "grid.color": LINE,
    "hatch.color": PAPER,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "xtick.color": INK,
    "ytick.color": INK,
}

Found = Estimate | Proportion


def one_panel(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of so many inches and its only axes."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def marks(points: Sequence[OperatingPoint]) -> dict[str, tuple[str, str]]:
    """Return marker and colour of each operating point by its name; those of one's own are grey."""
    own = zip((point.name for point in points if point.name not in MARKERS), cycle(OWN_MARKERS))
    return MARKERS | {name: (marker, GREY) for name, marker in own}


def arms(*found: Found) -> np.ndarray[Any, Any]:
    """Return the lengths of error bars below and above their N values, [2, N]."""
    below = [max(one.value - one.low, 0) for one in found]
    above = [max(one.high - one.value, 0) for one in found]
    return np.array([below, above])
