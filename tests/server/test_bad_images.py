"""Every bad image of the corpus, sent in every way, gets the status of its error and never a 500."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient

from benchmarks.mutate import Mutator
from tests.images import BAD_INPUTS, GOOD_INPUTS
from tests.server.asking import as_base64, as_form, as_predict, assert_specified, slug_of


def test_there_are_at_least_forty() -> None:
    assert len(BAD_INPUTS) >= 40


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_image_in_a_form_is_a_named_problem(client: FlaskClient, name: str) -> None:
    bad = BAD_INPUTS[name]
    answer = as_form(client, bad.data)
    assert (answer.status_code, slug_of(answer)) == (bad.error.status, bad.error.slug)
    assert_specified(answer, "post", "/api/classify")


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_image_as_base64_is_a_named_problem(client: FlaskClient, name: str) -> None:
    bad = BAD_INPUTS[name]
    answer = as_base64(client, bad.data)
    assert (answer.status_code, slug_of(answer)) == (bad.error.status, bad.error.slug)


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_image_to_predict_fails_in_its_shape(client: FlaskClient, name: str) -> None:
    bad = BAD_INPUTS[name]
    answer = as_predict(client, bad.data)
    assert answer.status_code == bad.error.status
    assert answer.json["success"] is False
    assert answer.json["error"].endswith(".")
    assert set(answer.json) == {"success", "error"}
    assert_specified(answer, "post", "/predict")


def test_changed_images_are_answered_or_named(client: FlaskClient) -> None:
    # The long run is `python -m benchmarks.fuzz`, against a server of its own.
    mutator = Mutator([one.data for one in (*BAD_INPUTS.values(), *GOOD_INPUTS.values())], seed=1)
    for _ in range(200):
        started = time.thread_time()
        answer = as_form(client, mutator.next())
        assert time.thread_time() - started < 2
        assert answer.status_code in {200, 400, 413, 415, 422}
        if answer.status_code != 200:
            assert_specified(answer, "post", "/api/classify")
