from __future__ import annotations

import base64
import io
import socket
import sys
from collections.abc import Callable
from contextlib import closing

import numpy as np
import pytest
from flask.testing import FlaskClient

from lesion.decode import decode
from lesion.pictures import SIZE, laid_over
from lesion.preprocess import square
from server.events import has_gone
from server.job import Job
from server.services import services_of
from tests.server.asking import as_form, as_predict, assert_specified, until
from tests.server.test_explanations import LONG, Asked, picture_of


def test_predict_answers_in_its_own_shape(client: FlaskClient, photo: bytes) -> None:
    response = as_predict(client, photo, precision="High")
    full = as_form(client, photo).json
    assert response.json == {
        "success": True,
        "prediction": full["prediction"],
        "probability": full["probability"],
        "triage": full["triage"],
        "explain": None,
    }
    assert_specified(response, "post", "/predict")


def test_predict_explains_by_lime_on_request(client: FlaskClient, photo: bytes) -> None:
    answer = as_predict(client, photo, explain=True, precision="Low")
    assert_specified(answer, "post", "/predict")
    made = Asked(client, photo, method="lime", precision="low")
    assert made.created["state"] == "done"  # it is the same, and known by now
    heatmap = io.BytesIO()
    picture_of(made.state()["explanation"]["heatmap"]).convert("RGBA").save(heatmap, "PNG")
    expected = np.asarray(laid_over(square(decode(photo), SIZE), heatmap.getvalue()), dtype=int)
    found = np.asarray(picture_of(answer.json["explain"]), dtype=int)
    assert found.shape == (SIZE, SIZE, 3)
    assert np.abs(found - expected).max() <= 1


def test_a_client_that_leaves_ends_its_prediction(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.close()
        body = {"image": base64.b64encode(photo).decode(), "explain": True, "precision": "High"}
        answer = client.post("/predict", json=body, environ_overrides={"gunicorn.socket": ours})
    assert answer.status_code == 499
    until(lambda: 'method="lime",outcome="cancelled"} 1.0' in client.get("/metrics").text)


def test_a_client_is_there_until_its_connection_ends() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not has_gone({})
        assert not has_gone({"gunicorn.socket": ours})
        theirs.sendall(b"next request")
        assert not has_gone({"gunicorn.socket": ours})
        theirs.close()
        ours.recv(100)
        assert has_gone({"gunicorn.socket": ours})
    assert has_gone({"gunicorn.socket": ours})


def test_prediction_whose_picture_takes_too_long_fails_in_its_own_shape(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    answer = as_predict(make_client(explain_timeout=1), photo, explain=True, precision="High")
    assert answer.status_code == 504
    assert answer.json["success"] is False
    assert "choose a lower precision" in answer.json["error"]
    assert_specified(answer, "post", "/predict")


def test_prediction_whose_picture_takes_longer_than_a_request_says_what_would_not(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(request_timeout=2)
    answer = as_predict(client, photo, explain=True, precision="High")
    assert answer.status_code == 504
    assert "Retry-After" not in answer.headers  # whoever tried again would wait as long, in vain
    assert "choose a lower precision, or ask for it by POST /api/explanations" in answer.json["error"]
    assert_specified(answer, "post", "/predict")
    assert 'method="lime",outcome="job-timeout"} 1.0' in client.get("/metrics").text


def test_prediction_whose_picture_was_not_begun_in_time_may_be_asked_for_again(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(request_timeout=2)
    other = Asked(client, photo, **LONG)
    other.until_at_work()
    answer = as_predict(client, photo, explain=True)
    other.cancel()
    assert (answer.status_code, answer.json["success"]) == (503, False)
    assert int(answer.headers["Retry-After"]) > 0


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
    client = make_client(explain_streams=1)
    with closing(services_of(client.application).streams.follow(Job("lime", "another request"))):
        answer = as_predict(client, photo, explain=True)
    assert (answer.status_code, answer.json["success"]) == (503, False)
    assert int(answer.headers["Retry-After"]) > 0
    assert as_predict(client, photo, explain=True).status_code == 200
