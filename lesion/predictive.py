"""What a verdict means where a given share of lesions is malignant: predictive values."""

from __future__ import annotations

import math

import msgspec

from lesion.manifest import Rates, Share
from lesion.proportions import Inside, Z, check_inside

__all__ = ["PredictiveValue", "PredictiveValues", "predictive_values"]


class PredictiveValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A share of verdicts that are right, with its 95 % interval ``low``..``high``."""

    value: Share
    low: Share
    high: Share


class PredictiveValues(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of those flagged, the share that is malignant; of those not flagged, the share that is benign.

    Both hold where ``prevalence`` is the share of lesions that are malignant. One is ``None`` where no
    held-out lesion got that verdict, so that nothing is known of it.
    """

    prevalence: Inside
    positive: PredictiveValue | None
    negative: PredictiveValue | None


def predictive_values(rates: Rates, prevalence: float) -> PredictiveValues:
    """Return both predictive values at a prevalence, by Bayes' rule, with 95 % intervals.

    The intervals are the logit intervals of N. Mercaldo, K. Lau and X. Zhou, Stat. Med. 26, 2170 (2007),
    equations 8 to 11: the log-odds of a predictive value are those of the prevalence plus the logarithm of
    a ratio of two measured shares, whose variance follows from their counts. The prevalence is taken as
    known. Where a count is 0 or all, that logarithm is not finite, and the interval is the paper's adjusted
    one, with z²/2 added to hits and misses of either group, widened to hold the value itself.

    Raises:
        InvalidOption: the prevalence does not lie between 0 and 1.
    """
    check_inside("prevalence", prevalence)
    flagged, missed = rates.sensitivity.k, rates.sensitivity.n - rates.sensitivity.k
    passed, alarms = rates.specificity.k, rates.specificity.n - rates.specificity.k
    extra = 0 if all((flagged, missed, passed, alarms)) else Z**2 / 2
    return PredictiveValues(
        prevalence=prevalence,
        positive=_value((flagged, missed), (alarms, passed), (prevalence, 1 - prevalence), extra),
        negative=_value((passed, alarms), (missed, flagged), (1 - prevalence, prevalence), extra),
    )


def _value(
    right: tuple[int, int], wrong: tuple[int, int], shares: tuple[float, float], extra: float
) -> PredictiveValue | None:
    """Return the value of a verdict, ``None`` where nobody got it.

    ``right`` and ``wrong`` count, in the group for which it is right and in the other, those who got it and
    those who did not; ``shares`` are those of the two groups. ``extra`` is added to the interval's counts.
    """
    if not right[0] and not wrong[0]:
        return None
    # Multiplied by both totals instead of divided by one each: the least of shares stays more than nothing.
    for_it, against_it = shares[0] * right[0] * sum(wrong), shares[1] * wrong[0] * sum(right)
    value = for_it / (for_it + against_it)
    (a, b), (c, d) = ((one + extra, other + extra) for one, other in (right, wrong))
    middle = math.log(shares[0] / shares[1]) + math.log(a / (a + b)) - math.log(c / (c + d))
    half = Z * math.sqrt(b / (a * (a + b)) + d / (c * (c + d)))
    low, high = _share(middle - half), _share(middle + half)
    return PredictiveValue(value=value, low=min(low, value), high=max(high, value))


def _share(log_odds: float) -> float:
    """Return the share that has these log-odds, without overflow."""
    odds = math.exp(-abs(log_odds))
    return 1 / (1 + odds) if log_odds >= 0 else odds / (1 + odds)
