from __future__ import annotations

import pytest

from lesion.bundle import find_bundles
from tests.training.conftest import Measured
from training.report.targets import TARGETS, Target, missed_list, missed_sentence, targets_table


@pytest.mark.parametrize(
    ("at_most", "value", "words"),
    [(False, 0.94, "0.940, reached"), (False, 0.939, "0.939, **missed**"), (True, 0.95, "0.950, **missed**")],
)
def test_a_target_that_was_missed_says_so(at_most: bool, value: float, words: str) -> None:
    assert Target("any", "key", 0.94, at_most).reached({"key": value}) == words


def test_what_was_reached_has_its_interval_and_what_was_not_measured_no_number() -> None:
    target = Target("any", "key", 0.82, percent=True)
    assert target.wanted() == "≥ 82 %"
    assert target.reached({"key": 0.8, "key_low": 0.71, "key_high": 0.875}) == (
        "80.0 % (71.0 % to 87.5 %), **missed**"
    )
    assert target.reached({}) == "n/a"


def test_another_way_is_told_beside_the_number_that_is_judged() -> None:
    target = Target("any", "key", 0.9, also=("other", "by another rule"))
    assert target.reached({"key": 0.8, "other": 0.95}) == "0.800, **missed**; 0.950 by another rule"
    assert target.reached({"key": 0.8}) == "0.800, **missed**"


def test_the_table_has_a_column_for_each_bundle_and_every_target(measured: Measured) -> None:
    bundles = find_bundles(measured.bundle.parent)
    lines = targets_table(bundles).splitlines()
    assert lines[0].endswith("| target | `colours` |")
    assert len(lines) == 2 + len(TARGETS)
    assert f"{bundles['colours'].metrics()['auroc']:.3f}" in lines[2]


def test_the_sentence_counts_what_was_reached_and_names_what_was_missed(measured: Measured) -> None:
    best = {target.key: 0.0 if target.at_most else 1.0 for target in TARGETS}
    assert missed_sentence(best).endswith(f"it reached {len(TARGETS)} and missed none.")
    worse = best | {"auroc": 0.9}
    assert missed_sentence(worse).endswith(
        f"it reached {len(TARGETS) - 1}; it missed “AUROC, malignant against benign” (≥ 0.94)."
    )
    assert "it reached 0 and missed none." in missed_sentence({})
    assert "- `colours` reached " in missed_list(find_bundles(measured.bundle.parent))
