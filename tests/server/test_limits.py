from __future__ import annotations

import io
import time
from collections.abc import Callable

import msgspec
import pytest
from flask.testing import FlaskClient

from lesion.keys import new_key
from server.app import create_app
from server.config import Config, ConfigError
from tests.server.asking import assert_specified, slug_of

Client = Callable[..., FlaskClient]

FRUGAL = {"rate_limit": "3/minute", "rate_limit_reads": "5/minute"}


@pytest.fixture(scope="module")
def limited(config: Config) -> Client:
    def make(**changes: object) -> FlaskClient:
        return create_app(msgspec.structs.replace(config, **{**FRUGAL, **changes})).test_client()

    return make


def statuses(client: FlaskClient, count: int, path: str = "/api/classify", **arguments: object) -> list[int]:
    """Statuses of requests that are refused for what they are (415), or for being too many."""
    return [client.post(path, **arguments).status_code for _ in range(count)]  # type: ignore[arg-type]


def test_images_beyond_the_limit_are_refused_with_the_time_to_wait(limited: Client) -> None:
    client = limited()
    assert statuses(client, 3) == [415] * 3
    answer = client.post("/api/classify")
    assert (answer.status_code, slug_of(answer)) == (429, "rate-limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert f"{answer.headers['Retry-After']} s" in answer.json["detail"]
    assert_specified(answer, "post", "/api/classify")


def test_all_ways_to_send_an_image_count_together(limited: Client) -> None:
    client = limited()
    assert [client.post(path).status_code for path in ("/api/classify", "/predict", "/api/explanations")] == [
        415
    ] * 3
    answer = client.post("/predict")
    assert answer.status_code == 429
    assert answer.json["success"] is False
    assert_specified(answer, "post", "/predict")


def test_the_body_of_what_is_too_much_is_not_read(limited: Client) -> None:
    class Untouchable(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readinto = read  # type: ignore[assignment]

    client = limited()
    statuses(client, 3)
    environ = {"CONTENT_LENGTH": "1000", "wsgi.input": Untouchable()}
    answer = client.post("/api/classify", content_type="application/json", environ_overrides=environ)
    assert answer.status_code == 429


def test_reading_has_a_limit_of_its_own(limited: Client) -> None:
    client = limited()
    statuses(client, 4)
    assert [client.get("/api/classes").status_code for _ in range(6)] == [200] * 5 + [429]


def test_page_and_health_are_free(limited: Client) -> None:
    client = limited(rate_limit_reads="1/minute")
    for path in ("/", "/static/app.js", "/ping", "/problems/rate-limited", "/healthz", "/api/docs/style.css"):
        assert {client.get(path).status_code for _ in range(4)} <= {200, 503}
    assert {client.options("/api/config").status_code for _ in range(4)} == {200}


def test_callers_count_by_themselves(limited: Client) -> None:
    client = limited()
    here, there = ({"environ_base": {"REMOTE_ADDR": address}} for address in ("192.0.2.1", "192.0.2.2"))
    assert statuses(client, 4, **here)[-1] == 429
    assert statuses(client, 1, **there) == [415]


def test_behind_a_proxy_the_client_s_own_word_changes_nothing(limited: Client) -> None:
    client = limited(trusted_proxies=1)
    forged = [{"headers": {"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.7"}} for n in range(4)]
    assert [client.post("/api/classify", **one).status_code for one in forged][-1] == 429
    assert client.post("/api/classify", headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 415


def test_without_a_trusted_proxy_a_forwarded_address_is_not_believed(limited: Client) -> None:
    client = limited()
    got = [
        client.post("/api/classify", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(4)
    ]
    assert got[-1] == 429


def test_a_key_has_its_own_limit_wherever_it_is_used(limited: Client) -> None:
    (secret, key), (plain, plain_key) = new_key("lab", "4/minute"), new_key("clinic")
    (free, free_key) = new_key("batch", "off")
    client = limited(api_keys=" ".join(one.entry for one in (key, plain_key, free_key)))
    told = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert statuses(client, 4, **told) == [415] * 4
    assert statuses(client, 1, environ_base={"REMOTE_ADDR": "192.0.2.9"}, **told) == [429]
    assert statuses(client, 4, headers={"Authorization": f"Bearer {plain}"}) == [415, 415, 415, 429]
    assert statuses(client, 9, headers={"Authorization": f"Bearer {free}"}) == [415] * 9
    assert statuses(client, 1) == [415]


def test_who_has_no_key_or_a_wrong_one_counts_by_address(limited: Client) -> None:
    secret, key = new_key("clinic")
    client = limited(api_keys=key.entry, api_keys_required=True)
    assert statuses(client, 2) == [401, 401]
    assert statuses(client, 2, headers={"Authorization": "Bearer guessed"}) == [401, 429]
    assert statuses(client, 1) == [429]
    assert [client.get("/api/config").status_code for _ in range(6)] == [401] * 5 + [429]
    assert statuses(client, 1, environ_base={"REMOTE_ADDR": "192.0.2.9"}) == [401]
    assert statuses(client, 1, headers={"Authorization": f"Bearer {secret}"}) == [415]


def test_the_limit_is_over_when_its_time_is(limited: Client) -> None:
    client = limited(rate_limit="2/second")
    deadline = time.monotonic() + 10
    while 429 not in statuses(client, 3):
        assert time.monotonic() < deadline
    time.sleep(1.1)
    assert statuses(client, 1) == [415]


def test_limits_can_be_turned_off(limited: Client) -> None:
    client = limited(rate_limit="off", rate_limit_reads="off")
    assert set(statuses(client, 30)) == {415}
    assert {client.get("/api/classes").status_code for _ in range(30)} == {200}


def test_while_redis_cannot_be_reached_each_process_counts_for_itself(limited: Client) -> None:
    client = limited(rate_limit_store="redis://127.0.0.1:1")
    assert statuses(client, 4) == [415, 415, 415, 429]
    assert client.get("/api/classes").status_code == 200


def test_several_limits_hold_at_once(limited: Client) -> None:
    client = limited(rate_limit="2/second;3/minute")
    assert 429 in statuses(client, 4)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"rate_limit": "often"}, "^RATE_LIMIT=often cannot be used"),
        ({"rate_limit_reads": "12"}, "^RATE_LIMIT_READS=12 cannot be used"),
        ({"rate_limit_store": "nowhere://secret@x"}, "^RATE_LIMIT_STORE cannot be used"),
        ({"rate_limit_store": "redis"}, "^RATE_LIMIT_STORE cannot be used"),
    ],
)
def test_settings_that_cannot_be_used_end_the_start(
    config: Config, settings: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        create_app(msgspec.structs.replace(config, **settings))
    assert "secret" not in str(caught.value)
