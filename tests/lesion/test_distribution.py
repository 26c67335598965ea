from __future__ import annotations

import io
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from lesion.bundle import Bundle, save
from lesion.classifier import Classifier, open_classifier
from lesion.distribution import FILE, Detector, Subspace, open_detector
from lesion.errors import HashMismatch
from tests import golden
from tests.lesion.manifests import manifest

PLANE = Subspace(np.array([0.5, 0, 0], np.float32), np.array([[1, 0], [0, 1], [0, 0]], np.float32))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return open_classifier(golden.MODEL, threads=1)


def text_page() -> bytes:
    stripes = np.kron(np.random.default_rng(0).integers(0, 2, (56, 56)), np.ones((4, 4))) * 255
    buffer = io.BytesIO()
    Image.fromarray(stripes.astype(np.uint8)).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def test_the_score_is_the_distance_off_the_subspace_of_the_embedding_at_length_one() -> None:
    embedding = np.array([[3, 0, 4], [0, 5, 0], [0, 0, -2]], np.float32)
    assert PLANE.score(embedding) == pytest.approx([0.8, 0, 1])
    assert PLANE.score(7 * embedding) == pytest.approx(PLANE.score(embedding))


def test_an_embedding_of_nothing_has_a_score() -> None:
    assert np.isfinite(PLANE.score(np.zeros((1, 3), np.float32))).all()


def test_the_threshold_itself_is_still_alike() -> None:
    detector = Detector(PLANE, float(PLANE.score(np.array([[3.0, 0, 4]]))[0]))
    assert detector.judge(np.array([3.0, 0, 4])).ok
    assert not detector.judge(np.array([3.0, 0, 4.1])).ok


def test_a_subspace_is_kept_in_half_precision_and_gives_the_same_bytes(tmp_path: Path) -> None:
    PLANE.write(tmp_path / "a.npz")
    PLANE.write(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = Subspace.read(tmp_path / "a.npz")
    assert again.basis.dtype == np.float32
    assert np.array_equal(again.basis, PLANE.basis)
    with np.load(tmp_path / "a.npz") as stored:
        assert stored["basis"].dtype == np.float16


def test_a_bundle_without_one_cannot_tell(tmp_path: Path) -> None:
    assert open_detector(save(Bundle(tmp_path, manifest()))) is None


def test_an_altered_subspace_is_refused(tmp_path: Path) -> None:
    spec = Bundle.load(golden.MODEL).manifest.distribution
    PLANE.write(tmp_path / FILE)
    bundle = save(Bundle(tmp_path, manifest(distribution=spec)))
    assert open_detector(bundle) is not None
    (tmp_path / FILE).write_bytes(b"something else")
    with pytest.raises(HashMismatch, match=FILE):
        open_detector(bundle)


def test_of_a_page_of_print_the_model_is_unsure_but_says_its_probability(classifier: Classifier) -> None:
    result = classifier.classify(text_page())
    assert result.distribution is not None
    assert not result.distribution.ok
    assert result.distribution.score > result.distribution.threshold
    assert result.triage.level == "unsure"
    assert 0 < result.probability < 1


def test_the_answer_names_the_diagnoses_that_it_cannot_rule_out(
    classifier: Classifier, drawing_bytes: bytes
) -> None:
    result = classifier.classify(drawing_bytes)
    assert result.diagnosis_set is not None
    assert result.diagnosis_set.level == 0.9
    order = [found.dx for found in result.diagnoses]
    assert result.diagnosis_set.dx == tuple(dx for dx in order if dx in result.diagnosis_set.dx)
    assert result.diagnosis_set.dx[0] == order[0]


def test_the_score_costs_next_to_nothing(classifier: Classifier) -> None:
    detector = classifier.detector
    assert detector is not None
    embedding = np.random.default_rng(0).random(detector.subspace.mean.shape[0])
    spans = []
    for _ in range(50):
        start = time.perf_counter()
        detector.judge(embedding)
        spans.append(time.perf_counter() - start)
    assert min(spans) < 0.001
    assert (golden.MODEL / FILE).stat().st_size < 1_000_000


def test_a_bundle_that_cannot_tell_judges_all(classifier: Classifier, drawing_bytes: bytes) -> None:
    silent = msgspec.structs.replace(classifier.bundle.manifest, distribution=None, conformal=None)
    bundle = Bundle(classifier.bundle.path, silent)
    result = Classifier(bundle, classifier.engine, classifier.info.sha256).classify(drawing_bytes)
    assert (result.distribution, result.diagnosis_set) == (None, None)
    assert result.triage.level in ("consult", "routine", "retake")
