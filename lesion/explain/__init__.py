"""Where an answer comes from: several methods behind one interface.

A map says which places of the picture moved the score of a target; it is not the lesion's border. Every
method explains the same number, the calibrated log-odds of the target (`lesion.explain.target`). What a
method needs beyond the core (lime, torch, captum) is imported when it is asked for, not before.
"""

from __future__ import annotations

from lesion.explain.drawing import LEGEND, overlay_png
from lesion.explain.explaining import explain, prepare
from lesion.explain.methods import (
    METHODS,
    PRECISIONS,
    Kind,
    Method,
    Precision,
    Settings,
    availability,
)
from lesion.explain.planning import Plan, plan
from lesion.explain.query import Explained, Progress, ignore
from lesion.explain.target import target_score, targets

__all__ = [
    "LEGEND",
    "METHODS",
    "PRECISIONS",
    "Explained",
    "Kind",
    "Method",
    "Plan",
    "Precision",
    "Progress",
    "Settings",
    "availability",
    "explain",
    "ignore",
    "overlay_png",
    "plan",
    "prepare",
    "target_score",
    "targets",
]
