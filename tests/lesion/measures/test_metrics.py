"""Every measure against a value worked out by hand, a library, or a property that it must have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from lesion.measures import metrics
from lesion.measures.bootstrap import auroc_difference, ranking, sensitivity_at_specificity


def lesions(n: int = 400, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes drawn from their own probabilities: calibrated by construction."""
    rng = np.random.default_rng(seed)
    probability = rng.beta(0.4, 1.6, n)
    return rng.random(n) < probability, probability


scored = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=4, max_size=80).filter(
    lambda rows: len({label for label, _ in rows}) == 2
)


def arrays(rows: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([label for label, _ in rows]), np.array([score / 20 for _, score in rows])


def test_sensitivity_and_specificity_count_the_threshold_itself_as_malignant() -> None:
    malignant = np.array([True, True, True, False, False])
    probability = np.array([0.9, 0.5, 0.1, 0.5, 0.2])
    found = metrics.sensitivity(malignant, probability, 0.5), metrics.specificity(malignant, probability, 0.5)
    assert [(share.k, share.n) for share in found] == [(2, 3), (1, 2)]


@given(scored)
@settings(max_examples=25, deadline=None)
def test_ranking_values_are_those_of_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    positive, score = arrays(rows)
    auroc, auprc = ranking(positive, score, resamples=2)
    assert auroc.value == pytest.approx(roc_auc_score(positive, score))
    assert auprc.value == pytest.approx(average_precision_score(positive, score))


def test_ranking_interval_is_that_of_resampling_with_scikit_learn() -> None:
    malignant, probability = lesions(300)
    probability = probability.round(2)  # ties
    rng = np.random.default_rng(7)
    rows = [np.flatnonzero(malignant), np.flatnonzero(~malignant)]
    draws = []
    for _ in range(400):
        drawn = np.concatenate([rng.choice(part, len(part)) for part in rows])
        y, p = malignant[drawn], probability[drawn]
        draws.append((roc_auc_score(y, p), average_precision_score(y, p)))
    expected = np.percentile(draws, [2.5, 97.5], axis=0)
    for estimate, ends in zip(ranking(malignant, probability), expected.T, strict=True):
        assert (estimate.low, estimate.high) == pytest.approx(ends, abs=0.02)


def test_ranking_interval_holds_the_value_and_repeats() -> None:
    malignant, probability = lesions()
    first, again = ranking(malignant, probability), ranking(malignant, probability)
    assert first == again
    for estimate in first:
        assert 0 < estimate.low < estimate.value < estimate.high < 1


def test_repeated_photos_of_a_lesion_do_not_narrow_the_interval() -> None:
    malignant, probability = lesions(120)
    names = np.array([f"L{i}" for i in range(120)], dtype=object)
    four = [np.repeat(values, 4) for values in (malignant, probability, names)]
    single, _ = ranking(malignant, probability)
    pretended, _ = ranking(four[0], four[1])
    grouped, _ = ranking(*four)
    assert grouped.high - grouped.low == pytest.approx(single.high - single.low, rel=0.1)
    assert pretended.high - pretended.low < 0.7 * (single.high - single.low)


def test_perfect_ranking_has_a_perfect_interval() -> None:
    positive = np.array([True] * 5 + [False] * 9)
    assert ranking(positive, positive.astype(float))[0] == (1.0, 1.0, 1.0)


def test_brier_is_that_of_scikit_learn() -> None:
    malignant, probability = lesions()
    assert metrics.brier(malignant, probability) == pytest.approx(brier_score_loss(malignant, probability))


def test_ece_of_two_bins_worked_out_by_hand() -> None:
    probability = np.array([0.1, 0.2, 0.8, 0.9])
    malignant = np.array([False, True, True, True])
    # |0.15 - 0.5| / 2 + |0.85 - 1| / 2
    assert metrics.ece(malignant, probability, bins=2) == pytest.approx(0.25)
    assert metrics.ece(malignant, probability, bins=2, equal_width=True) == pytest.approx(0.25)


def test_ece_is_small_for_calibrated_and_large_for_doubled_probabilities() -> None:
    malignant, probability = lesions(20_000)
    assert metrics.ece(malignant, probability) < 0.015
    assert metrics.ece(malignant, np.minimum(1, 2 * probability)) > 0.12


def test_ece_does_not_depend_on_the_order_of_ties() -> None:
    malignant, probability = lesions(500)
    probability = probability.round(1)
    shuffled = np.random.default_rng(3).permutation(500)
    values = [metrics.ece(malignant[order], probability[order]) for order in (np.arange(500), shuffled)]
    assert values[0] == pytest.approx(values[1])


def test_reliability_bins_hold_every_lesion_once_in_equal_numbers() -> None:
    malignant, probability = lesions(450)
    table = metrics.reliability(malignant, probability)
    assert [bin_.observed.n for bin_ in table] == [30] * 15
    assert sum(bin_.observed.k for bin_ in table) == malignant.sum()
    assert [bin_.predicted for bin_ in table] == sorted(bin_.predicted for bin_ in table)


def test_roc_corners_count_what_the_threshold_lets_through() -> None:
    malignant, probability = lesions()
    corners = metrics.roc(malignant, probability)
    assert (corners.tp[0], corners.fp[0]) == (0, 0)
    assert (corners.tp[-1], corners.fp[-1]) == (malignant.sum(), (~malignant).sum())
    for threshold, tp, fp in zip(*corners, strict=True):
        flagged = probability >= threshold
        assert ((flagged & malignant).sum(), (flagged & ~malignant).sum()) == (tp, fp)


def test_roc_is_thinned_to_the_asked_number_of_points() -> None:
    assert len(metrics.roc(*lesions(3000), points=50).tp) == 50


def sensitivity_at(malignant: np.ndarray, probability: np.ndarray, threshold: float) -> float:
    return float(np.mean(probability[malignant] >= threshold))


def specificity_at(malignant: np.ndarray, probability: np.ndarray, threshold: float) -> float:
    return float(np.mean(probability[~malignant] < threshold))


@given(scored, st.sampled_from([0.05, 0.5, 0.75, 0.95, 1.0]))
@settings(max_examples=40, deadline=None)
def test_sensitive_threshold_is_the_highest_that_suffices(rows: list[tuple[bool, int]], least: float) -> None:
    malignant, probability = arrays(rows)
    threshold = metrics.pick_sensitive(malignant, probability, least)
    assert sensitivity_at(malignant, probability, threshold) >= least
    assert all(sensitivity_at(malignant, probability, t) < least for t in probability if t > threshold)


@given(scored, st.sampled_from([0.0, 0.25, 0.5, 0.926]))
@settings(max_examples=40, deadline=None)
def test_specific_threshold_is_the_lowest_that_suffices(rows: list[tuple[bool, int]], least: float) -> None:
    malignant, probability = arrays(rows)
    enough = [t for t in probability if specificity_at(malignant, probability, t) >= least]
    if enough:
        assert metrics.pick_specific(malignant, probability, least) == min(enough)
    else:
        with pytest.raises(ValueError, match="no threshold"):
            metrics.pick_specific(malignant, probability, least)


@given(scored)
@settings(max_examples=40, deadline=None)
def test_balanced_threshold_has_the_largest_youden_index(rows: list[tuple[bool, int]]) -> None:
    malignant, probability = arrays(rows)

    def youden(t: float) -> float:
        return sensitivity_at(malignant, probability, t) + specificity_at(malignant, probability, t) - 1

    chosen = metrics.pick_balanced(malignant, probability)
    assert youden(chosen) == pytest.approx(max(youden(t) for t in probability))
    assert all(youden(t) < youden(chosen) for t in probability if t < chosen - 1e-9)


def test_a_score_differs_by_nothing_from_itself() -> None:
    malignant, probability = lesions()
    assert auroc_difference(malignant, probability, probability, resamples=50) == (0, 0, 0)


def test_paired_difference_is_sharper_than_two_intervals_apart() -> None:
    malignant, probability = lesions()
    blurred = probability + np.random.default_rng(3).normal(0, 0.05, len(probability))
    found = auroc_difference(malignant, probability, blurred, resamples=300)
    expected = roc_auc_score(malignant, probability) - roc_auc_score(malignant, blurred)
    assert found.value == pytest.approx(expected)
    assert found.low <= found.value <= found.high
    alone = ranking(malignant, probability, resamples=300)[0]
    assert found.high - found.low < alone.high - alone.low


def test_sensitivity_at_a_specificity_is_that_of_the_best_threshold() -> None:
    malignant, probability = lesions()
    found = sensitivity_at_specificity(malignant, probability, 0.9, resamples=200)
    allowed = [t for t in probability if metrics.specificity(malignant, probability, t).value >= 0.9]
    assert found.value == metrics.sensitivity(malignant, probability, min(allowed)).value
    assert 0 < found.low <= found.value <= found.high < 1


def test_sensitivity_at_a_specificity_that_no_threshold_has_is_nought() -> None:
    malignant, probability = np.array([True, False] * 6), np.full(12, 0.5)
    assert sensitivity_at_specificity(malignant, probability, 0.9, resamples=5) == (0, 0, 0)
