from __future__ import annotations

import io
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from lesion.bundle import Bundle, save
from lesion.classifier import Classifier, open_classifier
from lesion.decode import decode
from lesion.drawings import drawing
from lesion.engine import Engine, Floats, Outputs, open_engine
from lesion.errors import BundleNotReady, HashMismatch, InvalidOption, NotAnImage
from lesion.quality import WORKING_SIZE, assess
from tests import golden
from tests.images import encode


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return open_classifier(golden.MODEL, threads=1)


def test_the_golden_image_gives_the_golden_tensor_and_the_golden_logits() -> None:
    tensor = golden.tensor_of(golden.FOLDER / "image.png")
    expected = np.load(golden.FOLDER / "tensor.npz")["arr_0"]
    assert np.abs(tensor * 255 - expected).max() <= 1, "another release of Pillow may round otherwise"
    logits = open_engine(Bundle.load(golden.MODEL), threads=1)(tensor).logits
    assert np.allclose(logits, np.load(golden.FOLDER / "logits.npz")["arr_0"], atol=0.02)


def test_a_result_is_consistent_with_itself(classifier: Classifier, drawing_bytes: bytes) -> None:
    result = classifier.classify(drawing_bytes)
    manifest = classifier.bundle.manifest
    assert sum(result.probabilities.values()) == pytest.approx(1)
    assert result.probabilities["malignant"] == result.probability
    assert sum(d.probability for d in result.diagnoses) == pytest.approx(1)
    assert sum(d.probability for d in result.diagnoses if d.malignant) == pytest.approx(result.probability)
    assert {d.dx for d in result.diagnoses} == set(manifest.classes)
    assert (result.prediction == "malignant") == (result.probability >= result.operating_point.threshold)
    assert result.model.sha256 == manifest.files[manifest.graph]
    assert result.timing_ms.total >= result.timing_ms.model > 0


@pytest.mark.parametrize("size", [WORKING_SIZE, 96])
def test_the_gate_judges_the_picture_at_its_own_size_whatever_the_network_takes(
    classifier: Classifier, drawing_bytes: bytes, size: int
) -> None:
    manifest = classifier.bundle.manifest
    manifest = msgspec.structs.replace(manifest, input=msgspec.structs.replace(manifest.input, size=size))
    bundle = Bundle(golden.MODEL, manifest)
    net = Enlarged(classifier.engine)
    found = Classifier(bundle, net, "").classify(drawing_bytes).quality
    assert net.taken == size
    assert found == assess(decode(drawing_bytes), manifest.quality)


class Enlarged:
    """A network for pictures of any size: of their pixels, repeated, the real one makes its answer."""

    threads = 1

    def __init__(self, engine: Engine) -> None:
        self.engine, self.taken = engine, 0

    def __call__(self, batch: Floats, clinical: Floats | None = None) -> Outputs:
        self.taken = batch.shape[-1]
        return self.engine(np.resize(batch, (1, 3, 224, 224)), clinical)


def test_each_operating_point_decides_by_its_own_threshold(
    classifier: Classifier, drawing_bytes: bytes
) -> None:
    for point in classifier.bundle.manifest.operating_points:
        result = classifier.classify(drawing_bytes, operating_point=point.name, explain=False)
        assert result.operating_point == point
        assert (result.prediction == "malignant") == (result.probability >= point.threshold)
        assert result.explanation is None


def test_the_evidence_is_a_small_transparent_picture(classifier: Classifier, drawing_bytes: bytes) -> None:
    explanation = classifier.classify(drawing_bytes).explanation
    assert explanation is not None
    png = b64decode(explanation.heatmap.removeprefix("data:image/png;base64,"))
    assert Image.open(io.BytesIO(png)).convert("RGBA").size == (64, 64)
    assert len(png) < 8_000


def test_threads_get_the_answers_of_their_own_images(classifier: Classifier) -> None:
    images = [encode(drawing("irregular", seed), "JPEG") for seed in range(4)]

    def probability(data: bytes) -> float:
        return classifier.classify(data, explain=False).probability

    alone = [probability(data) for data in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(probability, images * 4))
    assert together == pytest.approx(alone * 4, abs=1e-6)


def test_bad_input_and_unknown_options_are_named(classifier: Classifier, drawing_bytes: bytes) -> None:
    with pytest.raises(NotAnImage):
        classifier.classify(b"this is a letter, not a picture of anything")
    with pytest.raises(InvalidOption, match="sensitive"):
        classifier.classify(drawing_bytes, operating_point="lenient")


@pytest.mark.training
def test_both_engines_of_the_bundled_model_agree(drawing_bytes: bytes) -> None:
    answers = [
        open_classifier(golden.MODEL, engine, threads=1).classify(drawing_bytes).probability
        for engine in ("onnx", "fastai")
    ]
    assert answers[0] == pytest.approx(answers[1], abs=1e-3)


def copied(to: Path) -> Bundle:
    for name in ("model.onnx", "manifest.json", "distribution.npz"):
        (to / name).write_bytes((golden.MODEL / name).read_bytes())
    return Bundle.load(to)


def test_a_bundle_that_was_not_measured_is_not_served(tmp_path: Path) -> None:
    bundle = copied(tmp_path)
    bare = msgspec.structs.replace(bundle.manifest, operating_points=(), default_operating_point="")
    save(Bundle(tmp_path, bare))
    with pytest.raises(BundleNotReady, match="evaluate"):
        open_classifier(tmp_path)


def test_an_altered_model_is_not_opened(tmp_path: Path) -> None:
    copied(tmp_path)
    model = tmp_path / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"\0")
    with pytest.raises(HashMismatch, match=r"model\.onnx"):
        open_classifier(tmp_path)


def test_a_truncated_model_with_a_matching_hash_is_named_too(tmp_path: Path) -> None:
    bundle = copied(tmp_path)
    model = tmp_path / "model.onnx"
    model.write_bytes(model.read_bytes()[:1000])
    save(bundle)
    with pytest.raises(HashMismatch, match="cannot be loaded"):
        open_classifier(tmp_path)
