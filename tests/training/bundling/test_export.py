from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from lesion.bundle import Bundle
from lesion.engine import OnnxEngine, open_engine
from lesion.errors import DataError, HashMismatch, ParityError
from tests.training.folders import drawn_folder
from training.bundling import export
from training.bundling.models import PARITY_TOLERANCE
from training.dataset import data, split
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.record import describe
from training.nets.building import build

pytestmark = [pytest.mark.training, pytest.mark.slow]


def finished_run(frame: pd.DataFrame, arch: str, run: Path) -> Path:
    config = TrainConfig(arch=arch, weights="none", size=64)
    describe(frame.assign(part="train"), config, split.DEFAULT, run)
    progress.save_weights(build(arch, "none", 7), run / progress.BEST)
    return run


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return data.read_folder(drawn_folder(tmp_path_factory.mktemp("drawn"), per_class=11))


@pytest.mark.parametrize("arch", ["mobilenet_v2", "densenet161"])
def test_learner_and_graph_agree_and_the_bundle_is_whole(
    arch: str, frame: pd.DataFrame, tmp_path: Path
) -> None:
    bundle, difference = export.export_run(
        finished_run(frame, arch, tmp_path / "run"), tmp_path / arch, frame
    )
    assert len(frame) >= 32
    assert difference < PARITY_TOLERANCE
    assert sorted(bundle.manifest.files) == ["model.onnx", "model.pkl", "trained_ids.txt"]
    assert Bundle.load(bundle.path).verify() == []
    assert not bundle.manifest.evaluated
    batch = np.random.default_rng(0).random((3, 3, 64, 64), dtype=np.float32)
    outputs = [open_engine(bundle, kind, threads=1)(batch) for kind in ("onnx", "fastai")]
    for name in ("logits", "cam", "embedding"):
        first, second = (getattr(output, name) for output in outputs)
        assert first.shape == second.shape
        assert np.allclose(first, second, atol=1e-3)


def test_learn_predict_takes_photos_as_users_have_them(frame: pd.DataFrame, tmp_path: Path) -> None:
    from fastai.learner import load_learner

    bundle, _ = export.export_run(
        finished_run(frame, "mobilenet_v2", tmp_path / "run"), tmp_path / "b", frame
    )
    learner = load_learner(bundle.file("model.pkl"))
    path = Path(frame["path"][0])
    from PIL import Image

    answers = [learner.predict(item)[2].numpy() for item in (path, path.read_bytes(), Image.open(path))]
    served = OnnxEngine(bundle.file("model.onnx"))(data_tensor(path)).logits
    expected = np.exp(served[0]) / np.exp(served[0]).sum()
    for answer in answers:
        assert np.allclose(answer, expected, atol=1e-4)


def data_tensor(path: Path) -> np.ndarray:
    from lesion.decode import decode
    from lesion.preprocess import preprocess

    return preprocess(decode(path.read_bytes()), 64)


def test_a_difference_is_found(frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, to = finished_run(frame, "mobilenet_v2", tmp_path / "run"), tmp_path / "models" / "b"
    export.export_run(run, to, frame)
    before = (to / "manifest.json").read_bytes()
    monkeypatch.setattr(export, "parity_difference", lambda *_: 0.01)
    with pytest.raises(ParityError, match="no bundle was written"):
        export.export_run(run, to, frame)
    assert (to / "manifest.json").read_bytes() == before, "the bundle that was there must stay"
    assert [path.name for path in to.parent.iterdir()] == ["b"]


def test_a_pickle_of_another_hash_is_never_opened(frame: pd.DataFrame, tmp_path: Path) -> None:
    bundle, _ = export.export_run(
        finished_run(frame, "mobilenet_v2", tmp_path / "run"), tmp_path / "b", frame
    )
    (bundle.path / "model.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(HashMismatch, match=r"model\.pkl"):
        open_engine(bundle, "fastai")


def test_a_folder_that_is_no_bundle_is_never_replaced(frame: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    for to in (tmp_path / "home", tmp_path / "home" / "letter.txt"):
        with pytest.raises(DataError, match="something else"):
            export.export_run(finished_run(frame, "mobilenet_v2", tmp_path / "run"), to, frame)
    assert (tmp_path / "home" / "letter.txt").read_text() == "dear"


def test_a_proof_on_few_images_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="needs 32 images"):
        export.export_run(
            finished_run(frame, "mobilenet_v2", tmp_path / "run"), tmp_path / "b", frame.head(31)
        )


def test_an_unfinished_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="training train"):
        export.export_run(tmp_path, tmp_path / "b", pd.DataFrame())


def test_a_run_that_was_interrupted_is_exported_with_a_word(
    frame: pd.DataFrame, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = finished_run(frame, "plain_cnn", tmp_path / "run")
    for state, told in (({"phase": "all", "done": 2}, True), ({"phase": "all", "done": 12}, False)):
        caplog.clear()
        torch.save(state, run / progress.LAST)
        export.export_run(run, tmp_path / "bundle", frame)
        assert ("interrupted after 3 of 13 epochs" in caplog.text) == told
    (run / progress.LAST).write_bytes(b"damaged")
    export.export_run(run, tmp_path / "bundle", frame)


def test_no_folder_of_this_machine_is_in_a_bundle(frame: pd.DataFrame, tmp_path: Path) -> None:
    import fastai

    bundle, _ = export.export_run(
        finished_run(frame, "mobilenet_v2", tmp_path / "run"), tmp_path / "b", frame
    )
    packages = Path(fastai.__file__).parents[1]
    with zipfile.ZipFile(bundle.file("model.pkl")) as archive:
        inside = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".pkl"))
    for content in (inside, bundle.file("model.onnx").read_bytes()):
        for folder in (Path(export.__file__).parents[2], packages, tmp_path):
            assert str(folder).encode() not in content


def test_a_share_of_the_start_stays_and_the_manifest_says_so(frame: pd.DataFrame, tmp_path: Path) -> None:
    start = finished_run(frame, "plain_cnn", tmp_path / "start")
    onward = TrainConfig(arch="plain_cnn", weights=str(start / progress.BEST), size=64)
    run = tmp_path / "onward"
    describe(frame.assign(part="train"), onward, split.DEFAULT, run)
    progress.save_weights(build("plain_cnn", "none", 7), run / progress.BEST)
    bundle, difference = export.export_run(run, tmp_path / "bundle", frame, start_share=0.5)
    assert difference < PARITY_TOLERANCE
    assert bundle.manifest.training.start.endswith("blended with a share of 0.5")
