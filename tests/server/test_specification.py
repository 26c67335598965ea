"""What the specification allows, and what it does not, is asked for; each answer is one that it foresees."""

from __future__ import annotations

import msgspec
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from server.app import create_app
from server.config import Config
from tests.server.asking import SPECIFICATION, ready

schema = schemathesis.openapi.from_dict(msgspec.json.decode(msgspec.json.encode(SPECIFICATION)))


@pytest.fixture(scope="module")
def recording(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    file = tmp_path_factory.mktemp("record") / "record.db"
    return ready(create_app(msgspec.structs.replace(config, database_url=f"sqlite:///{file}")))


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_those_that_are_specified(case: schemathesis.Case, recording: Flask) -> None:
    # An image is any string, as far as a schema can tell.
    case.call_and_validate(app=recording, excluded_checks=[positive_data_acceptance])
