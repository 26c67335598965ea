from __future__ import annotations

import json
import logging
import logging.config

import pytest
from flask.testing import FlaskClient

from server.logs import log_config
from tests.server.asking import as_form


def test_a_well_formed_request_id_is_kept(client: FlaskClient) -> None:
    answer = client.get("/ping", headers={"X-Request-ID": "0f4c-ward_7.42:a"})
    assert answer.headers["X-Request-ID"] == "0f4c-ward_7.42:a"


@pytest.mark.parametrize(
    "offered", ["", "short", "with space in it", "x" * 129, "<script>alert(1)</script>", "ümläute-sind-schön"]
)
def test_any_other_request_id_is_replaced(client: FlaskClient, offered: str) -> None:
    given = client.get("/ping", headers={"X-Request-ID": offered}).headers["X-Request-ID"]
    assert given != offered
    assert len(given) == 32


def test_each_request_gets_its_own_id(client: FlaskClient) -> None:
    assert client.get("/ping").headers["X-Request-ID"] != client.get("/ping").headers["X-Request-ID"]


def test_a_request_leaves_one_line_without_names_images_or_addresses(
    client: FlaskClient, photo: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = as_form(client, photo, name="Erika-Mustermann.jpg")
    lines = [record for record in caplog.records if record.name == "server.access"]
    assert len(lines) == 1
    logged = vars(lines[0])
    assert logged["request_id"] == answer.headers["X-Request-ID"]
    assert (logged["method"], logged["route"], logged["status"]) == ("POST", "/api/classify", 200)
    everything = " ".join(str(vars(record)) for record in caplog.records)
    assert "Mustermann" not in everything
    assert "127.0.0.1" not in everything


def test_paths_are_logged_as_their_pattern(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get("/api/samples/Mustermann")
        client.get("/Mustermann.jpg?name=Mustermann")
    everything = " ".join(str(vars(record)) for record in caplog.records if record.name == "server.access")
    assert "/api/samples/<sample_id>" in everything
    assert "unmatched" in everything
    assert "Mustermann" not in everything


@pytest.fixture
def json_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the server's logging to use, and the tests' own back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.config.dictConfig(log_config("INFO"))
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("gunicorn.access").propagate = True


def test_log_lines_are_json_with_their_fields(json_logging: None, capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.getLogger().handlers[0]
    record = logging.LogRecord("server.access", logging.INFO, "", 0, "request", (), None)
    record.request_id, record.ms = "abc", 1.5
    line = json.loads(handler.format(record))
    assert line["level"] == "INFO"
    assert line["message"] == "request"
    assert (line["request_id"], line["ms"]) == ("abc", 1.5)
    assert line["time"]


def test_gunicorn_s_lines_lose_their_addresses(json_logging: None) -> None:
    handler = logging.getLogger().handlers[0]
    message = "Invalid request from ip=203.0.113.9: Invalid HTTP request line: ''"
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, message, (), None)
    handler.filter(record)
    assert "203.0.113.9" not in handler.format(record)
    assert "Invalid HTTP request line" in handler.format(record)
