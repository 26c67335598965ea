from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from lesion.classifier import Classifier, find_operating_point, open_classifier
from lesion.clinical import SITES, Clinical, encode
from lesion.errors import InvalidOption
from tests import golden
from tests.lesion.clinical_bundle import SPEC, clinical_bundle


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return open_classifier(clinical_bundle(tmp_path_factory.mktemp("models") / "clinical"), threads=1)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ((55, "female", "back"), (55, "female", "back")),
        ((0, " Male ", "Posterior  Torso"), (0, "male", "back")),
        ((None, "F", "head/neck"), (None, "female", "head/neck")),
        ((85.5, "unknown", "lower_extremity"), (85.5, None, "lower extremity")),
        ((None, "", None), (None, None, None)),
        ((None, None, "palms/soles"), (None, None, "acral")),
    ],
)
def test_words_of_several_sources_are_read(words: tuple, meant: tuple) -> None:
    found = Clinical.of(*words)
    assert (found.age, found.sex, found.localization) == meant
    assert Clinical.of(found.age, found.sex, found.localization) == found


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((-1, None, None), "0 to 120 years"),
        ((121, None, None), "age 121"),
        ((float("nan"), None, None), "age nan"),
        ((None, "both", None), "female, male or unknown"),
        ((None, None, "moon"), "upper extremity"),
    ],
)
def test_what_cannot_be_meant_is_named(words: tuple, complaint: str) -> None:
    with pytest.raises(InvalidOption, match=complaint):
        Clinical.of(*words)


def test_every_part_is_encoded_and_each_may_be_not_known() -> None:
    vector = encode(Clinical(age=85, sex="male", localization="abdomen"), SPEC)
    assert vector.dtype == np.float32
    assert vector.shape == (SPEC.size,)
    assert vector.tolist() == [1, 0, 0, 1, 0, 1, *[0] * len(SITES)]
    assert encode(Clinical(), SPEC).tolist() == [0, 1, 0, 0, 1, *[0] * len(SITES), 1]


def test_an_age_beyond_those_learned_from_counts_as_the_nearest() -> None:
    ages = [encode(Clinical(age=age), SPEC)[0] for age in (0, 42.5, 85, 120)]
    assert ages == [-1, 0, 1, 1]


def test_a_coarse_word_is_shared_out_among_the_sites_that_it_may_mean() -> None:
    sites = encode(Clinical(localization="head/neck"), SPEC)[-len(SITES) - 1 :]
    shares = dict(zip((*SITES, "not known"), sites.tolist(), strict=True))
    assert {site: share for site, share in shares.items() if share} == dict.fromkeys(
        ("ear", "face", "neck", "scalp"), 0.25
    )


def test_a_network_that_does_not_know_a_site_says_which_it_knows() -> None:
    spec = msgspec.structs.replace(SPEC, sites=("back", "face"))
    with pytest.raises(InvalidOption, match=r"no localization ear: give one of back, face\."):
        encode(Clinical(localization="ear"), spec)


def test_the_answer_depends_on_them_and_says_what_was_used(
    classifier: Classifier, drawing_bytes: bytes
) -> None:
    told = Clinical(age=80, sex="male")
    old = classifier.classify(drawing_bytes, clinical=told, explain=False)
    young = classifier.classify(drawing_bytes, clinical=Clinical(age=10, sex="male"), explain=False)
    assert old.probability > young.probability
    assert old.clinical == told


def test_nothing_known_is_an_answer_too(classifier: Classifier, drawing_bytes: bytes) -> None:
    answers = [classifier.classify(drawing_bytes, clinical=told) for told in (None, Clinical())]
    assert answers[0].clinical == answers[1].clinical == Clinical()
    assert answers[0].probability == answers[1].probability


def test_the_answer_shows_what_was_measured_with_as_much_told(
    classifier: Classifier, drawing_bytes: bytes
) -> None:
    point = find_operating_point(classifier.bundle.manifest, "sensitive")
    options: dict[str, Any] = {"operating_point": "sensitive", "explain": False}
    told = classifier.classify(drawing_bytes, clinical=Clinical(sex="male"), **options).operating_point
    untold = classifier.classify(drawing_bytes, **options).operating_point
    assert told == point
    assert (untold.name, untold.threshold) == (point.name, point.threshold)
    assert (untold.sensitivity, untold.specificity) == msgspec.structs.astuple(point.without_clinical)
    assert untold.sensitivity != told.sensitivity


def test_a_model_of_the_image_alone_refuses_them(drawing_bytes: bytes) -> None:
    plain = open_classifier(golden.MODEL, threads=1)
    with pytest.raises(
        InvalidOption, match=r"mobilenet_v2 judges by the image alone: leave out age and sex\."
    ):
        plain.classify(drawing_bytes, clinical=Clinical(age=50, sex="male"))
    assert plain.classify(drawing_bytes, clinical=Clinical(), explain=False).clinical is None
