from __future__ import annotations

import io
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lesion.bundle import Bundle, save
from lesion.classifier import Classifier
from server import models as models_module
from server import places
from server.app import create_app
from server.config import Config, ConfigError
from server.services import services_of
from tests.server.asking import as_form, assert_specified, ready, slug_of, until
from tests.server.test_explanations import Asked


@pytest.fixture
def models_dir(bundle_path: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the bundled model, to be altered."""
    shutil.copytree(bundle_path, tmp_path / "first", ignore=shutil.ignore_patterns("*.pkl"))
    bundle = Bundle.load(tmp_path / "first")
    save(Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, name="first")))
    return tmp_path


@pytest.fixture
def own_config(config: Config, models_dir: Path) -> Config:
    return msgspec.structs.replace(config, lesion_model="first", lesion_models_dir=models_dir)


def test_before_the_model_answers_the_process_lives_but_is_not_ready(
    config: Config, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, original = threading.Event(), models_module.open_classifier

    def slow(*arguments: object, **options: object) -> object:
        gate.wait(60)
        return original(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(models_module, "open_classifier", slow)
    app = create_app(config)
    client = app.test_client()
    assert client.get("/ping").status_code == 200
    assert client.get("/api/config").status_code == 200
    for answer, method, path in (
        (client.get("/healthz"), "get", "/healthz"),
        (as_form(client, photo), "post", "/api/classify"),
    ):
        assert (answer.status_code, slug_of(answer)) == (503, "not-ready")
        assert int(answer.headers["Retry-After"]) > 0
        assert_specified(answer, method, path)
    gate.set()
    ready(app)
    assert as_form(client, photo).status_code == 200


def test_a_full_queue_is_answered_with_when_to_try_again(
    config: Config, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ready(create_app(msgspec.structs.replace(config, lesion_parallel=1, lesion_queue=0)))
    begun, gate = threading.Event(), threading.Event()
    original = Classifier.classify

    def held(self: Classifier, *arguments: object, **options: object) -> object:
        begun.set()
        gate.wait(60)
        return original(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Classifier, "classify", held)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(as_form, app.test_client(), photo)
        assert begun.wait(60)
        second = as_form(app.test_client(), photo)
        gate.set()
        assert first.result(60).status_code == 200
    assert (second.status_code, slug_of(second)) == (503, "busy")
    assert int(second.headers["Retry-After"]) > 0
    assert_specified(second, "post", "/api/classify")
    assert as_form(app.test_client(), photo).status_code == 200


def test_a_request_that_waits_for_longer_than_it_may_is_given_up(
    config: Config, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "REQUESTS_LOOK_S", 0.05)
    app = ready(create_app(msgspec.structs.replace(config, lesion_parallel=1, request_timeout=1)))
    model = services_of(app).models
    with model.places.turns(lambda: None):
        answer = as_form(app.test_client(), photo)
    assert (answer.status_code, slug_of(answer)) == (503, "deadline")
    assert int(answer.headers["Retry-After"]) > 0
    assert_specified(answer, "post", "/api/classify")
    assert as_form(app.test_client(), photo).status_code == 200


def test_a_request_whose_client_has_left_the_queue_is_dropped(
    config: Config, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "REQUESTS_LOOK_S", 0.05)
    app = ready(create_app(msgspec.structs.replace(config, lesion_parallel=1)))
    ours, theirs = socket.socketpair()
    with ours, theirs, services_of(app).models.places.turns(lambda: None):
        theirs.close()
        answer = app.test_client().post(
            "/api/classify",
            data={"file": (io.BytesIO(photo), "photo.jpg")},
            environ_overrides={"gunicorn.socket": ours},
        )
    assert (answer.status_code, slug_of(answer)) == (499, "client-gone")


def test_another_model_loads_once_when_it_is_first_asked_for(
    own_config: Config, models_dir: Path, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(models_dir / "first", models_dir / "second")
    opened: list[Path] = []
    original = models_module.open_classifier

    def counted(path: Path, **options: object) -> object:
        opened.append(path)
        return original(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(models_module, "open_classifier", counted)
    app = ready(create_app(own_config))
    assert [path.name for path in opened] == ["first"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: as_form(app.test_client(), photo, model="second"), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [path.name for path in opened] == ["first", "second"]


def test_while_another_model_loads_deadline_and_queue_hold_and_the_default_one_answers(
    own_config: Config, models_dir: Path, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(models_dir / "first", models_dir / "second")
    monkeypatch.setattr(places, "REQUESTS_LOOK_S", 0.05)
    app = ready(create_app(msgspec.structs.replace(own_config, request_timeout=1, lesion_queue=1)))
    begun, gate, original = threading.Event(), threading.Event(), models_module.open_classifier

    def slow(*arguments: object, **options: object) -> object:
        begun.set()
        gate.wait(60)
        return original(*arguments, **options)  # type: ignore[arg-type]

    def second() -> TestResponse:
        return as_form(app.test_client(), photo, model="second")

    monkeypatch.setattr(models_module, "open_classifier", slow)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(second)
        assert begun.wait(60)
        waiting = pool.submit(second)
        until(lambda: services_of(app).models._loading.waiting == 1)
        refused = second()
        assert (refused.status_code, slug_of(refused)) == (503, "not-ready")
        assert int(refused.headers["Retry-After"]) == models_module.LOADING_S
        assert as_form(app.test_client(), photo).status_code == 200
        assert slug_of(waiting.result(60)) == "deadline"
        gate.set()
        assert slug_of(first.result(60)) == "deadline"
    assert second().status_code == 200


def test_requests_at_the_same_time_get_the_answers_of_requests_in_turn(
    client: FlaskClient, photo: bytes
) -> None:
    def probability(_: int) -> float:
        return float(as_form(client.application.test_client(), photo).json["probability"])

    alone = probability(0)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(probability, range(12))) == {alone}


@pytest.mark.parametrize("name", ["nothing-here", "/nonexistent/bundle"])
def test_an_absent_model_stops_the_start_and_the_variable_is_named(own_config: Config, name: str) -> None:
    with pytest.raises(ConfigError, match="LESION_MODEL"):
        create_app(msgspec.structs.replace(own_config, lesion_model=name))


def test_a_model_that_was_not_evaluated_is_not_served(own_config: Config, models_dir: Path) -> None:
    shutil.copytree(models_dir / "first", models_dir / "second")
    raw = Bundle.load(models_dir / "second")
    save(Bundle(raw.path, msgspec.structs.replace(raw.manifest, operating_points=())))
    (models_dir / "third").mkdir()
    (models_dir / "third/manifest.json").write_text("{}")
    client = ready(create_app(own_config)).test_client()
    assert [model["name"] for model in client.get("/api/config").json["models"]] == ["first"]
    with pytest.raises(ConfigError, match="not calibrated and evaluated"):
        create_app(msgspec.structs.replace(own_config, lesion_model="second"))


def test_an_explanation_belongs_to_the_calibration_that_it_was_made_with(
    own_config: Config, models_dir: Path, photo: bytes
) -> None:
    shutil.copytree(models_dir / "first", models_dir / "second")
    copied = Bundle.load(models_dir / "second")
    other = msgspec.structs.replace(
        copied.manifest, name="second", temperature=2 * copied.manifest.temperature
    )
    save(Bundle(copied.path, other))
    client = ready(create_app(own_config)).test_client()
    first = Asked(client, photo, model="first").end("done")["explanation"]
    second = Asked(client, photo, model="second").end("done")["explanation"]
    assert first["diagnostics"]["score"] != second["diagnostics"]["score"]


def test_an_altered_model_is_never_used_and_health_says_why(
    own_config: Config, models_dir: Path, photo: bytes
) -> None:
    weights = bytearray((models_dir / "first/model.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (models_dir / "first/model.onnx").write_bytes(weights)
    client = create_app(own_config).test_client()
    deadline = time.monotonic() + 60
    while slug_of(health := client.get("/healthz")) == "not-ready":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (health.status_code, slug_of(health)) == (503, "bundle-unusable")
    assert "model.onnx has SHA-256" in health.json["detail"]
    assert as_form(client, photo).status_code == 503


def test_who_asks_is_told_of_a_model_that_fails_be_it_before_or_after(
    own_config: Config, models_dir: Path
) -> None:
    (models_dir / "first/model.onnx").unlink()
    app = create_app(own_config)
    told: list[str] = []
    models = services_of(app).models
    models.when_it_fails(lambda: told.append("asked early"))
    until(lambda: slug_of(app.test_client().get("/healthz")) != "not-ready")
    until(lambda: told == ["asked early"])
    models.when_it_fails(lambda: told.append("asked late"))
    assert told == ["asked early", "asked late"]
    health = app.test_client().get("/healthz").json
    assert (
        f"model.onnx is missing, whose SHA-256 is {models.bundle('first').digest('model.onnx')}"
        in health["detail"]
    )


def test_an_altered_report_is_not_shown(own_config: Config, models_dir: Path) -> None:
    (models_dir / "first/metrics.json").write_text('{"auroc": 1.0}')
    answer = ready(create_app(own_config)).test_client().get("/api/models/first")
    assert (answer.status_code, slug_of(answer)) == (503, "bundle-unusable")


def test_plots_are_those_that_the_card_shows_under_its_titles(own_config: Config, models_dir: Path) -> None:
    folder = models_dir / "first"
    (folder / "report").mkdir(exist_ok=True)
    (folder / "report/roc.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "report/secret.html").write_text("not in the card")
    (folder / "MODEL_CARD.md").write_text(
        "# Card\n\n![Receiver curve](report/roc.svg)\n![Gone](report/gone.svg)\n"
    )
    save(Bundle.load(folder))
    (folder / "report/unlisted.svg").write_text("<svg/>")
    client = ready(create_app(own_config)).test_client()
    details = client.get("/api/models/first").json
    assert details["card"].startswith("# Card")
    assert details["plots"] == [{"title": "Receiver curve", "url": "/api/models/first/report/roc.svg"}]
    plot = client.get("/api/models/first/report/roc.svg")
    assert (plot.mimetype, plot.status_code) == ("image/svg+xml", 200)
    assert client.get("/api/models/first/report/unlisted.svg").status_code == 404


def test_fastai_engine_that_is_not_installed_says_what_to_install(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ConfigError, match=r"LESION_ENGINE=fastai .* Install requirements\.txt"):
        create_app(msgspec.structs.replace(config, lesion_engine="fastai"))


@pytest.mark.slow
@pytest.mark.training
def test_fastai_engine_gives_the_answer_of_the_default_one(
    make_client: Callable[..., FlaskClient], client: FlaskClient, photo: bytes
) -> None:
    fastai = as_form(make_client(lesion_engine="fastai"), photo).json
    assert fastai["probability"] == pytest.approx(as_form(client, photo).json["probability"], abs=1e-3)
    assert fastai["model"]["sha256"] != as_form(client, photo).json["model"]["sha256"]
