from __future__ import annotations

import pytest

from lesion.errors import InvalidOption
from lesion.explain.words import sentence

FOUND = {
    "n": 60,
    "inside_share": 0.712,
    "area_share": 0.338,
    "deletion_gain.centre_low": 0.01,
    "insertion_gain.centre_low": -0.02,
    "passes": "yes",
    "passes.deletion": "yes",
    "passes.insertion": "yes",
    "passes.randomised": "yes",
}


def told(**changes: object) -> str:
    found = FOUND | {key.replace("__", "."): value for key, value in changes.items()}
    return sentence("cam", {f"explain.cam.{key}": value for key, value in found.items()})


def test_a_method_that_passes_says_where_its_evidence_lies_and_what_it_is_better_than() -> None:
    assert told().startswith(
        "Evidence map: of the evidence that it marks, 71% lies inside the lesion, which takes 34% of the "
        "picture. Removing what it marks lowers the probability faster than removing random places"
    )
    assert "60 held-out lesions" in told()
    assert "middle" not in told()


def test_one_that_is_no_better_than_the_middle_of_the_picture_says_so() -> None:
    assert told(deletion_gain__centre_low=-0.01).endswith("Removing the middle of the picture does no worse.")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("deletion", "no faster than removing random places."),
        ("insertion", "brings the probability back no faster than random places."),
        ("randomised", "much the same when what the network learned is shuffled."),
    ],
)
def test_one_that_fails_says_so_and_why(condition: str, words: str) -> None:
    failed = told(passes="no", **{f"passes__{condition}": "no"})
    assert "do not rely on it" in failed
    assert failed.endswith(words)
    assert "inside the lesion" not in failed


def test_one_that_was_not_measured_says_so() -> None:
    assert sentence("occlusion", {"explain.occlusion.low.seconds": 2.0}) == (
        "Occlusion: whether its maps are right was not measured for this model."
    )


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InvalidOption):
        sentence("rise", {})
