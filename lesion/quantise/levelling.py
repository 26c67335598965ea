"""Channels of like size, so that one scale of int8 suits all channels of a tensor.

What a convolution makes larger in a channel, the next can take smaller by as much, and the network computes
what it did (M. Nagel et al., "Data-Free Quantization Through Weight Equalization", ICCV 2019). Between two
dense layers the size is shared out evenly between activations and weights, as in SmoothQuant (G. Xiao et al.,
ICML 2023). Where every taker treats each channel by itself, as in a DenseNet, whose layers begin by a batch
normalisation of all features so far, it costs the weights nothing and goes to the activations whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import onnx

from lesion.quantise.net import Array, Net, attribute

THROUGH = {"Relu", "MaxPool", "AveragePool", "Concat"}
"""Nodes that give a channel, multiplied by a number above zero, multiplied by that number."""
SHARE = 0.5
"""Share of a channel's size that goes from the activations to the weights between two dense layers."""
SMALLEST = 1e-3
"""Channels smaller than so much of the largest are levelled as if they had that size."""


class End(NamedTuple):
    """A convolution that takes some channels, and the place of the first of them among its inputs."""

    conv: onnx.NodeProto
    start: int


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
                _take(net, node, scales[node.input[0]])
            ends = _ends(net, takers, widths, made)
            if ends:
                scales[made] = _sizes(net, ends, peaks[seen_at(node, takers)])
                net.multiply(node, rows=1 / scales[made])
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


def _ends(
    net: Net, takers: Mapping[str, list[onnx.NodeProto]], widths: Mapping[str, int], made: str
) -> list[End]:
    """Return the convolutions that the channels of a tensor come to; none if they go elsewhere too."""
    found: list[End] = []
    todo, seen = [(made, 0)], {made}
    while todo:
        name, start = todo.pop()
        if name in net.outputs or not takers.get(name):
            return []
        for taker in takers[name]:
            if net.is_convolution(taker) and taker.input[0] == name and _is_plain(net, taker):
                found.append(End(taker, start))
            elif taker.op_type in THROUGH and taker.output[0] in widths:
                offset = _offset(taker, name, widths) if taker.op_type == "Concat" else 0
                if taker.output[0] not in seen:
                    todo.append((taker.output[0], start + offset))
                    seen.add(taker.output[0])
            else:
                return []
    return found


def _is_plain(net: Net, conv: onnx.NodeProto) -> bool:
    """Whether a convolution takes every input channel, or each alone, and no groups of several."""
    return net.is_depthwise(conv) or attribute(conv, "group", 1) == 1


def _offset(concat: onnx.NodeProto, name: str, widths: Mapping[str, int]) -> int:
    before = list(concat.input)[: list(concat.input).index(name)]
    return sum(widths[each] for each in before)


def _take(net: Net, conv: onnx.NodeProto, scale: Array) -> None:
    """Let a convolution take channels that were divided by ``scale``."""
    if net.is_depthwise(conv):
        net.multiply(conv, rows=scale)
    else:
        net.multiply(conv, columns=scale)


def _sizes(net: Net, ends: list[End], peaks: Array) -> Array:
    """Return by what to divide each channel [C]."""
    sizes = _floored(peaks)
    dense = [end for end in ends if not net.is_depthwise(end.conv)]
    if not dense:
        return sizes
    width = len(peaks)
    largest = [
        np.abs(net.kernel(end.conv)[:, end.start : end.start + width]).max(axis=(0, 2, 3)) for end in dense
    ]
    weights = _floored(np.max(largest, axis=0))
    return np.asarray(sizes ** (1 - SHARE) / weights**SHARE, dtype=np.float32)


def _floored(sizes: Array) -> Array:
    """Return sizes of which none is so small that levelling it would blow up what is nothing but noise."""
    return np.maximum(sizes, SMALLEST * max(float(sizes.max()), 1e-9)).astype(np.float32)
