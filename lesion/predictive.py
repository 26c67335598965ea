"""What a verdict means where a given share of lesions is malignant: predictive values, what they suppose."""

from __future__ import annotations

import math

import msgspec

from lesion.manifest import Manifest, Rates, Share
from lesion.measures.reading import Metrics, learned_relatives, share, show_share, sources
from lesion.proportions import Inside, Z, check_inside

__all__ = ["PredictiveValue", "PredictiveValues", "predictive_values", "supposition"]


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


def supposition(manifest: Manifest, metrics: Metrics) -> str:
    """Say what predictive values suppose, and how that held on lesions from elsewhere.

    Bayes' rule takes sensitivity and specificity over to every prevalence as they were measured. Both hang on
    which lesions there are, of which the prevalence is but one side: the spectrum effect of D. Ransohoff and
    A. Feinstein, N. Engl. J. Med. 299, 926 (1978).

    Args:
        manifest: of the bundle that judges.
        metrics: its ``metrics.json``, of which the rates at the default operating point are told for each
            source that has both, and whether other images of it were learned from.
    """
    supposed = "This supposes that sensitivity and specificity are what they were on the held-out lesions."
    found, learned = [], dict[str, None]()  # each name once, in order
    point = manifest.default_operating_point
    for source, prefix in sources(metrics).items():
        at = f"{prefix}operating_point.{point}"
        caught, passed = share(metrics, f"{at}.sensitivity"), share(metrics, f"{at}.specificity")
        if caught and passed:
            found.append(f"{show_share(caught)} and {show_share(passed)} on {source}")
            learned |= dict.fromkeys(learned_relatives(metrics, source))
    told = f": at “{point}”, with 95% intervals, they were {', '.join(found)}" if found else ""
    kin = f"Other images of {' and '.join(learned)} were learned from: expect worse from a source never seen."
    return f"{supposed} On other lesions they may differ{told}.{f' {kin}' if learned else ''}"


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
