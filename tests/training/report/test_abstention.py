from __future__ import annotations

import msgspec
import pytest

from lesion.manifest import Conformal, ConformalClass
from lesion.measures.blocks import Flat, proportion
from lesion.proportions import wilson
from training.report.abstention import RULE, false_refusals, refusal_rows, refusal_sentences, set_sentences
from training.report.evidence import Evidence

RULED = f"more than chance ({RULE})"


def with_numbers(evidence: Evidence, found: Flat) -> Evidence:
    return evidence._replace(metrics={**evidence.metrics, **found})


def covered(evidence: Evidence, k: int, n: int = 100) -> Evidence:
    """Sets that hold every diagnosis each time, but melanoma of another source k times of n."""
    key = "external.isic2017.conformal.coverage.mel"
    always: Flat = {}
    for name in evidence.metrics:
        if name.endswith("_k") and "conformal.coverage" in name:
            always |= proportion(name.removesuffix("_k"), wilson(200, 200))
    return with_numbers(evidence, always | proportion(key, wilson(k, n)))


def test_more_refusals_than_meant_are_told_with_their_number() -> None:
    meant, fair = wilson(10, 1000), wilson(15, 1000)
    assert false_refusals({"home": fair}, meant) == []
    few = false_refusals({"home": fair, "clinic": wilson(27, 1000)}, meant)
    assert few == [
        f"Above the 1.0% that the threshold was set for, by {RULED}, it refuses lesions of clinic."
    ]
    _, told = false_refusals({"clinic": wilson(9, 35)}, meant)
    assert told.startswith(
        "Of clinic it refuses 25.7% (14.2 to 42.1; 9 of 35), and every one of these shows a"
    )


@pytest.mark.parametrize(
    ("refused", "is_told"), [((20, 1120), False), ((4, 148), False), ((5, 148), False), ((9, 35), True)]
)
def test_the_threshold_is_not_taken_for_known(refused: tuple[int, int], is_told: bool) -> None:
    """It is the twelfth largest of 1,117 scores; Wilson's lower end is above 11 of 1,117 in all four."""
    meant, found = wilson(11, 1117), wilson(*refused)
    assert found.low > meant.value
    assert bool(false_refusals({"clinic": found}, meant)) == is_told


def test_a_source_of_which_many_lesions_are_refused_is_named_on_the_card(evidence: Evidence) -> None:
    key = "external.uda.distribution.refused"
    many = with_numbers(evidence, proportion(key, wilson(9, 35)))
    none = with_numbers(evidence, proportion(key, wilson(0, 35)))
    assert "Of uda it refuses 25.7%" in " ".join(refusal_sentences(many))
    assert "Of uda" not in " ".join(refusal_sentences(none))


def test_parts_of_few_photographs_are_told(evidence: Evidence) -> None:
    cells = {row[0].partition(":")[0]: row[1] for row in refusal_rows(evidence)}
    assert cells["medical"] == "16, parts of 4 photographs"
    assert cells["blurred"] == "100"
    assert "take them as independent, and so are too narrow" in " ".join(refusal_sentences(evidence))


@pytest.mark.parametrize(
    ("k", "n", "words"),
    [
        (76, 100, f"Clearly below 90% ({RULE}): mel of isic2017, 76.0% (66.8 to 83.3; 76 of 100)."),
        (88, 100, "none that was measured. Below it by what chance may have done: mel of isic2017, "),
        # Wilson's upper end lies below 90%, but the threshold rests on 92 lesions.
        (22, 29, "none that was measured. Below it by what chance may have done: mel of isic2017, "),
        (95, 100, f"Clearly below 90% ({RULE}): none that was measured."),
    ],
)
def test_sets_that_fall_short_are_named(evidence: Evidence, k: int, n: int, words: str) -> None:
    told = " ".join(set_sentences(covered(evidence, k, n)))
    assert "is made to be in the set with a probability of at least 90%" in told
    assert words in told
    assert ("what chance may have done" in told) == (k in (88, 22))


def test_diagnoses_without_a_threshold_are_named(evidence: Evidence) -> None:
    spec = evidence.manifest.conformal
    assert spec is not None
    rare = {**spec.classes, "df": ConformalClass(threshold=0.0, n=3)}
    manifest = msgspec.structs.replace(evidence.manifest, conformal=Conformal(level=0.9, classes=rare))
    assert "always in the set: df." in " ".join(set_sentences(evidence._replace(manifest=manifest)))
