"""The whole way on real photos: train, export, calibrate, evaluate, write the card, serve, classify."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lesion.bundle import Bundle
from server.app import create_app
from server.config import Config
from tests.server.asking import ready

pytestmark = [pytest.mark.training, pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[1]


def lab(*words: str | Path) -> str:
    command = [sys.executable, "-m", "training", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def bundle(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle from two short epochs on real images, through every command of the lab."""
    folder = tmp_path_factory.mktemp("end-to-end")
    photos, run, path = shared_data / "ham10000", folder / "run", folder / "models" / "short"
    weights = shared_data.parent / "weights" / "mobilenet_v2-imagenet.safetensors"
    choices = "--arch mobilenet_v2 --size 64 --epochs 2 --frozen-epochs 0 --limit 900 --lr 2e-3"
    lab(
        "train",
        "--data",
        photos,
        "--weights",
        weights,
        "--run",
        run,
        "--cache",
        folder / "cache",
        *choices.split(),
    )
    assert "largest difference" in lab("export", run, "--to", path, "--data", photos)
    lab("calibrate", path, "--data", photos)
    lab("evaluate", path, "--data", photos)
    # Not into the README, whose numbers are those of the bundles in models/.
    lab("card", path, "--readme", folder / "no-page.md")
    return Bundle.load(path)


def test_the_bundle_is_whole_measured_and_learned_something(bundle: Bundle) -> None:
    assert bundle.verify() == []
    assert bundle.manifest.evaluated
    metrics = bundle.metrics()
    assert metrics["auroc"] > 0.75
    assert metrics["n_lesions"] == 1120
    for point in bundle.manifest.operating_points:
        assert point.sensitivity is not None
        assert metrics[f"operating_point.{point.name}.sensitivity"] == point.sensitivity.value


def test_the_bundle_serves_a_real_photo(bundle: Bundle, shared_data: Path) -> None:
    app = ready(create_app(Config(lesion_models_dir=bundle.path.parent, lesion_model="short")))
    photo = next(iter(sorted((shared_data / "uda").glob("*.jpg"))))
    client = app.test_client()
    answer = client.post("/api/classify", data={"file": (photo.open("rb"), "photo.jpg")})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json()["model"]["name"] == "short"


def test_the_command_line_judges_a_folder_of_real_photos(bundle: Bundle, shared_data: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "lesion",
        "classify",
        shared_data / "uda",
        "--model",
        bundle.path,
        "--json",
    ]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == 36
    assert all(0 <= row["probability"] <= 1 and not row["error"] for row in rows)
