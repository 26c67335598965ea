"""Explanations over HTTP, with the bundled model."""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from lesion.bundle import Bundle
from lesion.classifier import open_classifier
from lesion.decode import decode
from lesion.explain import METHODS, explain, overlay_png, targets
from lesion.explain.words import sentence
from server import explainer as explainer_module
from server import jobs as jobs_module
from server.jobs import QUEUE_FACTOR
from server.services import services_of
from tests.images import encode
from tests.server.asking import as_form, assert_specified, slug_of, until

ROUTE = "/api/explanations"
JOB = f"{ROUTE}/{{job_id}}"
LONG: dict[str, object] = {"method": "occlusion", "precision": "high"}
WITHOUT_TORCH = [name for name, method in METHODS.items() if not method.needs_torch]


class Asked:
    """A job as its client knows it."""

    def __init__(self, client: FlaskClient, data: bytes, **options: object) -> None:
        image = base64.b64encode(data).decode()
        self.client = client
        self.answer = client.post(ROUTE, json={"image": image, **options})
        assert self.answer.status_code == 202, self.answer.text
        assert_specified(self.answer, "post", ROUTE)
        self.created: dict[str, Any] = self.answer.json  # type: ignore[assignment]
        self.address = self.answer.headers["Location"]
        self.headers = {"X-Job-Key": self.created["key"]}

    def state(self) -> dict[str, Any]:
        answer = self.client.get(self.address, headers=self.headers)
        assert_specified(answer, "get", JOB)
        return answer.json  # type: ignore[no-any-return]

    def cancel(self) -> dict[str, Any]:
        answer = self.client.delete(self.address, headers=self.headers)
        assert_specified(answer, "delete", JOB)
        return answer.json  # type: ignore[no-any-return]

    def events(self) -> TestResponse:
        return self.client.get(f"{self.address}/events", headers=self.headers)

    def end(self, state: str = "done") -> dict[str, Any]:
        """Ask until the job is over."""
        told = self.state()
        while told["state"] in ("queued", "running"):
            time.sleep(0.01)
            told = self.state()
        assert told["state"] == state, told
        return told

    def until_at_work(self) -> dict[str, Any]:
        while not (told := self.state())["done"]:
            assert told["state"] in ("queued", "running")
            time.sleep(0.005)
        return told


@pytest.fixture
def ask(client: FlaskClient, photo: bytes) -> Iterator[Callable[..., Asked]]:
    """Begin an explanation of a photo; what is not over after the test is cancelled."""
    asked: list[Asked] = []

    def begin(data: bytes = photo, **options: object) -> Asked:
        asked.append(Asked(client, data, **options))
        return asked[-1]

    yield begin
    for one in asked:
        client.delete(one.address, headers=one.headers)


def picture_of(heatmap: str) -> Image.Image:
    kind, _, data = heatmap.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("method", WITHOUT_TORCH)
def test_explanation_is_told_as_it_grows_and_comes_last(
    ask: Callable[..., Asked], bundle_path: Path, method: str
) -> None:
    asked = ask(method=method)
    created, precisions = asked.created, METHODS[method].precisions
    assert created["samples"] == (precisions["low"].samples if precisions else 1)
    assert (created["method"], created["target"]) == (method, "malignant")
    assert created["precision"] == ("low" if precisions else None)
    stream = asked.events()
    assert_specified(stream, "get", f"{JOB}/events")
    told = [event.split("\n") for event in stream.text.split("\n\n") if event.startswith("event:")]
    assert [lines[0] for lines in told[:-1]] == ["event: progress"] * (len(told) - 1)
    assert told[-1][0] == "event: done"
    state = asked.state()
    assert told[-1][1].startswith(f'data: {{"id":"{created["id"]}","state":"done"')
    assert state["done"] == state["total"] > 0
    explanation = state["explanation"]
    assert [explanation[name] for name in ("method", "target", "precision")] == [
        created[name] for name in ("method", "target", "precision")
    ]
    bundle = Bundle.load(bundle_path)
    assert picture_of(explanation["heatmap"]).size == (bundle.manifest.input.size,) * 2
    assert explanation["sentence"] == sentence(method, bundle.metrics())


def test_explanation_is_that_of_the_core(
    ask: Callable[..., Asked], bundle_path: Path, large_photo: bytes
) -> None:
    found = ask(large_photo, method="cam", target="mel").end()["explanation"]
    classifier = open_classifier(bundle_path, threads=1)
    explained = explain(classifier, decode(large_photo), method="cam", target="mel")
    expected = Image.open(io.BytesIO(overlay_png(explained, classifier.bundle.manifest.input.size)))
    difference = np.asarray(picture_of(found["heatmap"]).convert("RGBA"), int) - np.asarray(
        expected.convert("RGBA"), int
    )
    assert np.abs(difference).max() <= 8
    assert found["diagnostics"]["score"] == pytest.approx(explained.diagnostics["score"], abs=1e-4)


