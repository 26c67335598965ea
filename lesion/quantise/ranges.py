"""Between which values each tensor of a graph lies, seen on images that the network knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tqdm import tqdm

from lesion.cpus import available_cpus
from lesion.quantise.net import Net

Floats = NDArray[np.float32]
Inputs = Mapping[str, Floats]


KINDS = {"low": "ReduceMin", "high": "ReduceMax", "mean": "ReduceMean"}


class Range(NamedTuple):
    """Least, greatest and mean value of each channel in each of N images, [N, C]."""

    low: Floats
    high: Floats
    mean: Floats

    def peaks(self, coverage: float) -> Floats:
        """Return for each channel [C] the size that a share ``coverage`` of the images stay within."""
        peaks: Floats = np.quantile(np.maximum(-self.low, self.high), coverage, axis=0)
        return peaks

    def bounds(self, coverage: float) -> tuple[float, float]:
        """Return bounds of the whole tensor within which a share ``coverage`` of the images stay."""
        low, high = self.low.min(axis=1), self.high.max(axis=1)
        return float(np.quantile(low, 1 - coverage)), float(np.quantile(high, coverage))


def observe(net: Net, names: Sequence[str], batches: Iterable[Inputs], title: str) -> dict[str, Range]:
    """Run a graph on batches of inputs, with a progress bar, and return the ranges of the named tensors."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = available_cpus()
    options.enable_cpu_mem_arena = False
    watched = _watched(net, names).SerializeToString()
    session = onnxruntime.InferenceSession(watched, options, providers=["CPUExecutionProvider"])
    wanted = [f"{name}/{end}" for name in names for end in KINDS]
    found = [session.run(wanted, dict(batch)) for batch in tqdm(batches, desc=title, unit="batch")]
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    each = zip(*[iter(columns)] * len(KINDS), strict=True)
    return {name: Range(*found) for name, found in zip(names, each, strict=True)}


def _watched(net: Net, names: Sequence[str]) -> onnx.ModelProto:
    """Return the graph with what a range is made of as further outputs."""
    model = net.proto(whole=True)
    axes = "watched/axes"
    model.graph.initializer.append(numpy_helper.from_array(np.array([2, 3], np.int64), axes))
    for name in names:
        for end, kind in KINDS.items():
            node = helper.make_node(kind, [name, axes], [f"{name}/{end}"], keepdims=0)
            model.graph.node.append(node)
            output = helper.make_tensor_value_info(f"{name}/{end}", TensorProto.FLOAT, [None, None])
            model.graph.output.append(output)
    return model
