"""What the specification allows, and what it does not, is asked for; each answer is one that it foresees."""

from __future__ import annotations

import base64

import msgspec
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from lesion.keys import new_key
from server.app import create_app
from server.config import Config
from tests.server.asking import SPECIFICATION, ready

WITHOUT = (positive_data_acceptance,)
"""Checks that are left out: an image is any string, as far as a schema can tell."""

SECRET, KEY = new_key("clinic")
HOLDER = {"Authorization": f"Bearer {SECRET}"}

schema = schemathesis.openapi.from_dict(msgspec.json.decode(msgspec.json.encode(SPECIFICATION)))


@pytest.fixture(scope="module")
def recording(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    file = tmp_path_factory.mktemp("record") / "record.db"
    changes = {"database_url": f"sqlite:///{file}", "store_images": True, "api_keys": KEY.entry}
    return ready(create_app(msgspec.structs.replace(config, **changes)))


def name_what_is_there(case: schemathesis.Case, app: Flask, photo: bytes) -> None:
    """Put the id of a record or job of its own into a case that has a good one: nobody guesses those."""
    asked = {"json": {"image": base64.b64encode(photo).decode()}, "headers": HOLDER}
    if "record_id" in case.path_parameters:
        told = app.test_client().post("/api/classify", **asked).json
        case.path_parameters["record_id"] = told["record"]
    if "job_id" in case.path_parameters and "X-Job-Key" in case.headers:
        told = app.test_client().post("/api/explanations", **asked).json
        case.path_parameters["job_id"], case.headers["X-Job-Key"] = told["id"], told["key"]


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_those_that_are_specified(
    case: schemathesis.Case, recording: Flask, photo: bytes
) -> None:
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
        name_what_is_there(case, recording, photo)
    case.call_and_validate(app=recording, headers=HOLDER, excluded_checks=list(WITHOUT))
