"""Flat blocks of ``metrics.json`` from what was found, and the rule by which a method passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lesion.measures.blocks import Flat, estimate
from lesion.measures.bootstrap import Estimate, interval, resampled
from lesion.measures.metrics import Floats
from training.explaining.curves import area
from training.explaining.findings import Found

MOST_CORRELATED = 0.5
"""Rank correlation with the map of a shuffled net from which on a map counts as much the same."""


def mean_of(values: Floats) -> Estimate:
    """Return the mean over lesions [N] with the percentile interval of a bootstrap over them.

    The same number of lesions gives the same resamples, so that differences of two methods are paired.
    """
    everyone = (np.ones(len(values), dtype=bool),)
    draws = resampled(lambda weights: weights @ values / weights.sum(axis=1), everyone)
    return interval(float(values.mean()), draws)


def block_of(found: Sequence[Found]) -> Flat:
    """Return areas, share inside the lesion and the mean curves of one method or baseline."""
    block: Flat = {"n": len(found)}
    for side in ("deletion", "insertion"):
        block |= estimate(side, mean_of(areas(found, side)))
    inside, covered = (np.array([getattr(one, name) for one in found]) for name in ("inside", "area"))
    if not np.isnan(inside).all():
        block |= estimate("inside_share", mean_of(inside[~np.isnan(inside)]))
    block |= estimate("area_share", mean_of(covered))
    for side in ("deletion", "insertion"):
        mean = np.mean([getattr(one, side) for one in found], axis=0)
        block |= {f"curve.{side}.{step:02}": float(share) for step, share in enumerate(mean)}
    return block


def compared(found: Sequence[Found], baselines: Mapping[str, Sequence[Found]]) -> Flat:
    """Return how much better the areas of a method are than those of each baseline on the same lesions.

    ``deletion_gain.<baseline>`` is the area by which the method's curve lies lower, and
    ``insertion_gain.<baseline>`` that by which it lies higher: above 0 the method is better.
    """
    block: Flat = {}
    for name, other in baselines.items():
        lower = areas(other, "deletion") - areas(found, "deletion")
        higher = areas(found, "insertion") - areas(other, "insertion")
        block |= estimate(f"deletion_gain.{name}", mean_of(lower))
        block |= estimate(f"insertion_gain.{name}", mean_of(higher))
    return block


def verdict(block: Flat) -> Flat:
    """Return whether a method passes, as ``yes`` or ``no`` in all and by each of three conditions.

    ``passes.deletion``, ``passes.insertion``: its area is better than that of the random map, by a 95 %
    interval that leaves out zero. ``passes.randomised``: the mean rank correlation of its maps with those of
    the net whose weights are shuffled lies below :data:`MOST_CORRELATED`, and so does its interval; where
    most of the latter are empty there is none, and that condition is not met. The share inside the lesion
    decides nothing: a net may well go by the skin around it.
    """
    conditions = {
        "deletion": float(block["deletion_gain.random_low"]) > 0,
        "insertion": float(block["insertion_gain.random_low"]) > 0,
        "randomised": float(block.get("randomised_correlation_high", 1)) < MOST_CORRELATED,
    }
    words = {True: "yes", False: "no"}
    single: Flat = {f"passes.{name}": words[holds] for name, holds in conditions.items()}
    return {"passes": words[all(conditions.values())]} | single


def method_block(found: Sequence[Found], baselines: Mapping[str, Sequence[Found]]) -> Flat:
    """Return all keys of a method below ``explain.<method>``."""
    block = block_of(found) | compared(found, baselines)
    correlations = np.array([one.correlation for one in found])
    told = correlations[~np.isnan(correlations)]
    if 2 * len(told) > len(found):
        block |= estimate("randomised_correlation", mean_of(told))
    return block | verdict(block)


def areas(found: Sequence[Found], side: str) -> Floats:
    """Return the area under each lesion's curve of ``deletion`` or ``insertion`` [N]."""
    return np.array([area(getattr(one, side)) for one in found])
