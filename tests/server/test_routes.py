"""What every route answers, held against the specification, and the specification against the routes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from lesion import __version__, errors
from lesion.bundle import Bundle
from lesion.errors import InputError
from lesion.labels import DISCLAIMER
from server.errors import KINDS
from server.openapi import specification
from tests.server.asking import assert_specified, slug_of


def test_specification_is_valid_openapi() -> None:
    document = specification()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == __version__


def test_specification_and_application_have_the_same_routes(app: Flask) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    specified = {(path, method) for path, methods in specification()["paths"].items() for method in methods}
    assert served == specified


def test_specification_is_served(client: FlaskClient) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.json == specification()
    assert_specified(answer, "get", "/api/openapi.json")


def test_docs_page_shows_every_operation_without_script_or_inline_style(client: FlaskClient) -> None:
    answer = client.get("/api/docs")
    assert_specified(answer, "get", "/api/docs")
    for path in specification()["paths"]:
        assert path in answer.text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://(?!localhost)", answer.text)
    assert_specified(client.get("/api/docs/style.css"), "get", "/api/docs/style.css")


def test_links_within_the_docs_page_lead_somewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    for path in re.findall(r'href="(/[^"#]*)', page):
        assert client.get(path).status_code == 200


def test_ping_answers(client: FlaskClient) -> None:
    answer = client.get("/ping")
    assert answer.text == "pong"
    assert_specified(answer, "get", "/ping")


def test_health_names_the_model(client: FlaskClient, bundle_path: Path) -> None:
    answer = client.get("/healthz")
    assert answer.json["model"] == bundle_path.name
    assert_specified(answer, "get", "/healthz")


def test_config_tells_the_page_what_it_needs(client: FlaskClient, bundle_path: Path) -> None:
    answer = client.get("/api/config")
    assert_specified(answer, "get", "/api/config")
    config = answer.json
    assert config["disclaimer"] == DISCLAIMER
    assert "image/jpeg" in config["limits"]["accept"]
    manifest = Bundle.load(bundle_path).manifest
    default = next(model for model in config["models"] if model["default"])
    assert [point["threshold"] for point in default["operating_points"]] == [
        point.threshold for point in manifest.operating_points
    ]


def test_config_offers_drawings_where_there_are_no_photos(client: FlaskClient) -> None:
    samples = client.get("/api/config").json["samples"]
    assert {sample["kind"] for sample in samples} == {"drawing"}
    for sample in samples:
        image, preview = client.get(sample["url"]), client.get(sample["thumbnail"])
        assert image.mimetype == preview.mimetype == "image/jpeg"
        assert len(preview.data) < min(30_000, len(image.data))
    assert_specified(image, "get", "/api/samples/{sample_id}")
    assert_specified(preview, "get", "/api/samples/{sample_id}/thumbnail")


def test_classes_are_those_of_the_default_model_in_order(client: FlaskClient, bundle_path: Path) -> None:
    answer = client.get("/api/classes")
    assert_specified(answer, "get", "/api/classes")
    manifest = Bundle.load(bundle_path).manifest
    assert [item["dx"] for item in answer.json] == list(manifest.classes)
    assert {item["dx"] for item in answer.json if item["malignant"]} == set(manifest.malignant)


def test_model_shows_its_manifest_and_every_measured_number(client: FlaskClient, bundle_path: Path) -> None:
    answer = client.get(f"/api/models/{bundle_path.name}")
    assert_specified(answer, "get", "/api/models/{name}")
    bundle = Bundle.load(bundle_path)
    assert answer.json["manifest"]["files"] == bundle.manifest.files
    assert answer.json["metrics"] == bundle.metrics()
    for plot in answer.json["plots"]:
        assert plot["title"]
        assert_specified(client.get(plot["url"]), "get", "/api/models/{name}/report/{file}")


def test_answers_that_may_be_kept_are_not_sent_twice(client: FlaskClient, bundle_path: Path) -> None:
    sample = client.get("/api/config").json["samples"][0]
    for path in (
        "/api/config",
        "/api/classes",
        f"/api/models/{bundle_path.name}",
        sample["url"],
        sample["thumbnail"],
    ):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "file",
    [
        "../manifest.json",
        "..%2fmanifest.json",
        "%2e%2e/manifest.json",
        "model.onnx",
        "none.svg",
        "",
        ".",
        "%00",
        "..%5cx.svg",
    ],
)
def test_nothing_outside_a_report_can_be_read(client: FlaskClient, bundle_path: Path, file: str) -> None:
    answer = client.get(f"/api/models/{bundle_path.name}/report/{file}")
    assert (answer.status_code, slug_of(answer)) == (404, "not-found")


@pytest.mark.parametrize("slug", KINDS)
def test_every_kind_of_problem_has_a_page(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/problems/{slug}")
    assert_specified(answer, "get", "/problems/{slug}")
    page = client.get(f"/problems/{slug}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.mimetype == "text/html"
    for part in answer.json.values():
        assert str(part).split("`")[0].split("'")[0] in page.text


def test_every_error_that_a_request_can_cause_has_a_kind() -> None:
    classes = [getattr(errors, name) for name in errors.__all__]
    caused = {error.slug for error in classes if issubclass(error, InputError) and error is not InputError}
    assert caused <= set(KINDS)


def test_metrics_count_requests_by_route_and_name_the_model(client: FlaskClient, bundle_path: Path) -> None:
    client.get("/api/samples/some-secret-name")
    answer = client.get("/metrics")
    assert_specified(answer, "get", "/metrics")
    assert 'route="/api/samples/<sample_id>",status="404"' in answer.text
    assert "lesion_http_request_duration_seconds_bucket" in answer.text
    assert f'model="{bundle_path.name}"' in answer.text
    assert "some-secret-name" not in answer.text


def test_every_file_of_a_report_is_served_as_what_it_is(client: FlaskClient, bundle_path: Path) -> None:
    kinds = {"html": "text/html", "css": "text/css", "svg": "image/svg+xml", "json": "application/json"}
    listed = [name for name in Bundle.load(bundle_path).manifest.files if name.startswith("report/")]
    assert {"report/index.html", "report/report.css", "report/report.json"} < set(listed)
    for name in listed:
        answer = client.get(f"/api/models/{bundle_path.name}/{name}")
        assert_specified(answer, "get", "/api/models/{name}/report/{file}")
        assert answer.data == (bundle_path / name).read_bytes()
        assert answer.mimetype == kinds.get(name.rpartition(".")[2], "text/markdown")
