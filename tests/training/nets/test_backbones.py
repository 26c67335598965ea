"""Every backbone from its first step to an answer of the server."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pandas as pd
import pytest
import torch

from lesion.bundle import Bundle, save
from lesion.calibrate import probabilities
from lesion.drawings import drawing
from lesion.preprocess import preprocess
from server.app import create_app
from server.config import Config
from tests.lesion.manifests import manifest
from tests.server.asking import as_form, assert_specified, ready
from tests.training.folders import drawn_folder
from training.bundling.export import export_run
from training.bundling.models import PARITY_TOLERANCE
from training.dataset import data, split
from training.dataset.cache import cached_squares
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.learner import make_learner
from training.learning.loaders import data_loaders
from training.learning.record import describe
from training.nets.backbones import BACKBONES
from training.nets.network import LesionNet

pytestmark = [pytest.mark.training, pytest.mark.slow, pytest.mark.timeout(900)]

SIZE = 32
"""The smallest input: one location of the last maps for most backbones."""


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    rows = data.read_folder(drawn_folder(tmp_path_factory.mktemp("drawn"), per_class=11))
    return rows.assign(part=["val" if i % 11 == 0 else "train" for i in range(len(rows))])


@pytest.fixture
def emptied(tmp_path: Path) -> Iterator[Path]:
    """A folder that does not outlive the test: ConvNeXt-L fills it with gigabytes."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def one_step(frame: pd.DataFrame, config: TrainConfig, folder: Path) -> LesionNet:
    """Train on a single batch, as ``train`` would, into the run's folder."""
    few = frame.groupby("part").head(4)
    run = folder / "run"
    describe(few, config, split.DEFAULT, run)
    squares = cached_squares(few, config.size, folder / "cache")
    learner = make_learner(data_loaders(few, squares, config), few, config, run)
    before = {key: value.double().sum() for key, value in learner.model.named_parameters()}
    with learner.no_logging():
        learner.fit(1, lr=1e-3)
    assert learner.recorder.losses[-1].isfinite()
    moved = [key for key, value in learner.model.named_parameters() if value.double().sum() != before[key]]
    assert len(moved) > 0.9 * len(before), "nearly every layer must learn"
    progress.save_weights(learner.model, run / progress.BEST)
    # ConvNeXt-L's gradients and moments are gigabytes that the export needs no more.
    learner.opt.zero_grad()
    learner.opt = None
    net: LesionNet = learner.model.eval()
    return net


def with_operating_points(bundle: Bundle) -> Bundle:
    """Give an exported bundle what ``calibrate`` and ``evaluate`` would."""
    measured = manifest()
    return save(
        Bundle(
            bundle.path,
            msgspec.structs.replace(
                bundle.manifest,
                operating_points=measured.operating_points,
                default_operating_point=measured.default_operating_point,
            ),
        )
    )


@pytest.mark.parametrize("arch", sorted(BACKBONES))
def test_it_is_trained_exported_and_served(arch: str, frame: pd.DataFrame, emptied: Path) -> None:
    config = TrainConfig(arch=arch, weights="none", size=SIZE, batch_size=8, lr=1e-3)
    net = one_step(frame, config, emptied)
    bundle, difference = export_run(emptied / "run", emptied / "models" / arch, frame)
    assert difference < PARITY_TOLERANCE
    with_operating_points(bundle)

    settings = Config(lesion_model=arch, lesion_models_dir=bundle.path.parent, lesion_threads=1)
    client = ready(create_app(settings)).test_client()
    photo, file = drawing("regular", 7, (640, 480)), io.BytesIO()
    photo.save(file, "PNG")
    answer = as_form(client, file.getvalue(), explain="true")
    assert answer.status_code == 200, answer.text
    assert_specified(answer, "post", "/api/classify")
    with torch.inference_mode():
        logits, cam, _ = net.outputs(torch.from_numpy(preprocess(photo, SIZE)))
    expected = probabilities(logits.numpy(), 1.0)[0]
    served = {row["dx"]: row["probability"] for row in answer.json["diagnoses"]}
    assert [served[code] for code in bundle.manifest.classes] == pytest.approx(expected, abs=1e-3)
    assert answer.json["explanation"]["heatmap"].startswith("data:image/png")
    assert torch.allclose(cam.mean(dim=(2, 3)) + net.linear.bias, logits, atol=1e-4)
