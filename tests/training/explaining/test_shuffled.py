from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from lesion.bundle import MODEL, Bundle
from lesion.engine import EngineKind, open_engine
from tests import golden
from training.explaining.shuffled import shuffled_bundle


def arrays(path: Path) -> dict[str, np.ndarray]:
    return {one.name: numpy_helper.to_array(one) for one in onnx.load(path / MODEL).graph.initializer}


def test_kernels_keep_their_values_in_another_order(bundle: Bundle, tmp_path: Path) -> None:
    before = arrays(bundle.path)
    after = arrays(shuffled_bundle(bundle, tmp_path / "copy", 0, learner=False).path)
    assert not np.array_equal(before["kernel"], after["kernel"])
    assert np.array_equal(np.sort(before["kernel"], axis=None), np.sort(after["kernel"], axis=None))
    for name in ("bias", "axes"):
        assert np.array_equal(before[name], after[name])
    other = arrays(shuffled_bundle(bundle, tmp_path / "other", 1, learner=False).path)
    assert not np.array_equal(after["kernel"], other["kernel"])
    assert bundle.verify() == []


@pytest.mark.parametrize("engine", ["onnx", "fastai"])
def test_both_engines_answer_otherwise(engine: EngineKind, tmp_path: Path) -> None:
    real = Bundle.load(golden.MODEL)
    copy = shuffled_bundle(real, tmp_path / "copy", 0, learner=True)
    size = real.manifest.input.size
    pictures = np.random.default_rng(0).random((2, 3, size, size), dtype=np.float32)
    one, other = (open_engine(bundle, engine, 1)(pictures) for bundle in (real, copy))
    assert np.abs(one.logits - other.logits).max() > 0.5
    assert np.isfinite(other.logits).all()
    assert np.ptp(other.cam[0, 0]) > 0
    assert real.verify() == []