EVENTS = {"Accept": "text/event-stream"}


def streamed(answer: TestResponse) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream that came to its end: names and what they tell."""
    pieces = [piece.split("\n") for piece in answer.text.split("\n\n") if piece.startswith("event:")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pieces]


def test_who_accepts_events_is_told_everything_in_one_answer(client: FlaskClient, photo: bytes) -> None:
    image = base64.b64encode(photo).decode()
    question = {"image": image, "method": "occlusion", "target": "akiec"}
    answer = client.post(ROUTE, json=question, headers=EVENTS)
    assert_specified(answer, "post", ROUTE)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert "Accept" in answer.headers["Vary"]
    (first, created), *others, (last, status) = streamed(answer)
    assert (first, last) == ("created", "done")
    assert (created["method"], created["target"]) == ("occlusion", "akiec")
    assert {name for name, _ in others} == {"progress"}
    key = {"X-Job-Key": created["key"]}
    assert client.get(answer.headers["Location"], headers=key).json == status
    again = streamed(client.post(ROUTE, json=question, headers=EVENTS))
    assert [name for name, _ in again] == ["created", "done"]
    assert again[-1][1]["explanation"] == status["explanation"]


def test_who_accepts_events_is_refused_as_everybody_else(client: FlaskClient) -> None:
    image = base64.b64encode(b"hello").decode()
    answer = client.post(ROUTE, json={"image": image}, headers=EVENTS)
    assert (answer.status_code, slug_of(answer)) == (400, "not-an-image")


@pytest.mark.parametrize("accepted", ["*/*", "application/json", "application/json, text/event-stream;q=0.5"])
def test_who_likes_json_as_well_gets_it(client: FlaskClient, photo: bytes, accepted: str) -> None:
    image = base64.b64encode(photo).decode()
    answer = client.post(ROUTE, json={"image": image}, headers={"Accept": accepted})
    assert (answer.status_code, answer.mimetype) == (202, "application/json")


def test_who_stops_listening_to_the_answer_does_not_want_it_any_more(
    client: FlaskClient, photo: bytes
) -> None:
    question = {"image": base64.b64encode(photo).decode(), **LONG}
    answer = client.post(ROUTE, json=question, headers=EVENTS, buffered=False)
    first = next(iter(answer.response)).decode()
    created = json.loads(first.partition("data: ")[2])
    key = {"X-Job-Key": created["key"]}
    address = answer.headers["Location"]
    assert client.get(address, headers=key).json["state"] in ("queued", "running")
    answer.close()
    assert client.get(address, headers=key).json["state"] == "cancelled"


def test_an_answer_that_cannot_be_followed_leaves_no_job(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(explain_streams=1)
    first = Asked(client, photo, **LONG)
    stream = first.events()
    question = {"image": base64.b64encode(photo).decode(), "target": "mel"}
    refused = client.post(ROUTE, json=question, headers=EVENTS)
    assert (refused.status_code, slug_of(refused)) == (503, "busy")
    stream.close()
    first.cancel()
    assert 'lesion_explanations_total{method="cam",outcome="cancelled"} 1.0' in client.get("/metrics").text


def test_a_form_is_read_as_for_classification(client: FlaskClient, photo: bytes) -> None:
    fields = {"file": (io.BytesIO(photo), "Erika-Mustermann.jpg"), "method": "cam", "target": "nv"}
    answer = client.post(ROUTE, data=fields)
    assert_specified(answer, "post", ROUTE)
    assert (answer.status_code, answer.json["target"]) == (202, "nv")


def test_what_was_explained_before_comes_from_memory(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client()
    first = Asked(client, photo, method="occlusion").end()["explanation"]
    again = Asked(client, photo, method="occlusion")
    assert again.created["state"] == "done"
    assert again.state()["explanation"] == first
    same_pixels = encode(decode(photo), "PNG")
    assert Asked(client, same_pixels, method="occlusion").created["state"] == "done"
    for changed in ({"target": "mel"}, {"method": "cam"}, {"precision": "medium"}):
        other = Asked(client, photo, **{"method": "occlusion", **changed})
        assert other.created["state"] == "queued"
        other.cancel()
    metrics = client.get("/metrics").text
    assert 'lesion_explanations_total{method="occlusion",outcome="cached"} 2.0' in metrics
    assert 'lesion_explanation_duration_seconds_count{method="occlusion",outcome="done"} 1.0' in metrics


def test_without_memory_everything_is_made_anew(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(explain_cache_mb=0)
    Asked(client, photo).end()
    assert Asked(client, photo).created["state"] == "queued"


BAD_OPTIONS: dict[str, tuple[dict[str, object], int, str]] = {
    "unknown-method": ({"method": "magic"}, 422, "invalid-option"),
    "method-that-is-a-number": ({"method": 1}, 422, "invalid-option"),
    "empty-method": ({"method": ""}, 422, "invalid-option"),
    "unknown-target": ({"target": "benign"}, 422, "invalid-option"),
    "unknown-precision": ({"method": "occlusion", "precision": "Low"}, 422, "invalid-option"),
    "unknown-precision-where-there-is-no-choice": ({"precision": "best"}, 422, "invalid-option"),
    "what-explains-nothing": ({"operating_point": "sensitive"}, 422, "invalid-option"),
    "unknown-model": ({"model": "resnet"}, 404, "unknown-model"),
    "age-for-a-model-of-the-image": ({"age": 50}, 422, "invalid-option"),
    "two-images": ({"sample": "drawing-round"}, 400, "malformed-request"),
}


@pytest.mark.parametrize("name", BAD_OPTIONS)
def test_bad_question_is_a_named_problem_before_any_work(
    client: FlaskClient, photo: bytes, name: str
) -> None:
    options, status, slug = BAD_OPTIONS[name]
    answer = client.post(ROUTE, json={"image": base64.b64encode(photo).decode(), **options})
    assert (answer.status_code, slug_of(answer)) == (status, slug), answer.text
    assert_specified(answer, "post", ROUTE)


@pytest.mark.parametrize(
    ("data", "status", "slug"),
    [
        (b"", 400, "empty-input"),
        (b"hello", 400, "not-an-image"),
        (encode(Image.new("RGB", (16, 16)), "PNG"), 422, "image-too-small"),
    ],
)
def test_bad_image_is_a_named_problem(client: FlaskClient, data: bytes, status: int, slug: str) -> None:
    answer = client.post(ROUTE, json={"image": base64.b64encode(data).decode()})
    assert (answer.status_code, slug_of(answer)) == (status, slug)
    assert_specified(answer, "post", ROUTE)


@pytest.mark.parametrize(
    ("method", "library"),
    [("lime", "lime"), *((name, "torch") for name, one in METHODS.items() if one.needs_torch)],
)
def test_method_that_this_installation_lacks_says_what_to_install(
    client: FlaskClient, photo: bytes, method: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    answer = client.post(ROUTE, json={"image": base64.b64encode(photo).decode(), "method": method})
    assert (answer.status_code, slug_of(answer)) == (501, "missing-dependency")
    assert f"needs {library}: install requirements" in answer.json["detail"]
    assert_specified(answer, "post", ROUTE)
    offered = client.get("/api/config").json["models"][0]["explanations"]["methods"]
    assert {one["name"]: one["unavailable"] for one in offered}[method] == answer.json["detail"]


def test_config_offers_the_methods_of_each_model(client: FlaskClient) -> None:
    config = client.get("/api/config").json
    for model in config["models"]:
        offered = model["explanations"]
        bundle = services_of(client.application).models.bundle(model["name"])
        assert tuple(offered["targets"]) == targets(bundle.manifest)
        assert [one["name"] for one in offered["methods"]] == list(METHODS)
        metrics = bundle.metrics()
        for one in offered["methods"]:
            for precision in one["precisions"]:
                name = f"explain.{one['name']}.{precision['name']}"
                assert precision["samples"] == METHODS[one["name"]].precisions[precision["name"]].samples
                assert precision["seconds"] == metrics.get(f"{name}.seconds")
                told = metrics.get(f"{name}.stability") if METHODS[one["name"]].random else None
                assert precision["stability"] == told
            assert one["sentence"] == sentence(one["name"], metrics)


def test_cancelling_is_a_named_state_and_frees_the_place(
    ask: Callable[..., Asked], client: FlaskClient
) -> None:
    asked = ask(**LONG)
    asked.until_at_work()
    cancelled = asked.cancel()
    assert cancelled["state"] == "cancelled"
    problem = asked.state()["problem"]
    assert problem == cancelled["problem"]
    assert problem["type"] == "/problems/job-cancelled"
    assert "Whoever asked for this explanation" in problem["detail"]
    assert client.get(problem["type"]).status_code == 200
    assert asked.events().text.startswith("event: cancelled\n")
    done = ask(target="df")
    done.end()
    assert done.cancel()["state"] == "done"


def test_a_full_queue_is_answered_with_when_to_try_again(
    ask: Callable[..., Asked], client: FlaskClient, photo: bytes
) -> None:
    ask(**LONG).until_at_work()
    for _ in range(QUEUE_FACTOR):
        ask(**LONG)
    answer = client.post(ROUTE, json={"image": base64.b64encode(photo).decode(), **LONG})
    assert (answer.status_code, slug_of(answer)) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert_specified(answer, "post", ROUTE)


def test_a_job_that_takes_too_long_fails_by_name(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(explain_timeout=1)
    problem = Asked(client, photo, **LONG).end("failed")["problem"]
    assert problem["type"] == "/problems/job-timeout"
    assert problem["detail"].endswith(".")
    assert client.get(problem["type"]).status_code == 200
    until(lambda: 'outcome="job-timeout"} 1.0' in client.get("/metrics").text)


def test_somebody_else_s_job_is_as_good_as_none(ask: Callable[..., Asked], client: FlaskClient) -> None:
    mine, other = ask(**LONG), ask(**LONG)
    told = set()
    for job_id, key in (
        (mine.created["id"], other.created["key"]),
        (mine.created["id"], ""),
        (mine.created["id"], None),
        (mine.created["id"], "schlüssel"),
        ("nobody", mine.created["key"]),
    ):
        headers = {} if key is None else {"X-Job-Key": key}
        for method, path in (("get", JOB), ("delete", JOB), ("get", f"{JOB}/events")):
            answer = client.open(path.format(job_id=job_id), method=method.upper(), headers=headers)
            assert (answer.status_code, slug_of(answer)) == (404, "unknown-job")
            assert_specified(answer, method, path)
            told.add(answer.json["detail"])
    assert len(told) == 1
    assert {mine.state()["state"], other.state()["state"]} <= {"queued", "running"}


def test_a_job_that_nobody_asks_for_is_gone(
    ask: Callable[..., Asked], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "CLIENT_GONE_S", 0.3)
    monkeypatch.setattr(jobs_module, "LOOK_AFTER_S", 0.05)
    asked = ask(**LONG)
    asked.until_at_work()
    job = services_of(client.application).jobs.find(asked.created["id"], asked.created["key"])
    until(lambda: job.status.state == "cancelled")
    time.sleep(0.3)
    answer = client.get(asked.address, headers=asked.headers)
    assert (answer.status_code, slug_of(answer)) == (404, "unknown-job")


def test_streams_leave_threads_for_everything_else(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(explain_streams=1)
    one, two = Asked(client, photo, **LONG), Asked(client, photo, target="mel")
    assert client.head(f"{one.address}/events", headers=one.headers).status_code == 200
    stream = one.events()
    refused = two.events()
    assert (refused.status_code, slug_of(refused)) == (503, "busy")
    assert_specified(refused, "get", f"{JOB}/events")
    assert two.state()["state"] == "queued"
    stream.close()
    one.cancel()
    for _ in range(5):  # streams that came to their end give their place back by themselves
        assert two.events().text.endswith("\n\n")


def test_a_surprise_tells_the_client_only_an_id_and_the_log_everything(
    ask: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(explainer_module, "explain", fail)
    with caplog.at_level(logging.ERROR):
        asked = ask(target="vasc")
        problem = asked.end("failed")["problem"]
    assert (problem["type"], problem["status"]) == ("/problems/internal", 500)
    assert problem["instance"] == asked.answer.headers["X-Request-ID"]
    assert "secret" not in problem["detail"]
    assert "the secret cause" in caplog.text


def test_log_lines_tell_neither_ids_nor_keys_nor_names(
    client: FlaskClient, photo: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        form = {"file": (io.BytesIO(photo), "Erika-Mustermann.jpg"), "target": "bkl"}
        created = client.post(ROUTE, data=form).json
        headers = {"X-Job-Key": created["key"]}
        assert client.get(f"{ROUTE}/{created['id']}/events", headers=headers).text
        until(lambda: any(record.name == "server.jobs" for record in caplog.records))
    over = next(record for record in caplog.records if record.name == "server.jobs")
    assert (over.method, over.outcome) == ("cam", "done")  # type: ignore[attr-defined]
    everything = " ".join(str(vars(record)) for record in caplog.records)
    for secret in ("Mustermann", created["id"], created["key"], "base64"):
        assert secret not in everything


def test_classification_comes_before_the_work_of_a_job(
    make_client: Callable[..., FlaskClient], photo: bytes
) -> None:
    client = make_client(lesion_parallel=1)
    asked = Asked(client, photo, **LONG)
    asked.until_at_work()
    for _ in range(5):
        before = asked.state()["done"]
        assert as_form(client, photo).status_code == 200
        # The batch that was under way, and one that may begin before the question and after the answer.
        assert asked.state()["done"] - before <= 3 * 8
    assert asked.cancel()["state"] == "cancelled"
