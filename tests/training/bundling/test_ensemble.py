from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pandas as pd
import pytest
from click.testing import Result
from onnx import TensorProto, helper, numpy_helper

from lesion.bundle import MODEL, Bundle, save
from lesion.classifier import open_classifier
from lesion.drawings import drawing
from lesion.engine import Outputs, open_engine
from lesion.errors import BundleNotReady, DataError
from lesion.labels import DIAGNOSES
from tests.images import encode
from tests.lesion.manifests import manifest
from tests.training.conftest import Measured
from training.bundling.ensemble import ensemble_command, make_ensemble
from training.bundling.views import VIEWS, turn
from training.dataset import split
from training.dataset.split import split_sha256
from training.dataset.trained_ids import TRAINED_IDS, read_trained_ids, write_trained_ids
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate
from training.report.card import card

pytestmark = pytest.mark.training


def conv_bundle(folder: Path, size: int, temperature: float, seed: int) -> Bundle:
    """A calibrated bundle of one strided convolution, which has neither symmetry nor an even mean."""
    rng = np.random.default_rng(seed)
    arrays = {
        "kernel": rng.normal(0, 0.5, (6, 3, 5, 5)).astype(np.float32),
        "head": rng.normal(0, 2, (7, 6, 1, 1)).astype(np.float32),
        "weight": np.empty(0, dtype=np.float32),
        "bias": rng.normal(0, 1, 7).astype(np.float32),
        "axes": np.array([2, 3], dtype=np.int64),
    }
    arrays["weight"] = arrays["head"][:, :, 0, 0]
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["linear"], strides=[4, 4]),
        helper.make_node("Relu", ["linear"], ["maps"]),
        helper.make_node("Conv", ["maps", "head"], ["cam"]),
        helper.make_node("ReduceMean", ["maps", "axes"], ["embedding"], keepdims=0),
        helper.make_node("Gemm", ["embedding", "weight", "bias"], ["logits"], transB=1),
    ]
    shapes = {"logits": [7], "cam": [7, None, None], "embedding": [6]}
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "conv",
        [value("image", TensorProto.FLOAT, ["n", 3, size, size])],
        [value(name, TensorProto.FLOAT, ["n", *shape]) for name, shape in shapes.items()],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    folder.mkdir(parents=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, folder / MODEL)
    plain = manifest(name=folder.name, temperature=temperature)
    learned = msgspec.structs.replace(plain.training, split_sha256=split_sha256(split.DEFAULT))
    size_of = msgspec.structs.replace(plain.input, size=size)
    return save(Bundle(folder, msgspec.structs.replace(plain, input=size_of, training=learned)))


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Bundle, Bundle]:
    return conv_bundle(tmp_path / "small", 32, 0.5, seed=1), conv_bundle(tmp_path / "large", 48, 2.0, seed=2)


def images(size: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((3, 3, size, size), dtype=np.float32)


def run_engine(bundle: Bundle, batch: np.ndarray) -> Outputs:
    return open_engine(bundle, threads=1)(batch)


def biases(outputs: Outputs) -> np.ndarray:
    return np.asarray(outputs.logits - outputs.cam.mean(axis=(2, 3)))


@pytest.mark.parametrize("views", [1, 2, 4, 8])
def test_the_answer_is_the_same_for_every_view(
    views: int, pair: tuple[Bundle, Bundle], tmp_path: Path
) -> None:
    joined, difference = make_ensemble(pair, tmp_path / "joined", views)  # type: ignore[arg-type]
    assert difference < 1e-4
    batch = images(48)
    plain = run_engine(joined, batch)
    for view in VIEWS[views]:
        turned = run_engine(joined, turn(batch, view))
        assert np.allclose(turned.logits, plain.logits, atol=1e-4)
        assert np.allclose(turned.embedding, plain.embedding, atol=1e-4)
        assert np.allclose(turned.cam, turn(plain.cam, view), atol=1e-4)
    if views < 8:
        outside = run_engine(joined, turn(batch, VIEWS[8][views]))
        assert not np.allclose(outside.logits, plain.logits, atol=1e-4)


@pytest.mark.parametrize("views", [1, 8])
def test_the_map_is_exact(views: int, pair: tuple[Bundle, Bundle], tmp_path: Path) -> None:
    joined, _ = make_ensemble(pair, tmp_path / "joined", views, [1, 3])  # type: ignore[arg-type]
    expected = sum(
        weight / bundle.manifest.temperature * biases(run_engine(bundle, images(bundle.manifest.input.size)))
        for bundle, weight in zip(pair, (0.25, 0.75), strict=True)
    )
    outputs = run_engine(joined, images(48))
    assert outputs.cam.shape[2:] == (11, 11), "the largest grid"
    assert outputs.embedding.shape == (3, 12)
    assert np.allclose(biases(outputs), expected, atol=1e-4)


def test_the_manifest_says_what_was_joined(pair: tuple[Bundle, Bundle], tmp_path: Path) -> None:
    joined, _ = make_ensemble(pair, tmp_path / "joined", 4, [1, 3])
    assert joined.manifest.ensemble is not None
    assert joined.manifest.ensemble.views == 4
    assert joined.manifest.architecture == "2 mobilenet_v2, 4 views"
    assert joined.manifest.input.size == 48
    assert [member.weight for member in joined.manifest.ensemble.members] == [0.25, 0.75]
    for member, bundle in zip(joined.manifest.ensemble.members, pair, strict=True):
        assert (member.name, member.temperature) == (bundle.manifest.name, bundle.manifest.temperature)
        assert member.model_sha256 == bundle.manifest.files[MODEL]
    assert (joined.manifest.distribution, joined.manifest.conformal) == (None, None), "those of no member"
    assert Bundle.load(joined.path).verify() == []


def test_what_any_member_had_practised_the_ensemble_has(pair: tuple[Bundle, Bundle], tmp_path: Path) -> None:
    def varied(bundle: Bundle, n_images: int, **augmentation: float) -> Bundle:
        learned = bundle.manifest.training
        training = msgspec.structs.replace(learned, n_images=n_images, augmentation=augmentation)
        return Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, training=training))

    members = varied(pair[0], 9, blur=0.5), varied(pair[1], 3, blur=0.1, marks=0.3)
    joined, _ = make_ensemble(members, tmp_path / "joined")
    assert joined.manifest.training.augmentation == {"blur": 0.5, "marks": 0.3}


