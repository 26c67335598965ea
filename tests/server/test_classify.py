from __future__ import annotations

import base64
import textwrap
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lesion.bundle import Bundle
from tests.images import GOOD_INPUTS
from tests.server.asking import as_base64, as_form, assert_specified


@pytest.fixture(scope="module")
def bundle(bundle_path: Path) -> Bundle:
    return Bundle.load(bundle_path)


def answer_of(response: TestResponse) -> dict:
    assert response.status_code == 200, response.text
    return {key: value for key, value in response.json.items() if key != "timing_ms"}


def test_file_base64_and_data_url_of_one_photo_get_the_same_answer(client: FlaskClient, photo: bytes) -> None:
    text = base64.b64encode(photo).decode()
    sent = [
        as_form(client, photo),
        as_base64(client, photo),
        client.post("/api/classify", json={"image": f"data:image/jpeg;base64,{text}"}),
        client.post("/api/classify", json={"image": textwrap.fill(text, 76)}),
        client.post(
            "/api/classify",
            data=b'{"image": "%b"}' % text.replace("/", "\\/").encode(),
            content_type="application/json",
        ),
    ]
    assert all(answer_of(response) == answer_of(sent[0]) for response in sent)
    assert_specified(sent[0], "post", "/api/classify")


def test_answer_is_about_the_model_and_its_measured_operating_point(
    client: FlaskClient, photo: bytes, bundle: Bundle
) -> None:
    answer = answer_of(as_form(client, photo))
    point = answer["operating_point"]
    assert point["name"] == bundle.manifest.default_operating_point
    assert point["sensitivity"]["n"] > 0
    assert answer["prediction"] == ("malignant" if answer["probability"] >= point["threshold"] else "benign")
    assert answer["probabilities"]["malignant"] == answer["probability"]
    assert answer["model"]["sha256"] == bundle.manifest.files[bundle.manifest.graph]
    assert answer["explanation"]["heatmap"].startswith("data:image/png;base64,")


def test_each_operating_point_answers_with_its_own_threshold(
    client: FlaskClient, photo: bytes, bundle: Bundle
) -> None:
    for point in bundle.manifest.operating_points:
        answer = answer_of(as_form(client, photo, operating_point=point.name))
        assert answer["operating_point"]["threshold"] == point.threshold


@pytest.mark.parametrize("word", ["false", "False", "0"])
def test_explanation_is_left_out_on_request(client: FlaskClient, photo: bytes, word: str) -> None:
    assert answer_of(as_form(client, photo, explain=word))["explanation"] is None
    assert answer_of(as_base64(client, photo, explain=False))["explanation"] is None


def test_every_sample_is_classified_by_its_id(client: FlaskClient) -> None:
    samples = client.get("/api/config").json["samples"]
    assert samples
    for sample in samples[:3]:
        response = client.post("/api/classify", json={"sample": sample["id"]})
        assert response.status_code == 200
        assert_specified(response, "post", "/api/classify")


def test_null_options_mean_the_defaults(client: FlaskClient, photo: bytes) -> None:
    assert answer_of(as_base64(client, photo, model=None, operating_point=None)) == answer_of(
        as_form(client, photo)
    )


def test_a_photo_of_twelve_megapixels_is_classified(client: FlaskClient, large_photo: bytes) -> None:
    assert as_form(client, large_photo).status_code == 200


@pytest.mark.parametrize("name", GOOD_INPUTS)
def test_odd_but_good_images_are_classified(client: FlaskClient, name: str) -> None:
    assert as_form(client, GOOD_INPUTS[name].data, explain="false").status_code == 200
