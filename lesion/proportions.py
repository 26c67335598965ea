"""Measured shares with their 95 % intervals, and shares that a caller chooses."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from lesion.errors import InvalidOption
from lesion.manifest import Proportion

__all__ = ["Inside", "Z", "check_inside", "wilson"]

Inside = Annotated[float, msgspec.Meta(gt=0, lt=1)]
"""A share that is neither none nor all."""

Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: what lies within it on both sides is 95 %."""


def wilson(k: int, n: int) -> Proportion:
    """Return k / n with its 95 % score interval (E. B. Wilson, J. Amer. Stat. Assoc. 22, 209, 1927).

    Written out, since scipy's ``binomtest`` gives it only after an exact test of a hundred times the cost.

    Raises:
        ValueError: ``n`` is not positive, or ``k`` is not within 0..n.
    """
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"{k} of {n} is no share")
    share = k / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return Proportion(value=share, low=max(centre - half, 0.0), high=min(centre + half, 1.0), k=k, n=n)


def check_inside(name: str, share: float) -> None:
    """Refuse a share that is not between 0 and 1, both left out. Raises InvalidOption."""
    if not 0 < share < 1:
        raise InvalidOption(
            f"The {name} is a share of more than 0 and less than 1, such as 0.05: {share:g} is not one."
        )
