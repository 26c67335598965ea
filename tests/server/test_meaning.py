"""A threshold and a prevalence of one's own through the API, and the curve that the rates are read from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from lesion.bundle import Bundle
from lesion.predictive import predictive_values, supposition
from lesion.roc import roc_of
from server.services import services_of
from tests.lesion.clinical_bundle import clinical_bundle
from tests.server.asking import as_base64, as_form, assert_specified, slug_of


def test_predictive_values_are_those_of_the_point_in_use(
    client: FlaskClient, photo: bytes, bundle_path: Path
) -> None:
    for point in Bundle.load(bundle_path).manifest.operating_points:
        expected = msgspec.to_builtins(predictive_values(point.rates, 0.02))
        answers = [
            as_form(client, photo, operating_point=point.name, prevalence="0.02"),
            as_base64(client, photo, operating_point=point.name, prevalence=0.02),
        ]
        for answer in answers:
            assert answer.json["predictive"] == expected
            assert_specified(answer, "post", "/api/classify")
    assert as_form(client, photo, prevalence="", threshold="").json["predictive"] is None


def test_what_predictive_values_suppose_is_told_of_each_model(client: FlaskClient) -> None:
    answer = client.get("/api/config")
    for model in answer.json["models"]:
        bundle = services_of(client.application).models.bundle(model["name"])
        assert model["supposition"] == supposition(bundle.manifest, bundle.metrics())
    assert_specified(answer, "get", "/api/config")


def test_a_threshold_of_ones_own_decides_and_brings_what_was_measured_at_it(
    client: FlaskClient, photo: bytes, bundle_path: Path
) -> None:
    probability = as_form(client, photo).json["probability"]
    roc = roc_of(Bundle.load(bundle_path))
    for threshold, prediction in ((probability, "malignant"), (probability * 1.0001, "benign")):
        answer = as_base64(client, photo, threshold=threshold, prevalence=0.3)
        assert answer.json["prediction"] == prediction
        assert answer.json["operating_point"] == msgspec.to_builtins(roc.point_at(threshold))
        assert answer.json["operating_point"]["name"] == "own"
        assert answer.json["predictive"]["prevalence"] == 0.3
        assert answer.json["triage"]["level"] in {"consult", "routine", "unsure"}
        assert_specified(answer, "post", "/api/classify")
        same = as_form(client, photo, threshold=repr(threshold), prevalence="0.3").json
        assert {**same, "timing_ms": None} == {**answer.json, "timing_ms": None}


def test_a_verdict_that_no_held_out_lesion_got_has_no_predictive_value(
    client: FlaskClient, photo: bytes
) -> None:
    answer = as_base64(client, photo, threshold=0.999999, prevalence=0.1)
    assert answer.json["predictive"]["positive"] is None
    assert answer.json["predictive"]["negative"]["value"] == pytest.approx(0.9)
    assert_specified(answer, "post", "/api/classify")


@pytest.mark.parametrize("name", ["threshold", "prevalence"])
@pytest.mark.parametrize("value", ["0", "1", "-0.1", "7", "nan", "inf", "5%", "1e-400"])
def test_what_is_no_share_is_a_named_problem(
    client: FlaskClient, photo: bytes, name: str, value: str
) -> None:
    answer = as_form(client, photo, **{name: value})
    assert (answer.status_code, slug_of(answer)) == (422, "invalid-option")
    assert name in answer.json["detail"]
    assert_specified(answer, "post", "/api/classify")


@pytest.mark.parametrize(
    "options",
    [
        {"threshold": 1},
        {"prevalence": "0.1"},
        {"threshold": True},
        {"operating_point": "x", "threshold": 0.5},
    ],
)
def test_json_is_held_to_the_same(client: FlaskClient, photo: bytes, options: dict[str, Any]) -> None:
    answer = as_base64(client, photo, **options)
    assert (answer.status_code, slug_of(answer)) == (422, "invalid-option")


def test_a_threshold_and_an_operating_point_contradict_each_other(client: FlaskClient, photo: bytes) -> None:
    answer = as_form(client, photo, operating_point="sensitive", threshold="0.5")
    assert (answer.status_code, slug_of(answer)) == (422, "invalid-option")
    assert "not both" in answer.json["detail"]


def test_the_curve_is_the_measured_one(client: FlaskClient, bundle_path: Path) -> None:
    answer = client.get(f"/api/models/{bundle_path.name}/roc")
    assert_specified(answer, "get", "/api/models/{name}/roc")
    bundle = Bundle.load(bundle_path)
    assert msgspec.convert(answer.json, type(roc_of(bundle))) == roc_of(bundle)
    metrics = bundle.metrics()
    assert (answer.json["tp"][-1], answer.json["fp"][-1]) == (metrics["n_malignant"], metrics["n_benign"])
    assert answer.json["without_clinical"] is None
    missing = client.get("/api/models/none/roc")
    assert slug_of(missing) == "unknown-model"
    assert_specified(missing, "get", "/api/models/{name}/roc")


def test_what_was_measured_with_as_much_told_holds(
    make_client: Callable[..., FlaskClient], photo: bytes, tmp_path: Path
) -> None:
    client = make_client(lesion_model=str(clinical_bundle(tmp_path / "clinical")))
    told = as_form(client, photo, threshold="0.5", prevalence="0.1", sex="male").json
    untold = as_form(client, photo, threshold="0.5", prevalence="0.1").json
    assert untold["operating_point"]["sensitivity"]["n"] == 20
    assert told["operating_point"]["sensitivity"]["n"] > 20
    assert told["operating_point"]["without_clinical"]["sensitivity"]["k"] == 10
    assert told["predictive"] != untold["predictive"]
    curve = client.get("/api/models/clinical/roc")
    assert curve.json["without_clinical"]["tp"] == [0, 10, 15, 20]
    assert_specified(curve, "get", "/api/models/{name}/roc")
