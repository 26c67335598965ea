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


def sources(metrics: Metrics) -> dict[str, str]:
    """Return the names of the other sources measured, each with the prefix of its keys."""
    names = [
        key.split(".")[1] for key in metrics if key.startswith("external.") and key.endswith(".trained_on")
    ]
    return {name: f"external.{name}." for name in names}


def relatives(metrics: Metrics, source: str) -> dict[str, int]:
    """Return how many images a source has in common with unmeasured parts of each other source."""
    found = {other: metrics.get(f"external.{source}.also_in.{other}", 0) for other in sources(metrics)}
    return {other: count for other, count in found.items() if count}


def learned_relatives(metrics: Metrics, source: str) -> list[str]:
    """Return the source itself or those it shares images with, as far as others of them were learned from."""
    if metrics[f"external.{source}.trained_on"] == "no":
        return []
    kin = [other for other in relatives(metrics, source) if metrics[f"external.{other}.trained_on"] == "yes"]
    return kin if kin and not metrics.get(f"external.{source}.n_left_out") else [source]


def show_share(found: Proportion | None) -> str:
    """Return ``91.4% (86.3 to 94.7; 160 of 175)``, or ``n/a``."""
    if found is None:
        return NOTHING
    return f"{found.value:.1%} ({100 * found.low:.1f} to {100 * found.high:.1f}; {found.k} of {found.n})"


def show_estimate(found: Estimate | None) -> str:
    """Return ``0.931 (0.909 to 0.951)``, or ``n/a``."""
    return NOTHING if found is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