def test_what_any_member_learned_from_is_known(pair: tuple[Bundle, Bundle], tmp_path: Path) -> None:
    assert read_trained_ids(make_ensemble(pair, tmp_path / "joined")[0]) is None
    for bundle, name in zip(pair, "AB", strict=True):
        write_trained_ids(pd.DataFrame({"image_id": [name], "lesion_id": ["L"]}), bundle.path / TRAINED_IDS)
    bundles = [save(bundle) for bundle in pair]
    ids = read_trained_ids(make_ensemble(bundles, tmp_path / "joined")[0])
    assert ids is not None
    assert len(ids) == 3


def test_an_ensemble_has_no_learner(pair: tuple[Bundle, Bundle], tmp_path: Path) -> None:
    joined, _ = make_ensemble(pair, tmp_path / "joined")
    with pytest.raises(BundleNotReady, match="no learner"):
        open_engine(joined, "fastai")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task": "malignancy", "classes": ("benign", "malignant"), "malignant": ("malignant",)}, "task"),
        ({"training": manifest().training}, "split"),
        ({"classes": DIAGNOSES[::-1]}, "task"),
    ],
)
def test_what_does_not_go_together_is_refused(
    changes: dict[str, object], message: str, pair: tuple[Bundle, Bundle], tmp_path: Path
) -> None:
    other = Bundle(pair[1].path, msgspec.structs.replace(pair[1].manifest, **changes))
    with pytest.raises(DataError, match=f"another {message}"):
        make_ensemble([pair[0], other], tmp_path / "joined")


def test_an_uncalibrated_member_is_refused(pair: tuple[Bundle, Bundle], tmp_path: Path) -> None:
    bare = Bundle(pair[1].path, msgspec.structs.replace(pair[1].manifest, operating_points=()))
    with pytest.raises(BundleNotReady, match="calibrate"):
        make_ensemble([pair[0], bare], tmp_path / "joined")


@pytest.mark.parametrize("weights", ["1", "1,0", "1,-1", "1,x", "1,nan"])
def test_weights_that_make_no_sense_are_refused(
    weights: str, pair: tuple[Bundle, Bundle], tmp_path: Path, run: Callable[..., Result]
) -> None:
    paths = [bundle.path for bundle in pair]
    result = run(ensemble_command, *paths, "--to", tmp_path / "joined", "--weights", weights)
    assert isinstance(result.exception, DataError)
    assert not (tmp_path / "joined").exists()


def test_the_commands_take_an_ensemble_to_serving(
    measured: Measured, tmp_path: Path, run: Callable[..., Result]
) -> None:
    twin, joined = shutil.copytree(measured.bundle, tmp_path / "twin"), tmp_path / "joined"
    data = ("--data", measured.data, "--split", measured.split)
    steps = [
        (ensemble_command, (measured.bundle, twin, "--to", joined, "--views", 2)),
        (calibrate, (joined, *data)),
        (evaluate, (joined, *data)),
        (card, (joined, "--readme", tmp_path / "none.md")),
    ]
    for command, arguments in steps:
        result = run(command, *arguments)
        assert result.exit_code == 0, (result.output, result.exception)
    found, alone = (json.loads((path / "metrics.json").read_text()) for path in (joined, measured.bundle))
    # Twins that see plain colours, the same from each side, say together what each of them says.
    assert found["auroc"] == pytest.approx(alone["auroc"], abs=0.01)
    assert "An ensemble (2 mobilenet_v2, 2 views)" in (joined / "MODEL_CARD.md").read_text()
    classifier = open_classifier(joined)
    assert classifier.detector is not None, "fitted anew, on the embeddings of both members"
    assert classifier.detector.subspace.mean.shape == (6,)
    result = classifier.classify(encode(drawing("regular", 0, (320, 240)), "PNG"))
    assert result.distribution is not None
    assert result.model.sha256 == Bundle.load(joined).manifest.files[MODEL]
