from __future__ import annotations

import pytest

from lesion.errors import InvalidOption
from lesion.explain import METHODS
from lesion.explain.words import sentence

FOUND = {
    "n": 60,
    "randomised_correlation": 0.2,
    "inside_share": 0.712,
    "area_share": 0.338,
    "deletion_gain.random_high": 0.05,
    "deletion_gain.centre_low": 0.01,
    "deletion_gain.centre_high": 0.03,
    "insertion_gain.random_high": 0.04,
    "insertion_gain.centre_low": -0.01,
    "precision": "low",
    "passes": "yes",
    "passes.deletion": "yes",
    "passes.insertion": "yes",
    "passes.randomised": "yes",
}


def told(method: str = "cam", **changes: object) -> str:
    found = FOUND | {key.replace("__", "."): value for key, value in changes.items()}
    measured = {f"explain.{method}.{key}": value for key, value in found.items()}
    return sentence(method, measured | {"explain.centre.inside_share": 0.55})


def test_a_method_that_passes_says_where_its_evidence_lies_and_what_it_is_better_than() -> None:
    assert told().startswith(
        "Evidence map: of the evidence that it marks, 71% lies inside the lesion, which takes 34% of the "
        "picture; of a map of the picture's middle, 55%. Removing what it marks lowers the probability "
        "faster than removing random places"
    )
    assert told().endswith("(for malignancy, on 60 held-out lesions that the model flags, at low precision).")
    assert "removing the middle" not in told()


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(-0.01, 0.02, "was not shown to be faster than"), (-0.03, -0.01, "more slowly than")],
)
def test_one_that_was_not_shown_to_be_better_than_the_middle_of_the_picture_says_so(
    low: float, high: float, words: str
) -> None:
    said = told(deletion_gain__centre_low=low, deletion_gain__centre_high=high)
    assert f"{words} removing the middle of the picture" in said


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("deletion", "not shown to lower the probability faster than removing random places."),
        ("insertion", "not shown to bring the probability back faster than showing random places."),
        ("randomised", "not shown to change enough when what the network learned is shuffled."),
    ],
)
def test_one_that_fails_says_so_and_why(condition: str, words: str) -> None:
    failed = told(passes="no", **{f"passes__{condition}": "no"})
    assert "do not rely on it" in failed
    assert words in failed
    assert "inside the lesion" not in failed


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("deletion", "lowers the probability more slowly than removing random places."),
        ("insertion", "brings the probability back more slowly than showing random places."),
    ],
)
def test_one_that_is_worse_than_chance_says_so(condition: str, words: str) -> None:
    changes = {f"passes__{condition}": "no", f"{condition}_gain__random_high": -0.001}
    assert words in told(passes="no", **changes)
    assert "more slowly" not in told(passes="no", **changes | {f"{condition}_gain__random_high": 0.001})


@pytest.mark.parametrize("method", list(METHODS))
def test_what_the_test_is_hard_on_is_said_of_maps_of_fine_grain(method: str) -> None:
    fine = {"saliency", "integrated_gradients", "gradient_shap", "guided_gradcam"}
    failed = told(method, passes="no", passes__deletion="no")
    assert ("hard on maps of fine grain" in failed) == (method in fine)
    assert "fine grain" not in told(method, passes="no", passes__insertion="no")


def test_one_that_fails_says_what_speaks_for_it() -> None:
    for_it = "does bring the probability back faster than showing random places"
    failed = {"passes": "no", "passes__deletion": "no"}
    assert told(**failed).endswith(f"{for_it}.")
    better = told(**failed, insertion_gain__centre_low=0.1)
    assert better.endswith(f"{for_it} or the middle of the picture.")
    assert for_it not in told(**failed, passes__insertion="no")


def test_one_whose_maps_are_empty_once_shuffled_was_not_shown_to_be_right() -> None:
    failed = {**FOUND, "passes": "no", "passes.insertion": "no", "passes.randomised": "no"}
    del failed["randomised_correlation"]
    words = sentence("cam", {f"explain.cam.{key}": value for key, value in failed.items()})
    assert words.endswith(
        "; of a network that is shuffled they are empty, so that nothing tells what they owe to learning."
    )


def test_one_that_was_not_measured_says_so() -> None:
    assert sentence("occlusion", {"explain.occlusion.low.seconds": 2.0}) == (
        "Occlusion: whether its maps are right was not measured for this model."
    )


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InvalidOption):
        sentence("rise", {})
