"""Named numbers read back: shares and estimates out of their flat keys, and how they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lesion.manifest import Proportion
from lesion.measures.bootstrap import Estimate

Metrics = Mapping[str, Any]

NOTHING = "n/a"


def share(metrics: Metrics, key: str) -> Proportion | None:
    """Return the proportion written under ``key``, ``None`` where it was not measurable."""
    if key not in metrics:
        return None
    ends = {name: metrics[f"{key}_{name}"] for name in ("low", "high", "k", "n")}
    return Proportion(value=metrics[key], **ends)


def estimate(metrics: Metrics, key: str) -> Estimate | None:
    """Return the estimate written under ``key``, ``None`` where it was not measurable."""
    if key not in metrics:
        return None
    return Estimate(metrics[key], metrics[f"{key}_low"], metrics[f"{key}_high"])


def show_share(found: Proportion | None) -> str:
    """Return ``91.4% (86.3 to 94.7; 160 of 175)``, or ``n/a``."""
    if found is None:
        return NOTHING
    return f"{found.value:.1%} ({100 * found.low:.1f} to {100 * found.high:.1f}; {found.k} of {found.n})"


def show_estimate(found: Estimate | None) -> str:
    """Return ``0.931 (0.909 to 0.951)``, or ``n/a``."""
    return NOTHING if found is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
