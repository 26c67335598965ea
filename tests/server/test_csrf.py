from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from server.csrf import is_from_own_page, require_own_page
from server.errors import ForbiddenOrigin


def asked(*, base_url: str = "http://clinic.example:5000", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return EnvironBuilder("/api/history", base_url, method="DELETE", headers=named).get_request(Request)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "same-origin", "Origin": "https://clinic.example:5000"},
        {"Origin": "http://clinic.example:5000"},
        {},
    ],
    ids=["by-fetch-metadata", "behind-tls", "by-origin", "no-browser-s-word"],
)
def test_the_own_page_may_write(headers: dict[str, str]) -> None:
    request = asked(X_Requested_With="lesion", **headers)
    require_own_page(request)
    assert is_from_own_page(request)


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Requested_With": "lesion", "Sec_Fetch_Site": "cross-site"},
        {"X_Requested_With": "lesion", "Sec_Fetch_Site": "same-site"},
        {"X_Requested_With": "lesion", "Sec_Fetch_Site": "none"},
        {
            "X_Requested_With": "lesion",
            "Sec_Fetch_Site": "cross-site",
            "Origin": "http://clinic.example:5000",
        },
        {"X_Requested_With": "lesion", "Origin": "https://elsewhere.example"},
        {"X_Requested_With": "lesion", "Origin": "http://clinic.example"},
        {"X_Requested_With": "lesion", "Origin": "null"},
        {"Sec_Fetch_Site": "same-origin"},
        {"X_Requested_With": "XMLHttpRequest", "Sec_Fetch_Site": "same-origin"},
    ],
)
def test_nobody_else_may(headers: dict[str, str]) -> None:
    request = asked(**headers)
    assert not is_from_own_page(request)
    with pytest.raises(ForbiddenOrigin, match="own page"):
        require_own_page(request)


def test_the_usual_port_of_https_is_the_same_host() -> None:
    request = asked(
        base_url="https://clinic.example", X_Requested_With="lesion", Origin="https://clinic.example"
    )
    require_own_page(request)
