from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pytest
from click.testing import Result
from safetensors.numpy import load_file

from lesion.bundle import HISTORY, MODEL, PICKLE, REBUILT, WEIGHTS, Bundle, save
from lesion.engine import open_engine
from lesion.errors import BundleNotReady, DataError, HashMismatch
from tests.training.colours import colour_bundle
from tests.training.folders import drawn_folder
from training.bundling import export
from training.bundling.rebuild import drawings, rebuild, rebuild_command
from training.dataset import data, split
from training.dataset.trained_ids import TRAINED_IDS, known, read_trained_ids
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.record import describe
from training.nets.building import build

pytestmark = [pytest.mark.training, pytest.mark.slow]


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = drawn_folder(tmp_path_factory.mktemp("drawn"), per_class=11)
    return data.read_folder(folder).assign(part="train")


@pytest.fixture(scope="module")
def exported(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    costs = run / "dear.csv"
    costs.write_text((Path(__file__).parents[3] / "training/costs/ham10000.csv").read_text())
    config = TrainConfig(arch="mobilenet_v2", weights="none", size=32, costs=str(costs))
    describe(frame, config, split.DEFAULT, run)
    (run / HISTORY).write_text("epoch,auroc\n1,0.5\n")
    progress.save_weights(build("mobilenet_v2", "none", 7), run / progress.BEST)
    bundle, _ = export.export_run(run, tmp_path_factory.mktemp("models") / "half", frame, in_half=True)
    costs.unlink()
    return bundle.path


def test_the_weights_are_stored_once_and_the_graph_refers_to_them(exported: Path) -> None:
    names = sorted(Bundle.load(exported).manifest.files)
    assert names == [".gitignore", "costs.csv", "history.csv", MODEL, TRAINED_IDS, WEIGHTS]
    arrays = load_file(exported / WEIGHTS)
    kernels = [array for array in arrays.values() if array.ndim == 4 and array.shape[1:] != (1, 1)]
    assert all(array.dtype == np.float16 for array in kernels if array.shape[0] > 1 and array.shape[1] > 1)
    assert arrays["features.0.1.running_var"].dtype == np.float32
    assert (exported / WEIGHTS).stat().st_size < 5_000_000
    assert (exported / MODEL).stat().st_size < 200_000
    graph = onnx.load(exported / MODEL).graph
    stored = {array.name.removesuffix(".half").removeprefix("net."): array for array in graph.initializer}
    for name, array in arrays.items():
        if not name.endswith("num_batches_tracked"):
            assert np.array_equal(onnx.numpy_helper.to_array(stored[name]), array), name


def test_a_rebuilt_learner_serves_and_gives_the_same_probabilities(
    exported: Path, run: Callable[..., Result]
) -> None:
    bundle = Bundle.load(exported)
    with pytest.raises(BundleNotReady, match="training rebuild"):
        open_engine(bundle, "fastai")
    result = run(rebuild_command, exported)
    assert result.exit_code == 0, (result.output, result.exception)
    batch = drawings(32)
    answers = [open_engine(bundle, kind, threads=1)(batch) for kind in ("onnx", "fastai")]
    for name in ("logits", "cam", "embedding"):
        assert np.allclose(*(getattr(answer, name) for answer in answers), atol=1e-4)
    assert save(bundle).manifest == bundle.manifest, "what this machine made is not the bundle's"
    (exported / PICKLE).write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(HashMismatch, match=r"model\.pkl"):
        open_engine(bundle, "fastai")
    rebuild(bundle, exported.parent / "elsewhere.pkl")
    assert (exported.parent / "elsewhere.pkl").stat().st_size > 8_000_000
    (exported / REBUILT).write_text('{"weights_sha256": "other", "pickle_sha256": "other"}')
    with pytest.raises(BundleNotReady, match="training rebuild"):
        open_engine(bundle, "fastai")


def test_no_torch_is_needed_and_altered_weights_are_refused(exported: Path) -> None:
    code = (
        "import sys, numpy as np; from lesion.bundle import Bundle; from lesion.engine import open_engine\n"
        "open_engine(Bundle.load(sys.argv[1]))(np.zeros((1, 3, 32, 32), dtype=np.float32))\n"
        "print({'torch', 'safetensors', 'onnx'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, exported], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "set()\n"
    whole = (exported / WEIGHTS).read_bytes()
    (exported / WEIGHTS).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(HashMismatch, match="weights"):
        open_engine(Bundle.load(exported))
    (exported / WEIGHTS).write_bytes(whole)


def test_the_bundle_knows_what_it_learned_from(exported: Path, frame: pd.DataFrame) -> None:
    ids = read_trained_ids(Bundle.load(exported))
    assert ids is not None
    assert known(frame, ids).all()


def test_a_run_without_ids_leaves_those_who_start_from_it_without(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    def described(name: str, weights: str) -> Path:
        config = TrainConfig(arch="mobilenet_v2", weights=weights, size=32)
        describe(frame.head(3), config, split.DEFAULT, tmp_path / name)
        return tmp_path / name / TRAINED_IDS

    first = described("first", "none")
    (tmp_path / "first" / progress.BEST).touch()
    start = str(tmp_path / "first" / progress.BEST)
    first.write_text(f"{first.read_text()}{'f' * 16}\n")
    assert described("second", start).read_text() == first.read_text()
    first.unlink()
    assert not described("third", start).exists()


def test_a_bundle_in_full_precision_has_nothing_to_rebuild(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--half"):
        rebuild(colour_bundle(tmp_path / "colours"))


def test_weights_beyond_half_precision_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    from training.bundling.half import write_weights

    save_file({"wide": np.full((2, 2), 1e6, dtype=np.float32)}, tmp_path / "w.safetensors")
    with pytest.raises(DataError, match="too large for half precision"):
        write_weights(tmp_path / "w.safetensors", TrainConfig(), tmp_path)
