from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from benchmarks.serving.limits import SIDE, fastest, multiply_adds

MODELS = Path(__file__).parents[3] / "models"


def graph(path: Path) -> Path:
    """A convolution of stride 2 in two groups, a mean, and a linear layer, written to a file."""
    kernel = numpy_helper.from_array(np.zeros((4, 3, 3, 3), np.float32), "kernel")
    matrix = numpy_helper.from_array(np.zeros((4, 7), np.float32), "matrix")
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["maps"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("GlobalAveragePool", ["maps"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix"], ["logits"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 8, 8])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 7])
    made = helper.make_graph(nodes, "small", [image], [logits], [kernel, matrix])
    onnx.save(helper.make_model(made), path)
    return path


def test_multiply_adds_of_a_graph_counted_by_hand(tmp_path: Path) -> None:
    # 4 maps of 4 x 4, each from 3 channels by 3 x 3; then 4 numbers to 7.
    assert multiply_adds(graph(tmp_path / "model.onnx"), 8) == 4 * 4 * 4 * 27 + 4 * 7


@pytest.mark.parametrize(
    ("name", "published"),
    [("mobilenet_v2", 0.300e9), ("densenet161", 7.73e9)],  # torchvision's tables, at 224 pixels
)
def test_multiply_adds_of_known_networks(name: str, published: float) -> None:
    assert multiply_adds(MODELS / name / "model.onnx", 224) == pytest.approx(published, rel=0.1)


def test_fastest_takes_the_quickest_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.serving.limits.SECONDS", 0.0)
    assert fastest(lambda: None) > 0
    monkeypatch.setattr("benchmarks.serving.limits.SECONDS", 0.01)
    assert fastest(lambda: None) > SIDE**3  # nothing takes less than a second
