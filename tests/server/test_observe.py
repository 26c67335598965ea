from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from lesion.errors import LesionError, MissingDependency
from server.callers import caller
from server.errors import JobTimeout
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
    config = log_config("INFO")
    loggers = [logging.getLogger(name) for name in (None, *config["loggers"])]
    before = [(each.handlers[:], each.level, each.propagate) for each in loggers]
    logging.config.dictConfig(config)
    yield
    for each, (handlers, level, propagate) in zip(loggers, before, strict=True):
        each.handlers[:], each.propagate = handlers, propagate
        each.setLevel(level)


def test_log_lines_are_json_with_their_fields(json_logging: None, capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.getLogger().handlers[0]
    record = logging.LogRecord("server.access", logging.INFO, "", 0, "request", (), None)
    record.request_id, record.ms = "abc", 1.5
    line = json.loads(handler.format(record))
    assert line["level"] == "INFO"
    assert line["message"] == "request"
    assert (line["request_id"], line["ms"]) == ("abc", 1.5)
    assert line["time"]


def test_lines_that_anybody_writes_in_the_course_of_a_request_name_it(
    client: FlaskClient, json_logging: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, written = logging.getLogger().handlers[0], []
    handler.emit = lambda record: written.append(json.loads(handler.format(record)))  # type: ignore[method-assign]

    def speak() -> str:
        logging.getLogger("some.library").warning("something is odd")
        return ""

    monkeypatch.setitem(client.application.view_functions, "api.default_classes", speak)
    client.get("/api/classes", headers={"X-Request-ID": "0f4c-ward_7"})
    logging.getLogger("some.library").warning("afterwards")
    odd, afterwards = (line for line in written if line["logger"] == "some.library")
    assert odd["request_id"] == "0f4c-ward_7"
    assert "request_id" not in afterwards


@pytest.mark.parametrize(
    ("path", "level"), [("/ping", "DEBUG"), ("/metrics", "DEBUG"), ("/", "INFO"), ("/nowhere", "INFO")]
)
def test_what_programs_ask_every_few_seconds_is_no_news(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, level: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(path)
    assert [record.levelname for record in caplog.records if record.name == "server.access"] == [level]


def test_a_failure_of_the_server_is_an_error_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.application.view_functions, "api.default_classes", lambda: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        assert client.get("/api/classes").status_code == 500
    lines = [record.levelname for record in caplog.records if record.name == "server.access"]
    assert lines == ["ERROR"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(MissingDependency("Captum is not installed here."), 501), (JobTimeout("It takes too long."), 504)],
    ids=["not installed", "asked for too much"],
)
def test_what_the_caller_can_change_is_no_failure_of_the_server(
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: LesionError,
    status: int,
) -> None:
    def fail() -> str:
        raise error

    monkeypatch.setitem(client.application.view_functions, "api.default_classes", fail)
    with caplog.at_level(logging.DEBUG):
        assert client.get("/api/classes").status_code == status
    assert [(record.name, record.levelname) for record in caplog.records] == [("server.access", "WARNING")]


def test_addresses_are_logged_where_they_are_asked_for(
    make_client: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(log_addresses=True)
    with caplog.at_level(logging.INFO):
        client.get("/api/classes", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    lines = [record for record in caplog.records if record.name == "server.access"]
    assert lines[-1].address == "203.0.113.9"  # type: ignore[attr-defined]


def test_a_refusal_for_too_many_requests_does_not_tell_who_asked(
    make_client: Callable[..., FlaskClient], json_logging: None
) -> None:
    handler, written = logging.getLogger().handlers[0], []
    handler.emit = lambda record: written.append(handler.format(record))  # type: ignore[method-assign]
    client = make_client(rate_limit="1/minute")
    given = {"REMOTE_ADDR": "203.0.113.9"}
    assert [client.post("/api/classify", environ_base=given).status_code for _ in range(2)] == [415, 429]
    with client.application.test_request_context("/", environ_base=given):
        told = caller()
    assert [json.loads(line)["status"] for line in written if "/api/classify" in line] == [415, 429]
    assert not [line for line in written if told in line]


@pytest.mark.parametrize(
    ("level", "own", "libraries", "quiet"),
    [
        ("DEBUG", "DEBUG", "INFO", "WARNING"),
        ("INFO", "INFO", "INFO", "WARNING"),
        ("ERROR", "ERROR", "ERROR", "ERROR"),
    ],
)
def test_libraries_never_tell_what_they_read(level: str, own: str, libraries: str, quiet: str) -> None:
    config = log_config(level)
    told = {name: settings["level"] for name, settings in config["loggers"].items()}
    assert (told["server"], told["lesion"]) == (own, own)
    assert (config["root"]["level"], told["gunicorn.error"]) == (libraries, libraries)
    assert (told["flask-limiter"], told["alembic"]) == (quiet, quiet)
