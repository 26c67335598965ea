from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from server.headers import CONTENT_SECURITY_POLICY
from tests.server.asking import as_base64, as_form, as_predict

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/ping", 200),
    ("GET", "/healthz", 200),
    ("GET", "/metrics", 200),
    ("GET", "/api/config", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/problems/not-found", 200),
    ("HEAD", "/", 200),
    ("OPTIONS", "/api/classify", 200),
    ("GET", "/nowhere", 404),
    ("GET", "/predict", 405),
    ("POST", "/predict", 415),
    ("POST", "/api/classify", 415),
    ("FOO", "/", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_carries_the_security_headers(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Cache-Control" in answer.headers
    assert answer.headers["X-Request-ID"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_policy_allows_nothing_unsafe_and_nothing_foreign() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


def test_answers_of_classification_are_not_kept(client: FlaskClient, photo: bytes) -> None:
    for send in (as_form, as_base64, as_predict):
        answer = send(client, photo)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_https_is_insisted_on_where_it_is_in_use(client: FlaskClient) -> None:
    assert (
        "max-age=" in client.get("/ping", base_url="https://localhost").headers["Strict-Transport-Security"]
    )


def test_forwarded_headers_are_believed_only_from_trusted_proxies(
    client: FlaskClient, make_client: Callable[..., FlaskClient]
) -> None:
    forwarded = {"X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" not in client.get("/ping", headers=forwarded).headers
    behind_a_proxy = make_client(trusted_proxies=1)
    assert "Strict-Transport-Security" in behind_a_proxy.get("/ping", headers=forwarded).headers


ORIGIN = {"Origin": "https://clinic.example"}
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


def test_no_other_origin_may_call_by_default(client: FlaskClient) -> None:
    for path in ("/api/config", "/api/classify", "/predict"):
        answer = client.options(path, headers=PREFLIGHT)
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118


def test_named_origins_may_call_the_api_alone(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(cors_origins=("https://clinic.example",))
    for path in ("/api/classify", "/predict"):
        answer = client.options(path, headers=PREFLIGHT)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://clinic.example"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    failed = client.post("/api/classify", headers=ORIGIN)
    assert failed.headers["Access-Control-Allow-Origin"] == "https://clinic.example"
    assert "X-Request-ID" in failed.headers["Access-Control-Expose-Headers"]
    other = client.options("/api/classify", headers={**PREFLIGHT, "Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    for path in ("/", "/metrics", "/healthz"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers=ORIGIN).headers


def test_named_origins_may_follow_and_cancel_jobs(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(cors_origins=("https://clinic.example",))
    asked = {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "x-job-key"}
    answer = client.options("/api/explanations/some-job", headers={**ORIGIN, **asked})
    assert "DELETE" in answer.headers["Access-Control-Allow-Methods"]
    assert "x-job-key" in answer.headers["Access-Control-Allow-Headers"].lower()
    created = client.post("/api/explanations", headers=ORIGIN)
    assert "Location" in created.headers["Access-Control-Expose-Headers"]


def test_named_origins_may_send_a_key_but_never_what_the_own_page_sends(
    make_client: Callable[..., FlaskClient],
) -> None:
    client = make_client(cors_origins=("https://clinic.example",))
    asked = {"Access-Control-Request-Headers": "authorization, x-requested-with"}
    allowed = client.options("/api/classify", headers={**PREFLIGHT, **asked}).headers
    assert allowed["Access-Control-Allow-Headers"].lower() == "authorization"


def test_a_star_lets_every_origin_call(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(cors_origins=("*",))
    assert client.get("/api/config", headers=ORIGIN).headers["Access-Control-Allow-Origin"] == "*"
