from __future__ import annotations

import msgspec
import pytest

from lesion import advice
from lesion.distribution import Distribution
from lesion.manifest import Proportion
from lesion.quality import Quality
from lesion.triage import triage
from tests.lesion.manifests import manifest

POINT = manifest().operating_points[0]
GOOD = Quality(ok=True, sharpness=100, contrast=0.5, advice=None)
LIKE = Distribution(score=0.4, threshold=0.6, ok=True)
UNLIKE = Distribution(score=0.8, threshold=0.6, ok=False)
BLURRED = Quality(ok=False, sharpness=1, contrast=0.5, advice="Please retake your image: it is blurred.")


@pytest.mark.parametrize("prediction", ["benign", "malignant"])
def test_a_poor_picture_is_to_be_retaken_whatever_the_network_said(prediction: str) -> None:
    answer = triage(BLURRED, UNLIKE, prediction, POINT)
    assert answer.level == "retake"
    assert answer.message.startswith(f"{BLURRED.advice} ")
    assert (
        "show the lesion to a dermatologist" if prediction == "malignant" else "See a doctor anyway"
    ) in answer.message


@pytest.mark.parametrize("prediction", ["benign", "malignant"])
def test_of_a_picture_unlike_those_learned_from_the_model_is_unsure(prediction: str) -> None:
    answer = triage(GOOD, UNLIKE, prediction, POINT)
    assert answer.level == "unsure"
    assert "does not look like" in answer.message
    assert (
        "show that to a dermatologist" if prediction == "malignant" else "See a doctor anyway"
    ) in answer.message


@pytest.mark.parametrize(("prediction", "level"), [("benign", "routine"), ("malignant", "consult")])
def test_a_bundle_that_cannot_tell_what_is_unlike_judges_all(prediction: str, level: str) -> None:
    assert triage(GOOD, None, prediction, POINT).level == level


def test_malignant_is_to_be_shown_to_a_doctor_and_says_how_often_that_is_a_false_alarm() -> None:
    answer = triage(GOOD, LIKE, "malignant", POINT)
    assert answer.level == "consult"
    assert "flagged 20 of 100 benign lesions in its test, and may flag more elsewhere" in answer.message


def test_the_mildest_message_says_what_is_missed_and_when_to_see_a_doctor() -> None:
    answer = triage(GOOD, LIKE, "benign", POINT)
    assert answer.level == "routine"
    assert "missed 9 of 100 malignant lesions in its test, and may miss more elsewhere" in answer.message
    assert "See a doctor anyway" in answer.message
    assert answer.message.startswith("At this setting the model found no sign of malignancy;")


def test_no_message_says_that_nothing_is_missed() -> None:
    perfect = Proportion(value=1.0, low=0.96, high=1.0, k=100, n=100)
    point = msgspec.structs.replace(POINT, sensitivity=perfect, specificity=perfect)
    assert "missed fewer than 1 of 100 malignant" in triage(GOOD, LIKE, "benign", point).message
    assert "flagged fewer than 1 of 100 benign" in triage(GOOD, LIKE, "malignant", point).message


def test_no_message_says_that_all_are_missed() -> None:
    blind = Proportion(value=0.0, low=0.0, high=0.04, k=0, n=100)
    point = msgspec.structs.replace(POINT, sensitivity=blind)
    assert "missed more than 99 of 100 malignant" in triage(GOOD, LIKE, "benign", point).message


def test_each_level_has_a_heading_that_is_no_all_clear() -> None:
    answers = [
        triage(quality, distribution, prediction, POINT)
        for quality, distribution in ((BLURRED, LIKE), (GOOD, UNLIKE), (GOOD, LIKE))
        for prediction in ("benign", "malignant")
    ]
    assert {answer.level: answer.title for answer in answers} == advice.TITLES
    assert "no all-clear" in advice.TITLES["routine"]
