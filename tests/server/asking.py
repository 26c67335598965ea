"""The ways to send an image, and how an answer is checked against the specification."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from werkzeug.test import TestResponse

from server.openapi import specification

SPECIFICATION = specification()
READY_WITHIN = 240.0


def as_form(client: FlaskClient, data: bytes, name: str = "photo.jpg", **options: str) -> TestResponse:
    return client.post("/api/classify", data={"file": (io.BytesIO(data), name), **options})


def as_base64(client: FlaskClient, data: bytes, **options: object) -> TestResponse:
    return client.post("/api/classify", json={"image": base64.b64encode(data).decode(), **options})


def as_predict(client: FlaskClient, data: bytes, **options: object) -> TestResponse:
    return client.post("/predict", json={"image": base64.b64encode(data).decode(), **options})


def slug_of(answer: TestResponse) -> str:
    """The kind of a problem, after checking that it is a complete problem document."""
    assert answer.mimetype == "application/problem+json", answer.text
    problem = answer.json
    assert isinstance(problem, dict)
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == answer.status_code
    assert problem["instance"] == answer.headers["X-Request-ID"]
    assert problem["title"]
    assert problem["detail"].endswith(".")
    return str(problem["type"]).removeprefix("/problems/")


def assert_specified(answer: TestResponse, method: str, path: str) -> None:
    """Check that the specification foresees this status and content type, and the form of JSON."""
    responses = SPECIFICATION["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, f"{method} {path} does not specify {answer.status_code}"
    content = responses[str(answer.status_code)]["content"]
    assert answer.mimetype in content or "*/*" in content
    schema = content.get(answer.mimetype, {}).get("schema")
    if schema:
        document: dict[str, Any] = {**schema, "components": SPECIFICATION["components"]}
        OAS31Validator(document).validate(answer.json)


def until(condition: Callable[[], object], limit: float = 60.0) -> None:
    """Wait for a condition that must come true."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def ready(app: Flask) -> Flask:
    """Wait until the application's model answers."""
    client = app.test_client()
    deadline = time.monotonic() + READY_WITHIN
    while client.get("/healthz").status_code != 200:
        assert time.monotonic() < deadline, client.get("/healthz").text
        time.sleep(0.02)
    return app
