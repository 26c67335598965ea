"""Requests that are wrong in other ways than by their image."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.config import Config
from server.models import Models
from tests.images import encode, lesion_image, lesion_jpeg
from tests.server.asking import as_form, assert_specified, slug_of

JPEG = lesion_jpeg()
BASE64 = base64.b64encode(JPEG).decode()


def file(data: bytes = JPEG, name: str = "a.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def form(**fields: Any) -> dict[str, Any]:
    return {"data": fields, "content_type": "multipart/form-data"}


def body(text: str | bytes, kind: str = "application/json") -> dict[str, Any]:
    return {"data": text, "content_type": kind}


MULTIPART = "multipart/form-data; boundary=b"
WHOLE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + JPEG + b"\r\n--b--\r\n"

BAD_REQUESTS: dict[str, tuple[Callable[[], dict[str, Any]], int, str]] = {
    "empty-form": (lambda: form(explain="true"), 400, "missing-image"),
    "file-in-a-text-field": (lambda: form(file="text"), 400, "missing-image"),
    "file-under-another-name": (lambda: form(image=file()), 400, "malformed-request"),
    "sample-in-a-form": (lambda: form(file=file(), sample="drawing-round"), 400, "malformed-request"),
    "two-files": (lambda: form(file=[file(), file()]), 400, "malformed-request"),
    "empty-file-field-of-a-browser": (lambda: form(file=file(b"", "")), 400, "empty-input"),
    "unknown-field": (lambda: form(file=file(), zoom="2"), 422, "invalid-option"),
    "explain-is-no-boolean": (lambda: form(file=file(), explain="perhaps"), 422, "invalid-option"),
    "unknown-operating-point": (lambda: form(file=file(), operating_point="best"), 422, "invalid-option"),
    "empty-operating-point": (lambda: form(file=file(), operating_point=""), 422, "invalid-option"),
    "unknown-model": (lambda: form(file=file(), model="resnet"), 404, "unknown-model"),
    "model-that-is-a-path": (lambda: form(file=file(), model="../../etc"), 404, "unknown-model"),
    "an-option-twice": (lambda: form(file=file(), model=["a", "a"]), 422, "invalid-option"),
    "very-long-model": (lambda: form(file=file(), model="m" * 10_000), 422, "invalid-option"),
    "huge-text-field": (lambda: form(file=file(), model="m" * 600_000), 413, "too-many-bytes"),
    "fifty-fields": (lambda: form(**{f"f{n}": "1" for n in range(50)}), 413, "too-many-bytes"),
    "form-without-boundary": (lambda: body(WHOLE, "multipart/form-data"), 400, "malformed-request"),
    "form-with-another-boundary": (lambda: body(WHOLE, MULTIPART + "x"), 400, "malformed-request"),
    "form-cut-short": (lambda: body(WHOLE[:-30], MULTIPART), 400, "malformed-request"),
    "form-of-noise": (lambda: body(bytes(range(256)) * 9, MULTIPART), 400, "malformed-request"),
    "no-body": (dict, 415, "unsupported-media-type"),
    "plain-text": (lambda: body("hello", "text/plain"), 415, "unsupported-media-type"),
    "raw-jpeg": (lambda: body(JPEG, "image/jpeg"), 415, "unsupported-media-type"),
    "url-encoded-form": (
        lambda: body(f"image={BASE64}", "application/x-www-form-urlencoded"),
        415,
        "unsupported-media-type",
    ),
    "options-behind-the-address": (
        lambda: {"json": {"image": BASE64}, "query_string": "explain=false"},
        422,
        "invalid-option",
    ),
    "empty-json": (lambda: body(""), 400, "malformed-request"),
    "broken-json": (lambda: body('{"image": "'), 400, "malformed-request"),
    "json-with-a-tail": (lambda: body('{"sample": "a"} {}'), 400, "malformed-request"),
    "json-not-utf-8": (lambda: body(b'{"image": "\xff\xfe"}'), 400, "malformed-request"),
    "json-with-half-a-surrogate": (lambda: body('{"image": "\\ud800"}'), 400, "malformed-request"),
    "json-list": (lambda: {"json": [BASE64]}, 400, "malformed-request"),
    "json-string": (lambda: {"json": BASE64}, 400, "malformed-request"),
    "json-null": (lambda: body("null"), 400, "malformed-request"),
    "deep-json": (lambda: body("[" * 100_000), 400, "malformed-request"),
    "deep-json-inside": (lambda: body('{"image": ' + '{"a":' * 50_000), 400, "malformed-request"),
    "no-image": (lambda: {"json": {}}, 400, "missing-image"),
    "image-null": (lambda: {"json": {"image": None}}, 400, "missing-image"),
    "image-is-a-number": (lambda: {"json": {"image": 5}}, 400, "malformed-request"),
    "image-is-a-list": (lambda: {"json": {"image": [BASE64]}}, 400, "malformed-request"),
    "image-is-an-object": (lambda: {"json": {"image": {"url": "x"}}}, 400, "malformed-request"),
    "image-empty": (lambda: {"json": {"image": ""}}, 400, "empty-input"),
    "image-is-a-web-address": (
        lambda: {"json": {"image": "http://127.0.0.1/a.jpg"}},
        400,
        "malformed-request",
    ),
    "image-is-a-file-address": (lambda: {"json": {"image": "file:///etc/passwd"}}, 400, "malformed-request"),
    "image-with-letters-outside-base64": (lambda: {"json": {"image": "ä" * 40}}, 400, "malformed-request"),
    "image-with-zeros-inside": (lambda: body('{"image": "AAAA\\u0000AAAA"}'), 400, "malformed-request"),
    "base64-without-padding": (lambda: {"json": {"image": "QUJDRA"}}, 400, "malformed-request"),
    "base64-with-a-tail": (lambda: {"json": {"image": "QUJDRA==QUJD"}}, 400, "malformed-request"),
    "data-url-without-data": (lambda: {"json": {"image": "data:image/jpeg;base64,"}}, 400, "empty-input"),
    "data-url-not-base64": (
        lambda: {"json": {"image": "data:image/svg+xml,<svg/>"}},
        400,
        "malformed-request",
    ),
    "image-and-sample": (lambda: {"json": {"image": BASE64, "sample": "x"}}, 400, "malformed-request"),
    "sample-is-a-number": (lambda: {"json": {"sample": 1}}, 400, "malformed-request"),
    "unknown-sample": (lambda: {"json": {"sample": "nobody"}}, 404, "unknown-sample"),
    "sample-that-is-a-path": (lambda: {"json": {"sample": "../../../etc/passwd"}}, 404, "unknown-sample"),
    "unknown-key": (lambda: {"json": {"image": BASE64, "url": "http://x"}}, 422, "invalid-option"),
    "explain-is-a-string": (lambda: {"json": {"image": BASE64, "explain": "yes"}}, 422, "invalid-option"),
    "explain-is-null": (lambda: {"json": {"image": BASE64, "explain": None}}, 422, "invalid-option"),
    "model-is-a-number": (lambda: {"json": {"image": BASE64, "model": 1}}, 422, "invalid-option"),
    "precision-belongs-to-predict": (
        lambda: {"json": {"image": BASE64, "precision": "Low"}},
        422,
        "invalid-option",
    ),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_bad_request_is_a_named_problem(client: FlaskClient, name: str) -> None:
    build, status, slug = BAD_REQUESTS[name]
    answer = client.post("/api/classify", **build())
    assert (answer.status_code, slug_of(answer)) == (status, slug), answer.text
    assert_specified(answer, "post", "/api/classify")


BAD_PREDICTIONS: dict[str, tuple[dict[str, Any], int]] = {
    "no-image": ({"json": {}}, 400),
    "unknown-precision": ({"json": {"image": BASE64, "precision": "low"}}, 422),
    "explain-is-a-string": ({"json": {"image": BASE64, "explain": "true"}}, 422),
    "operating-point": ({"json": {"image": BASE64, "operating_point": "sensitive"}}, 422),
    "broken-json": (body("{"), 400),
    "form": ({"data": {"file": "x"}, "content_type": "multipart/form-data"}, 415),
}


@pytest.mark.parametrize("name", BAD_PREDICTIONS)
def test_bad_prediction_fails_in_its_own_shape(client: FlaskClient, name: str) -> None:
    arguments, status = BAD_PREDICTIONS[name]
    answer = client.post("/predict", **arguments)
    assert answer.status_code == status
    assert answer.json == {"success": False, "error": answer.json["error"]}
    assert_specified(answer, "post", "/predict")


def test_wrong_method_is_a_problem_and_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/api/classify")
    assert (answer.status_code, slug_of(answer)) == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    assert client.get("/predict").json["success"] is False
    assert client.delete("/").status_code == 405


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/nowhere", "/api/models/none", "/api/samples/none", "/problems/none"]
)
def test_unknown_address_is_a_problem(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert slug_of(answer) in {"not-found", "unknown-model", "unknown-sample"}


def test_announced_size_is_refused_before_anything_is_read(client: FlaskClient, config: Config) -> None:
    class Untouchable(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readinto = read  # type: ignore[assignment]

    for path, kind, size in (
        ("/api/classify", "multipart/form-data; boundary=b", config.max_form_bytes + 1),
        ("/api/classify", "application/json", config.max_json_bytes + 1),
        ("/predict", "application/json", config.max_json_bytes + 1),
    ):
        environ = {"CONTENT_LENGTH": str(size), "wsgi.input": Untouchable()}
        answer = client.post(path, content_type=kind, environ_overrides=environ)
        assert answer.status_code == 413, answer.text


def test_operators_limits_hold(make_client: Callable[..., FlaskClient], photo: bytes) -> None:
    small = make_client(lesion_max_bytes=20_000, lesion_max_pixels=100_000)
    too_big = as_form(small, photo)
    assert (too_big.status_code, slug_of(too_big)) == (413, "too-many-bytes")
    too_wide = as_form(small, encode(lesion_image((400, 300)), "JPEG", quality=20))
    assert slug_of(too_wide) == "too-many-pixels"
    limits = small.get("/api/config").json["limits"]
    assert (limits["max_bytes"], limits["max_pixels"]) == (20_000, 100_000)


def test_a_surprise_tells_the_client_only_an_id_and_the_log_everything(
    app: Flask,
    client: FlaskClient,
    photo: bytes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(Models, "classify", fail)
    with caplog.at_level(logging.ERROR):
        answer = as_form(client, photo)
    assert (answer.status_code, slug_of(answer)) == (500, "internal")
    assert "secret" not in answer.text
    record = next(record for record in caplog.records if record.exc_info)
    assert record.request_id == answer.headers["X-Request-ID"]  # type: ignore[attr-defined]
    assert "the secret cause" in caplog.text
    assert_specified(answer, "post", "/api/classify")


def test_uploads_are_never_written_to_disk(
    client: FlaskClient, large_photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was asked for")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert len(large_photo) > 500_000
    assert as_form(client, large_photo).status_code == 200
