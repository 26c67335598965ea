from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.server.asking import as_form, as_predict, assert_specified
from tests.server.test_explanations import Asked


def test_predict_answers_in_its_own_shape(client: FlaskClient, photo: bytes) -> None:
    response = as_predict(client, photo, precision="High")
    full = as_form(client, photo).json
    assert response.json == {
        "success": True,
        "prediction": full["prediction"],
        "probability": full["probability"],
        "explain": None,
    }
    assert_specified(response, "post", "/predict")


def test_predict_explains_by_lime_on_request(client: FlaskClient, photo: bytes) -> None:
    answer = as_predict(client, photo, explain=True, precision="Low")
    assert_specified(answer, "post", "/predict")
    made = Asked(client, photo, method="lime", precision="low")
    assert made.created["state"] == "done"  # it is the same, and known by now
    assert answer.json["explain"] == made.state()["explanation"]["heatmap"]


def test_prediction_whose_picture_takes_too_long_fails_in_its_own_shape(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    answer = as_predict(make_client(explain_timeout=1), photo, explain=True, precision="High")
    assert answer.status_code == 504
    assert answer.json["success"] is False
    assert "choose a lower precision" in answer.json["error"]
    assert_specified(answer, "post", "/predict")


def test_prediction_without_lime_says_what_to_install(
    client: FlaskClient, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lime", None)
    answer = as_predict(client, photo, explain=True)
    assert (answer.status_code, answer.json["success"]) == (501, False)
    assert "install requirements" in answer.json["error"]
    assert as_predict(client, photo).status_code == 200


def test_predictions_that_wait_leave_threads_for_everything_else(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(web_threads=1)
    answer = as_predict(client, photo, explain=True)
    assert (answer.status_code, answer.json["success"]) == (503, False)
    assert int(answer.headers["Retry-After"]) > 0
