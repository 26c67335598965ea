"""What is counted of each request and each answer, and what Prometheus is told of it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import onnxruntime
import pytest
from flask.testing import FlaskClient
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from lesion.bundle import Bundle
from lesion.classifier import Classifier
from lesion.drawings import KINDS
from lesion.drift import LEAST, bin_names, stability_index
from lesion.manifest import ProbabilityReference
from server.client import Client
from server.errors import KINDS as PROBLEMS
from server.exposition import Exposition
from server.metrics import STAGES, Metrics
from server.models import Models
from server.services import services_of
from tests.server.asking import as_base64, as_form, as_predict, until

SAMPLE = f"drawing-{KINDS[0]}"
Told = dict[tuple[str, frozenset[tuple[str, str]]], float]


def told(text: str) -> Told:
    """Every sample of a scrape by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(samples: Told, name: str, **labels: str) -> float:
    """The sum of what a scrape holds under a name with at least these labels."""
    return sum(
        value for (its, given), value in samples.items() if its == name and labels.items() <= set(given)
    )


@pytest.fixture
def gained(client: FlaskClient) -> Callable[..., float]:
    """What a count has gained since the test began."""
    before = told(client.get("/metrics").text)

    def gain(name: str, **labels: str) -> float:
        now = told(client.get("/metrics").text)
        return total(now, name, **labels) - total(before, name, **labels)

    return gain


def test_each_stage_of_a_classification_is_timed_once(
    client: FlaskClient, photo: bytes, gained: Callable[..., float]
) -> None:
    assert as_form(client, photo).status_code == 200
    assert {
        stage: gained("lesion_stage_duration_seconds_count", stage=stage) for stage in STAGES
    } == dict.fromkeys(STAGES, 1)
    assert gained("lesion_stage_duration_seconds_sum") > 0


@pytest.mark.parametrize("ask", [as_form, as_base64, as_predict])
def test_an_answer_is_counted_with_its_probability(
    client: FlaskClient, new_photo: bytes, gained: Callable[..., float], ask: Callable[..., object]
) -> None:
    ask(client, new_photo)
    model = services_of(client.application).models.default
    for name in ("lesion_classifications_total", "lesion_probability_count", "lesion_probability_bin_total"):
        assert gained(name, model=model) == 1
    assert gained("lesion_probability_bucket", model=model, le="1.0") == 1


def test_a_picture_that_is_asked_about_again_is_no_further_one(
    client: FlaskClient, new_photo: bytes, gained: Callable[..., float]
) -> None:
    models = services_of(client.application).models
    for point in models.bundle(models.default).manifest.operating_points:
        assert as_form(client, new_photo, operating_point=point.name).status_code == 200
    assert as_predict(client, new_photo).status_code == 200
    assert gained("lesion_stage_duration_seconds_count", stage="model") > 3
    for name in ("lesion_classifications_total", "lesion_probability_count", "lesion_probability_bin_total"):
        assert gained(name) == 1
    for name in models.bundles.keys() - {models.default}:
        assert as_form(client, new_photo, model=name).status_code == 200
        assert gained("lesion_classifications_total", model=name) == 1


def test_samples_do_not_count_as_pictures_of_users(client: FlaskClient, gained: Callable[..., float]) -> None:
    assert client.post("/api/classify", json={"sample": SAMPLE}).status_code == 200
    assert gained("lesion_stage_duration_seconds_count", stage="model") == 1
    assert gained("lesion_classifications_total") == gained("lesion_probability_count") == 0


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda client: as_form(client, b"hello"), "not-an-image"),
        (lambda client: as_predict(client, b""), "empty-input"),
        (lambda client: client.get("/nowhere"), "not-found"),
        (lambda client: client.put("/ping"), "method-not-allowed"),
    ],
)
def test_refusals_are_counted_by_their_reason(
    client: FlaskClient, gained: Callable[..., float], ask: Callable[[FlaskClient], object], reason: str
) -> None:
    ask(client)
    assert gained("lesion_refusals_total", reason=reason) == gained("lesion_refusals_total") == 1


def test_what_never_happened_is_told_as_nothing(make_client: Callable[..., FlaskClient]) -> None:
    samples = told(make_client().get("/metrics").text)
    for reason in PROBLEMS.keys() - {"not-ready"}:  # as it was, a moment ago
        assert samples["lesion_refusals_total", frozenset({("reason", reason)})] == 0
    for queue in ("pictures", "explanations"):
        assert samples["lesion_queue_depth", frozenset({("queue", queue)})] == 0
    assert total(samples, "lesion_streams") == 0


def test_who_waits_is_in_the_queue_until_there_is_a_place(
    make_client: Callable[..., FlaskClient], photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(lesion_parallel=1)
    gate, original = threading.Event(), Classifier.classify

    def held(self: Classifier, *arguments: object, **options: object) -> object:
        gate.wait(60)
        return original(self, *arguments, **options)  # type: ignore[arg-type]

    def waiting() -> float:
        return total(told(client.get("/metrics").text), "lesion_queue_depth", queue="pictures")

    monkeypatch.setattr(Classifier, "classify", held)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(as_form, client.application.test_client(), photo) for _ in range(3)]
        until(lambda: waiting() == 2)
        busy = told(client.get("/metrics").text)
        gate.set()
        assert {one.result(60).status_code for one in asked} == {200}
    assert total(busy, "lesion_http_requests_in_progress") == 4  # with the one that asks
    until(lambda: waiting() == 0)


