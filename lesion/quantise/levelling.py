"""Channels of like size, so that one scale of int8 suits all channels of a tensor.

What a convolution makes larger in a channel, the next can take smaller by as much, and the network computes
what it did (M. Nagel et al., "Data-Free Quantization Through Weight Equalization", ICCV 2019). That is done
where every taker treats each channel by itself, as in a DenseNet, whose layers begin by a batch
normalisation of all features so far: it costs the weights nothing. Between two dense layers they would have
to pay, and what was tried there gained nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx

from lesion.quantise.net import Array, Net

THROUGH = {"Relu", "MaxPool", "AveragePool", "Concat"}
"""Nodes that give a channel, multiplied by a number above zero, multiplied by that number."""
SMALLEST = 1e-3
"""Channels smaller than so much of the largest are levelled as if they had that size."""


def watched(net: Net) -> list[str]:
    """Return the tensors whose peaks :func:`level` needs."""
    takers = net.takers()
    return [seen_at(conv, takers) for conv in net.convolutions()]


def seen_at(conv: onnx.NodeProto, takers: Mapping[str, list[onnx.NodeProto]]) -> str:
    """Return where to look at what a convolution makes: after its activation, if it has one."""
    made: str = conv.output[0]
    after = takers.get(made, [])
    return after[0].output[0] if len(after) == 1 and after[0].op_type in ("Relu", "Clip") else made


def level(net: Net, peaks: Mapping[str, Array]) -> None:
    """Level the channels of every tensor whose takers can make it good; ``peaks`` [C] are of the watched."""
    takers, widths = net.takers(), _widths(net)
    scales: dict[str, Array] = {}
    for node in net.nodes:
        made = node.output[0]
        if net.is_convolution(node):
            if node.input[0] in scales:
                net.multiply(node, scales[node.input[0]])
            if _can_be_made_good(net, takers, widths, made):
                scales[made] = _floored(peaks[seen_at(node, takers)])
                net.multiply(node, 1 / scales[made])
                net.set_bias(node, net.bias(node) / scales[made])
        elif node.op_type in THROUGH and any(name in scales for name in node.input):
            scales[made] = np.concatenate(
                [scales.get(name, np.ones(widths[name], np.float32)) for name in node.input]
            )


def _widths(net: Net) -> dict[str, int]:
    """Return how many channels each tensor has, as far as the convolutions tell it."""
    widths: dict[str, int] = {}
    for node in net.nodes:
        if net.is_convolution(node):
            widths[node.output[0]] = len(net.kernel(node))
        elif node.op_type in {*THROUGH, "Clip", "Add"} and node.input[0] in widths:
            parts = node.input if node.op_type == "Concat" else node.input[:1]
            if all(name in widths for name in parts):
                widths[node.output[0]] = sum(widths[name] for name in parts)
    return widths


def _can_be_made_good(
    net: Net, takers: Mapping[str, list[onnx.NodeProto]], widths: Mapping[str, int], made: str
) -> bool:
    """Whether the channels of a tensor come to convolutions of single channels, and nowhere else."""
    todo, seen = [made], {made}
    while todo:
        name = todo.pop()
        if name in net.outputs or not takers.get(name):
            return False
        for taker in takers[name]:
            made = taker.output[0]
            if taker.op_type in THROUGH and made in widths:
                todo += [made] if made not in seen else []
                seen.add(made)
            elif not (net.is_convolution(taker) and net.is_depthwise(taker)):
                return False
    return True


def _floored(sizes: Array) -> Array:
    """Return sizes of which none is so small that levelling it would blow up what is nothing but noise."""
    return np.maximum(sizes, SMALLEST * max(float(sizes.max()), 1e-9)).astype(np.float32)
