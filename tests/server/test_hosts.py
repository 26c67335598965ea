from __future__ import annotations

import msgspec
import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.config import Config, ConfigError
from tests.server.asking import slug_of


@pytest.fixture(scope="module")
def named(config: Config) -> FlaskClient:
    names = ("lesion.example.org", ".clinic.example")
    return create_app(msgspec.structs.replace(config, allowed_hosts=names)).test_client()


@pytest.mark.parametrize(
    "host",
    ["lesion.example.org", "LESION.example.org:8080", "clinic.example", "a.b.clinic.example:443"],
)
def test_a_listed_host_is_answered(named: FlaskClient, host: str) -> None:
    assert named.get("/api/config", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "example.org",
        "lesion.example.org.elsewhere.example",
        "xlesion.example.org",
        "xclinic.example",
        "lesion.example.org@elsewhere.example",
        "127.0.0.1.elsewhere.example",
        "",
        "a b",
    ],
)
def test_another_host_is_not(named: FlaskClient, host: str) -> None:
    for path in ("/", "/api/config", "/metrics", "/nowhere"):
        answer = named.get(path, headers={"Host": host})
        assert (answer.status_code, slug_of(answer)) == (400, "unknown-host")
        assert "elsewhere" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "10.1.2.3", "[2001:db8::1]:5000"])
def test_metrics_alone_are_told_to_who_asks_by_address(named: FlaskClient, host: str) -> None:
    assert named.get("/metrics", headers={"Host": host}).status_code == 200
    assert named.get("/api/config", headers={"Host": host}).status_code == 400


def test_health_is_told_under_any(named: FlaskClient) -> None:
    assert named.get("/ping", headers={"Host": "10.1.2.3:5000"}).status_code == 200
    assert named.get("/healthz", headers={"Host": "10.1.2.3:5000"}).status_code in (200, 503)


def test_without_names_any_host_will_do(client: FlaskClient) -> None:
    assert client.get("/api/config", headers={"Host": "phone.local:5000"}).status_code == 200


def test_a_forwarded_host_is_never_believed(config: Config) -> None:
    settings = msgspec.structs.replace(config, allowed_hosts=("clinic.example",), trusted_proxies=1)
    client = create_app(settings).test_client()
    forged = {"Host": "elsewhere.example", "X-Forwarded-Host": "clinic.example"}
    assert client.get("/", headers=forged).status_code == 400
    forged = {"Host": "clinic.example", "X-Forwarded-Host": "elsewhere.example"}
    assert client.get("/", headers=forged).status_code == 200


@pytest.mark.parametrize("name", ["https://clinic.example", "clinic.example:5000", "*", "clinic_example/"])
def test_what_is_no_name_ends_the_start(config: Config, name: str) -> None:
    with pytest.raises(ConfigError, match=r"^ALLOWED_HOSTS="):
        create_app(msgspec.structs.replace(config, allowed_hosts=(name,)))
