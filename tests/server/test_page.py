from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.page import FRONTEND
from tests.server.asking import assert_specified, slug_of

FILES = [path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*") if path.is_file()]


def test_the_page_is_served(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.data == (FRONTEND / "index.html").read_bytes()
    assert_specified(answer, "get", "/")


@pytest.mark.parametrize("file", FILES)
def test_every_file_of_the_page_is_served_as_what_it_is(client: FlaskClient, file: str) -> None:
    answer = client.get(f"/static/{file}")
    assert answer.data == (FRONTEND / file).read_bytes()
    assert answer.mimetype != "application/octet-stream" or "LICENSE" in file
    again = client.get(f"/static/{file}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("suffix", "mime"),
    [
        (".js", "text/javascript"),
        (".css", "text/css"),
        (".webmanifest", "application/manifest+json"),
        (".woff2", "font/woff2"),
    ],
)
def test_content_types_are_those_that_browsers_ask_for(client: FlaskClient, suffix: str, mime: str) -> None:
    file = next(file for file in FILES if file.endswith(suffix))
    assert client.get(f"/static/{file}").mimetype == mime


def test_a_file_comes_in_few_pieces(client: FlaskClient) -> None:
    large = max(FILES, key=lambda file: (FRONTEND / file).stat().st_size)
    response = client.get(f"/static/{large}", buffered=False)
    pieces = list(response.response)
    assert sum(map(len, pieces)) == (FRONTEND / large).stat().st_size
    assert len(pieces) <= 1 + sum(map(len, pieces)) // 100_000
    response.close()


def test_only_files_whose_folder_names_a_version_are_kept_without_asking(client: FlaskClient) -> None:
    vendored = next(file for file in FILES if file.startswith("vendor/bootstrap-"))
    own = next(file for file in FILES if file.endswith(".js") and "/" not in file)
    assert "immutable" in client.get(f"/static/{vendored}").headers["Cache-Control"]
    assert client.get(f"/static/{own}").headers["Cache-Control"] == "no-cache"
    assert client.get("/").headers["Cache-Control"] == "no-cache"


def test_the_service_worker_alone_may_see_the_whole_page(client: FlaskClient) -> None:
    allowed = {file: client.get(f"/static/{file}").headers.get("Service-Worker-Allowed") for file in FILES}
    assert {file: scope for file, scope in allowed.items() if scope} == {"service-worker.js": "/"}


@pytest.mark.parametrize(
    "path",
    ["../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml", "/etc/passwd", "vendor", "a%00b"],
)
def test_nothing_outside_the_page_can_be_read(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert (answer.status_code, slug_of(answer)) == (404, "not-found")


def test_a_range_beyond_the_end_is_a_problem(client: FlaskClient) -> None:
    answer = client.get(f"/static/{FILES[0]}", headers={"Range": "bytes=99999999-"})
    assert (answer.status_code, slug_of(answer)) == (416, "range-not-satisfiable")


def test_page_folder_is_beside_the_package() -> None:
    assert Path(__file__).parents[2] / "frontend" == FRONTEND
