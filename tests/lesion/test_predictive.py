"""Predictive values against worked examples, and their intervals against a simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesion.errors import InvalidOption
from lesion.manifest import Proportion, Rates
from lesion.measures.blocks import proportion
from lesion.predictive import PredictiveValue, PredictiveValues, predictive_values, supposition
from lesion.proportions import wilson
from tests.lesion.manifests import manifest


def at(sensitivity: Proportion, specificity: Proportion, prevalence: float) -> PredictiveValues:
    return predictive_values(Rates(sensitivity=sensitivity, specificity=specificity), prevalence)


def numbers(found: PredictiveValue | None) -> tuple[float, float, float]:
    assert found is not None
    return found.value, found.low, found.high


def test_they_are_those_of_a_published_worked_example() -> None:
    # A signature of 70 genes (van de Vijver et al., N. Engl. J. Med. 2002), which Mercaldo et al. use too;
    # numbers as in the vignette of the R package CIfinder, method "zhou".
    found = at(wilson(31, 34), wilson(32, 44), 0.07)
    assert numbers(found.positive) == pytest.approx((0.2010444, 0.1331384, 0.2919216), abs=5e-8)
    assert numbers(found.negative) == pytest.approx((0.9909508, 0.9734141, 0.9969560), abs=5e-8)


def test_without_any_false_alarm_the_interval_is_the_adjusted_one_and_holds_the_value() -> None:
    # The same vignette's special case, with its continuity correction.
    found = at(wilson(31, 34), wilson(44, 44), 0.07)
    assert numbers(found.positive) == pytest.approx((1, 0.2886800, 1), abs=5e-8)
    assert numbers(found.negative) == pytest.approx((0.9934025, 0.9772354, 0.9955563), abs=5e-8)


def test_at_the_prevalence_among_the_lesions_themselves_they_are_plain_shares() -> None:
    found = at(wilson(164, 175), wilson(757, 945), 175 / 1120)
    assert numbers(found.positive)[0] == pytest.approx(164 / (164 + 188))
    assert numbers(found.negative)[0] == pytest.approx(757 / (757 + 11))


@pytest.mark.parametrize(("sensitivity", "specificity", "prevalence"), [(0.93, 0.8, 0.02), (0.7, 0.95, 0.3)])
def test_the_intervals_hold_the_truth_in_95_of_100_studies(
    sensitivity: float, specificity: float, prevalence: float
) -> None:
    rng = np.random.default_rng(0)
    flagged, alarms = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
    passed, missed = specificity * (1 - prevalence), (1 - sensitivity) * prevalence
    truth = flagged / (flagged + alarms), passed / (passed + missed)
    hits = np.zeros(2)
    studies = 2000
    drawn = rng.binomial([[175, 945]] * studies, [sensitivity, specificity])
    for k, m in drawn.tolist():
        found = at(wilson(k, 175), wilson(m, 945), prevalence)
        for i, one in enumerate((found.positive, found.negative)):
            _, low, high = numbers(one)
            hits[i] += low <= truth[i] <= high
    assert (hits / studies).tolist() == pytest.approx([0.95, 0.95], abs=0.02)


counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts, st.floats(0, 1, exclude_min=True, exclude_max=True))
@settings(max_examples=200, deadline=None)
def test_whatever_was_counted_they_are_shares_within_their_intervals(
    hits: tuple[int, int], passes: tuple[int, int], prevalence: float
) -> None:
    found = at(wilson(*hits), wilson(*passes), prevalence)
    nobody_flagged = hits[0] == 0 and passes[0] == passes[1]
    everybody_flagged = hits[0] == hits[1] and passes[0] == 0
    assert (found.positive is None, found.negative is None) == (nobody_flagged, everybody_flagged)
    for one in (found.positive, found.negative):
        if one:
            assert 0 <= one.low <= one.value <= one.high <= 1


@pytest.mark.parametrize("prevalence", [0, 1, -0.1, 2, float("nan"), float("inf")])
def test_a_prevalence_that_is_none_or_all_or_no_share_is_refused(prevalence: float) -> None:
    with pytest.raises(InvalidOption, match="more than 0 and less than 1"):
        at(wilson(1, 2), wilson(1, 2), prevalence)


def test_what_they_suppose_is_told_with_how_it_held_elsewhere() -> None:
    metrics: dict[str, object] = {}
    for source, measured in (("clinic", ("sensitivity", "specificity")), ("study", ("specificity",))):
        metrics[f"external.{source}.trained_on"] = "no"
        for name in measured:
            metrics |= proportion(f"external.{source}.operating_point.balanced.{name}", wilson(23, 29))
        metrics |= proportion(f"external.{source}.operating_point.other.specificity", wilson(1, 2))
    one = "79.3% (61.6 to 90.2; 23 of 29)"
    start = (
        "This supposes that sensitivity and specificity are what they were on the held-out lesions. On other "
        "lesions they may differ"
    )
    there = "at “balanced”, with 95% intervals, they were"
    assert supposition(manifest(), metrics) == f"{start}: {there} {one} and {one} on clinic."
    assert supposition(manifest(), {}) == f"{start}."


def test_sources_of_which_other_images_were_learned_from_are_not_told_as_new() -> None:
    metrics: dict[str, object] = {"external.clinic.n_left_out": 20, "external.atlas.also_in.clinic": 7}
    for source, learned in (("clinic", "yes"), ("atlas", "yes"), ("far", "no"), ("unmeasured", "yes")):
        metrics[f"external.{source}.trained_on"] = learned
        for name in ("sensitivity", "specificity") if source != "unmeasured" else ():
            metrics |= proportion(f"external.{source}.operating_point.balanced.{name}", wilson(23, 29))
    assert supposition(manifest(), metrics).endswith(
        " on far. Other images of clinic were learned from: expect worse from a source never seen."
    )
