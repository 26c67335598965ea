"""Batch normalisation as a part of a convolution, or as one: what is left to quantise has one form."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from lesion.quantise.net import Array, Net, attribute


def fold_norms(net: Net) -> None:
    """Take every batch normalisation out of the graph; what it computes stays the same.

    One that follows a convolution goes into its kernel (B. Jacob et al., CVPR 2018, section 3.2). Any other,
    such as those that begin a layer of a DenseNet, becomes a convolution of each channel by itself, which
    an engine computes in int8 where it would turn to float for a batch normalisation.
    """
    for node in [node for node in net.nodes if node.op_type == "BatchNormalization"]:
        factor, shift = _line(net, node)
        before, takers = net.makers().get(node.input[0]), net.takers()
        alone = len(takers[node.input[0]]) == 1 and node.input[0] not in net.outputs
        if before is not None and alone and net.is_convolution(before):
            net.multiply(before, factor)
            net.set_bias(before, net.bias(before) * factor + shift)
            before.output[0] = node.output[0]
            net.nodes.remove(node)
        else:
            net.nodes[net.nodes.index(node)] = _as_convolution(net, node, factor, shift)


def _line(net: Net, node: onnx.NodeProto) -> tuple[Array, Array]:
    """Return by what each channel is multiplied, and what is added to it [C]."""
    gamma, beta, mean, variance = (net.arrays[name].astype(np.float64) for name in node.input[1:])
    factor = gamma / np.sqrt(variance + attribute(node, "epsilon", 1e-5))
    return factor.astype(np.float32), (beta - mean * factor).astype(np.float32)


def _as_convolution(net: Net, node: onnx.NodeProto, factor: Array, shift: Array) -> onnx.NodeProto:
    made = node.output[0]
    net.arrays[f"{made}/kernel"] = factor.reshape(-1, 1, 1, 1)
    net.arrays[f"{made}/bias"] = shift
    inputs = [node.input[0], f"{made}/kernel", f"{made}/bias"]
    return helper.make_node("Conv", inputs, [made], group=len(factor), kernel_shape=[1, 1])
