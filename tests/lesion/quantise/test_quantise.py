from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from lesion.engine import OnnxEngine, Outputs
from lesion.quantise.folding import fold_norms
from lesion.quantise.levelling import level, watched
from lesion.quantise.net import Net
from lesion.quantise.optimising import LARGEST, quantised
from lesion.quantise.placing import plan
from lesion.quantise.ranges import observe
from tests.lesion.quantise.graphs import dense_net, pictures

pytestmark = pytest.mark.training


def batches() -> list[dict[str, NDArray[np.float32]]]:
    return [{"image": pictures()[:12]}, {"image": pictures()[12:]}]


def answers(path: Path) -> Outputs:
    return OnnxEngine(path, threads=1)(pictures())


def written(net: Net, path: Path) -> Path:
    path.write_bytes(net.proto().SerializeToString())
    return path


def written_proto(model: onnx.ModelProto, path: Path) -> onnx.ModelProto:
    """Write a graph beside its weights, and read it again with these."""
    path.write_bytes(model.SerializeToString())
    return onnx.load(path)


@pytest.mark.parametrize("half", [False, True])
def test_folding_and_levelling_change_no_answer(tmp_path: Path, half: bool) -> None:
    path = dense_net(tmp_path / "model.onnx", half)
    net = Net(path)
    fold_norms(net)
    assert not [node for node in net.nodes if node.op_type == "BatchNormalization"]
    seen = observe(net, watched(net), batches(), "watching")
    level(net, {name: found.peaks(1) for name, found in seen.items()})
    before, after = answers(path), answers(written(net, tmp_path / "level.onnx"))
    for name in ("logits", "cam", "embedding"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=2e-4, atol=2e-4)


def test_levelled_channels_of_a_dense_net_are_alike(tmp_path: Path) -> None:
    net = Net(dense_net(tmp_path / "model.onnx"))
    fold_norms(net)
    before = observe(net, ["joined2"], batches(), "before")["joined2"].peaks(1)
    seen = observe(net, watched(net), batches(), "watching")
    level(net, {name: found.peaks(1) for name, found in seen.items()})
    after = observe(net, ["joined2"], batches(), "after")["joined2"].peaks(1)
    assert before.max() / before[before > 0].min() > 5
    assert after.max() / after[after > 0].min() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("half", [False, True])
def test_the_int8_graph_answers_nearly_as_the_float_one(tmp_path: Path, half: bool) -> None:
    path = dense_net(tmp_path / "model.onnx", half)
    graph = quantised(path, batches())
    small = tmp_path / "model.int8.onnx"
    small.write_bytes(graph.SerializeToString())
    onnx.checker.check_model(str(small), full_check=True)
    before, after = answers(path), answers(small)
    assert np.abs(after.logits - before.logits).max() < 0.05 * np.ptp(before.logits)
    np.testing.assert_allclose(after.cam.mean(axis=(2, 3)), after.logits, rtol=1e-4, atol=1e-4)


def test_kernels_hold_no_integer_whose_sums_a_processor_may_cut_off(tmp_path: Path) -> None:
    graph = quantised(dense_net(tmp_path / "model.onnx"), batches()).graph
    kernels = [
        numpy_helper.to_array(tensor)
        for tensor in graph.initializer
        if tensor.data_type == onnx.TensorProto.INT8 and len(tensor.dims) == 4
    ]
    assert len(kernels) == 7
    # Each channel uses the whole range, and two products of 255 fit into 16 bits with their sign.
    assert all((np.abs(kernel).reshape(len(kernel), -1).max(axis=1) == LARGEST).all() for kernel in kernels)
    assert 2 * 255 * LARGEST < 2**15


def test_faint_channels_in_half_precision_hold_no_larger_integers(tmp_path: Path) -> None:
    path = dense_net(tmp_path / "model.onnx", half=True, turned=False, faint=2e-5)
    small = written_proto(quantised(path, batches()), tmp_path / "model.int8.onnx")
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in small.graph.initializer}
    found = []
    for node in small.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0].endswith(".half"):
            kernel, step = (arrays[name].astype(np.float64) for name in node.input[:2])
            found.append(np.abs(kernel / step.reshape(-1, 1, 1, 1)).max())
    assert len(found) > 3
    assert max(found) <= LARGEST * (1 + 1e-6)


def test_a_graph_in_half_precision_stays_without_weights_of_its_own(tmp_path: Path) -> None:
    graph = quantised(dense_net(tmp_path / "model.onnx", half=True, turned=False), batches()).graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    assert {"stem.half", "reduce1.half", "grow2.half"} <= set(stored)
    dense = [name for name, tensor in stored.items() if tensor.data_type == onnx.TensorProto.INT8]
    assert all(len(stored[name].dims) < 4 or stored[name].dims[1] == 1 for name in dense)


def test_the_evidence_map_and_the_features_that_decide_stay_float(tmp_path: Path) -> None:
    net = Net(dense_net(tmp_path / "model.onnx"))
    fold_norms(net)
    chosen = plan(net)
    assert not {"cam", "last_normed"} & chosen.convs
    assert {"made1", "made2", "first2_normed"} <= chosen.convs
    assert chosen.absorbed["first2_normed"] == "first2_rectified"
    assert "features" not in chosen.tensors
    assert "joined2" in chosen.tensors
