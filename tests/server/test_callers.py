from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from lesion.keys import new_key
from server.app import create_app
from server.callers import caller
from server.config import Config, ConfigError
from tests.server.asking import assert_specified, slug_of

SECRET, KEY = new_key("clinic")
OTHER, OTHER_KEY = new_key("lab", "7/minute")

Client = Callable[..., FlaskClient]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def keyed(config: Config) -> Callable[..., FlaskClient]:
    def make(**changes: object) -> FlaskClient:
        settings = {"api_keys": f"{KEY.entry}\n{OTHER_KEY.entry}", **changes}
        return create_app(msgspec.structs.replace(config, **settings)).test_client()

    return make


def test_a_key_is_optional_where_none_is_needed(keyed: Client) -> None:
    client = keyed()
    assert client.get("/api/config").status_code == 200
    assert client.get("/api/config", headers=bearer(SECRET)).status_code == 200


@pytest.mark.parametrize("secret", ["", "lesion_wrong", SECRET[:-1], KEY.digest, KEY.entry])
def test_a_wrong_key_is_refused_even_where_none_is_needed(keyed: Client, secret: str) -> None:
    answer = keyed().get("/api/config", headers=bearer(secret))
    assert (answer.status_code, slug_of(answer)) == (401, "unauthorised")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert_specified(answer, "get", "/api/config")
    if secret:
        assert secret not in answer.text


@pytest.mark.parametrize("path", ["/ping", "/", "/static/app.js", "/api/docs"])
@pytest.mark.parametrize("needed", [True, False])
def test_what_answers_to_everybody_refuses_no_key(keyed: Client, path: str, needed: bool) -> None:
    client = keyed(api_keys_required=needed)
    assert {client.get(path, headers=bearer(secret)).status_code for secret in (SECRET, "guessed")} == {200}


def test_what_is_no_bearer_token_is_somebody_else_s(keyed: Client) -> None:
    assert keyed().get("/api/config", headers={"Authorization": "Basic eDp5"}).status_code == 200


def test_without_keys_no_token_is_looked_at(client: FlaskClient) -> None:
    assert client.get("/api/config", headers=bearer("of-a-proxy")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/config"),
        ("GET", "/metrics"),
        ("GET", "/api/samples/x"),
        ("POST", "/api/classify"),
        ("POST", "/predict"),
        ("POST", "/api/explanations"),
    ],
)
def test_where_a_key_is_needed_nothing_is_told_without_one(keyed: Client, method: str, path: str) -> None:
    client = keyed(api_keys_required=True)
    answer = client.open(path, method=method)
    assert answer.status_code == 401
    assert "Retry-After" not in answer.headers
    assert client.open(path, method=method, headers=bearer(SECRET)).status_code != 401


def test_page_documentation_and_health_need_no_key(keyed: Client) -> None:
    client = keyed(api_keys_required=True)
    for path in ("/", "/static/app.js", "/ping", "/api/docs", "/api/openapi.json", "/problems/unauthorised"):
        assert client.get(path).status_code == 200
    assert client.get("/healthz").status_code != 401
    assert client.options("/api/classify").status_code == 200


def test_metrics_name_the_holder_and_never_the_key(keyed: Client) -> None:
    client = keyed()
    client.get("/api/config", headers=bearer(SECRET))
    text = client.get("/metrics").text
    assert 'lesion_api_key_requests_total{key="clinic"} 1.0' in text
    assert SECRET not in text
    assert KEY.digest not in text


def test_a_file_holds_keys_too(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"# keys\n{KEY.entry}\n")
    client = create_app(msgspec.structs.replace(config, api_keys_file=file)).test_client()
    assert client.get("/api/config", headers=bearer(SECRET)).status_code == 200
    assert client.get("/api/config", headers=bearer(OTHER)).status_code == 401


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"api_keys": "nonsense"}, "^API_KEYS cannot be used: Entry 1"),
        ({"api_keys": f"{KEY.entry} {KEY.entry}"}, "named clinic"),
        ({"api_keys": new_key("clinic", "often")[1].entry}, "The limit of the API key clinic=often"),
        ({"api_keys_file": Path("/no/such/file")}, "^API_KEYS_FILE cannot be used"),
        ({"api_keys": KEY.entry, "api_keys_file": Path("keys.txt")}, "beside"),
        ({"api_keys_required": True}, "^API_KEYS_REQUIRED=true cannot be used"),
    ],
)
def test_keys_that_cannot_be_used_end_the_start(
    config: Config, settings: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        create_app(msgspec.structs.replace(config, **settings))
    assert "nonsense" not in str(caught.value)


def of(app: Flask, address: str | None) -> str:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address} if address else {}):
        return caller()


def test_addresses_are_told_apart_by_a_hash(app: Flask) -> None:
    assert of(app, "192.0.2.1") != of(app, "192.0.2.2")
    assert of(app, "192.0.2.1") == of(app, "::ffff:192.0.2.1")
    assert "192.0.2.1" not in of(app, "192.0.2.1")


def test_the_addresses_of_one_ipv6_customer_are_one_caller(app: Flask) -> None:
    assert of(app, "2001:db8:0:1::1") == of(app, "2001:db8:0:1:ffff::9")
    assert of(app, "2001:db8:0:1::1") != of(app, "2001:db8:0:2::1")
    assert of(app, "::1")


@pytest.mark.parametrize("address", [None, "unix", "fe80::1%eth0", "192.0.2.1:4711"])
def test_an_address_that_is_none_is_a_caller_too(app: Flask, address: str | None) -> None:
    assert of(app, address)