def test_models_and_build_are_told(client: FlaskClient) -> None:
    samples = told(client.get("/metrics").text)
    models = services_of(client.application).models
    infos = [dict(labels) for name, labels in samples if name == "lesion_model_info"]
    assert {info["model"] for info in infos} == set(models.bundles)
    default = next(info for info in infos if info["default"] == "true")
    assert default["model"] == models.default
    assert default["version"] == models.bundle(models.default).manifest.fitted_version
    assert len(default["sha256"]) == 64
    assert total(samples, "lesion_build_info") == 1
    assert total(samples, "lesion_workers") == 1
    assert total(samples, "process_resident_memory_bytes") > 10**7


def test_the_engine_is_told_whatever_its_package_is_called(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)  # as where onnxruntime-gpu takes its place

    monkeypatch.setattr(metadata, "version", absent)
    monkeypatch.setattr("server.exposition.version", absent, raising=False)
    (build,) = (
        dict(labels) for name, labels in told(client.get("/metrics").text) if name == "lesion_build_info"
    )
    assert build["onnxruntime"] == onnxruntime.__version__


def test_what_the_engine_really_runs_on_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    models = services_of(client.application).models
    for provider in ("CPUExecutionProvider", "CUDAExecutionProvider"):
        samples = told(client.get("/metrics").text)
        assert total(samples, "lesion_build_info", provider=provider) == 1
        engine = models._classifiers[models.default].engine
        monkeypatch.setattr(engine, "provider", "CUDAExecutionProvider")


def test_reference_is_told_as_shares_of_the_validation_lesions(client: FlaskClient) -> None:
    samples = told(client.get("/metrics").text)
    models = services_of(client.application).models
    references = {name: bundle.manifest.reference for name, bundle in models.bundles.items()}
    assert references[models.default]
    for name, reference in ((name, found) for name, found in references.items() if found):
        assert total(samples, "lesion_probability_reference", model=name) == pytest.approx(1)
        first = total(samples, "lesion_probability_reference", model=name, below=bin_names(reference)[0])
        assert first == pytest.approx(reference.counts[0] / sum(reference.counts), abs=0.001)


def test_a_bin_of_the_reference_without_lesions_has_a_logarithm(client: FlaskClient) -> None:
    models = services_of(client.application).models
    bundle = models.bundle(models.default)
    rare = ProbabilityReference(below=(0.1, 0.5), counts=(0, 60, 40))
    manifest = msgspec.structs.replace(bundle.manifest, reference=rare)
    other = SimpleNamespace(bundles={"rare": Bundle(bundle.path, manifest)}, default="rare", provider="")
    samples = told(generate_latest(Exposition(Metrics(), cast(Models, other), None)).decode())
    assert total(samples, "lesion_probability_reference") == pytest.approx(1)
    assert total(samples, "lesion_probability_reference", below=bin_names(rare)[0]) == pytest.approx(
        0.5 / 101.5
    )


def test_drift_is_told_once_there_are_enough_pictures(client: FlaskClient, photo: bytes) -> None:
    models = services_of(client.application).models
    name, metrics = models.default, Metrics()
    manifest = models.bundle(name).manifest
    assert manifest.reference is not None
    result = models.classify(photo, Client(math.inf, lambda: False), own=False)
    exposition = Exposition(metrics, models, None)
    high = msgspec.structs.replace(result, probability=0.999)
    for _ in range(LEAST - 1):
        metrics.observe_answer(name, manifest, high, is_new=True)
    assert "\nlesion_probability_psi{" not in generate_latest(exposition).decode()
    metrics.observe_answer(name, manifest, msgspec.structs.replace(result, probability=0.0), is_new=True)
    counts = [1, *[0] * (len(manifest.reference.counts) - 2), LEAST - 1]
    expected = stability_index(manifest.reference.counts, counts)
    found = total(told(generate_latest(exposition).decode()), "lesion_probability_psi", model=name)
    assert found == pytest.approx(expected)
    assert found > 1


WORKER = """
import sys
from types import SimpleNamespace

from lesion.bundle import Bundle
from server.metrics import Metrics

name, path, count, probability = sys.argv[1:]
manifest, metrics = Bundle.load(path).manifest, Metrics()
result = SimpleNamespace(
    probability=float(probability),
    prediction="benign",
    triage=SimpleNamespace(level="routine"),
    timing_ms=SimpleNamespace(decode=1, model=1, total=2),
)
for _ in range(int(count)):
    metrics.observe_answer(name, manifest, result, is_new=True)
"""
"""What one of several workers counts."""


def test_drift_is_that_of_all_workers_together(
    client: FlaskClient, bundle_path: Path, tmp_path: Path
) -> None:
    models = services_of(client.application).models
    name = models.default
    reference = models.bundle(name).manifest.reference
    assert reference is not None
    exposition = Exposition(Metrics(), models, tmp_path)

    def work(count: int, probability: float) -> None:
        arguments = (name, str(bundle_path), str(count), str(probability))
        environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", WORKER, *arguments], env=environ, check=True, timeout=60)

    work(LEAST - 1, 0.0)
    assert "\nlesion_probability_psi{" not in generate_latest(exposition).decode()
    work(LEAST // 2, 0.999)
    counts = [LEAST - 1, *[0] * (len(reference.counts) - 2), LEAST // 2]
    found = told(generate_latest(exposition).decode())
    assert total(found, "lesion_probability_psi") == total(found, "lesion_probability_psi", model=name)
    assert total(found, "lesion_probability_psi") == pytest.approx(stability_index(reference.counts, counts))
