"""Age, sex and site through the API: for a model that takes them, and for one that does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lesion.clinical import SEXES, SITES
from tests.lesion.clinical_bundle import clinical_bundle
from tests.server.asking import as_base64, as_form, as_predict, assert_specified, slug_of

TOLD = {"age": 70, "sex": "female", "localization": "Posterior torso"}


@pytest.fixture(scope="module")
def taking(make_client: Callable[..., FlaskClient], tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    path = clinical_bundle(tmp_path_factory.mktemp("models") / "clinical")
    return make_client(lesion_model=str(path))


def test_form_and_json_get_the_same_answer_which_says_what_was_used(
    taking: FlaskClient, photo: bytes
) -> None:
    answers = [
        as_form(taking, photo, **{key: str(value) for key, value in TOLD.items()}),
        as_base64(taking, photo, **TOLD),
    ]
    for answer in answers:
        assert answer.json["clinical"] == {"age": 70, "sex": "female", "localization": "back"}
        assert_specified(answer, "post", "/api/classify")
    assert answers[0].json["probability"] == answers[1].json["probability"]
    assert answers[0].json["probability"] > as_form(taking, photo, age="20").json["probability"]


def test_what_is_left_out_or_empty_or_null_is_not_known(taking: FlaskClient, photo: bytes) -> None:
    answers = [
        as_form(taking, photo),
        as_form(taking, photo, age="", sex="", localization="unknown"),
        as_base64(taking, photo, age=None, sex=None, localization="unknown"),
    ]
    for answer in answers:
        assert answer.json["clinical"] == {"age": None, "sex": None, "localization": None}
        assert answer.json["probability"] == answers[0].json["probability"]
    assert as_predict(taking, photo).json["probability"] == answers[0].json["probability"]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"age": "150"}, "0 to 120"),
        ({"age": "nan"}, "age nan"),
        ({"age": "old"}, "`age`"),
        ({"sex": "both"}, "female, male or unknown"),
        ({"localization": "moon"}, "upper extremity"),
        ({"localization": "x" * 101}, "`localization`"),
    ],
)
def test_what_cannot_be_used_is_named(
    taking: FlaskClient, photo: bytes, options: dict[str, str], part: str
) -> None:
    answer = as_form(taking, photo, **options)
    assert (answer.status_code, slug_of(answer)) == (422, "invalid-option")
    assert part in answer.json["detail"]


def test_a_model_of_the_image_alone_refuses_them(
    client: FlaskClient, taking: FlaskClient, photo: bytes
) -> None:
    answer = as_form(client, photo, age="70", sex="unknown")
    assert (answer.status_code, slug_of(answer)) == (422, "invalid-option")
    assert answer.json["detail"].endswith("judges by the image alone: leave out age.")
    assert_specified(answer, "post", "/api/classify")
    assert as_form(client, photo).json["clinical"] is None


def test_the_configuration_says_which_model_takes_them(client: FlaskClient, taking: FlaskClient) -> None:
    offered = {model["name"]: model["clinical"] for model in taking.get("/api/config").json["models"]}
    assert offered["mobilenet_v2"] is None
    assert offered["clinical"] == {"age_min": 0, "age_max": 120, "sexes": list(SEXES), "sites": list(SITES)}
    assert_specified(taking.get("/api/config"), "get", "/api/config")
    assert_specified(taking.get("/api/models/clinical"), "get", "/api/models/{name}")
