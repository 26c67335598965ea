"""Where a graph turns to int8: which convolutions, and which tensors between them.

The graph says it in the form of ONNX: a tensor is quantised and dequantised again (QDQ), and an engine that
finds an operation between a dequantisation and a quantisation computes it in int8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import onnx
from onnx import helper

from lesion.quantise.net import Array, Net, attribute
from lesion.quantise.ranges import Range

ALIKE = {"MaxPool", "AveragePool", "Concat"}
"""Nodes that choose or average among their inputs, so that these and the output can share one scale."""
KEPT = ALIKE | {"Add"}
"""Nodes besides convolutions that engines compute in int8."""


OPSET_OF_HALF = 19
"""First opset in which half precision can be quantised."""


class Plan(NamedTuple):
    """Names of what the ``convs`` make that become int8, and of the ``tensors`` to quantise.

    ``absorbed`` maps what such a convolution makes to what its activation made of it, which the bounds of
    the quantisation do as well.
    """

    convs: frozenset[str]
    tensors: tuple[str, ...]
    absorbed: dict[str, str]


class Scale(NamedTuple):
    """A number is ``(integer - zero) * step``, the integer 0 to 255."""

    step: np.float32
    zero: np.uint8


def plan(net: Net) -> Plan:
    """Choose what becomes int8: the convolutions but the evidence map, and what leads from one to others.

    A convolution of single channels whose outcome nothing takes as int8 stays as it is: it is cheap, and
    what comes of it, the features that decide, would lose precision for nothing.
    """
    takers = net.takers()
    convs = [conv for conv in net.convolutions() if conv.output[0] not in net.outputs]
    absorbed = {conv.output[0]: after for conv in convs if (after := _activation(net, takers, conv))}
    while True:
        names = {conv.output[0] for conv in convs}
        tensors = _tensors(net, names, absorbed)
        idle = [
            conv.output[0]
            for conv in convs
            if net.is_depthwise(conv) and not _wanted(takers, names, _left(conv, absorbed))
        ]
        if not idle:
            kept = {made: after for made, after in absorbed.items() if made in names}
            return Plan(frozenset(names), tuple(tensors), kept)
        convs = [conv for conv in convs if conv.output[0] not in idle]


def scales(net: Net, chosen: Plan, ranges: Mapping[str, Range], coverage: float) -> dict[str, Scale]:
    """Return the scale of each tensor of a plan; those that are joined have one, so that joining is free.

    What is never negative keeps a scale of its own, which begins at 0 and does a rectifier's work.
    """
    leader = {name: name for name in chosen.tensors}

    def first(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    rectified = {name for name in chosen.tensors if not (ranges[name].low < 0).any()}
    for node in net.nodes:
        if node.op_type in ALIKE:
            joined = [name for name in (*node.output, *node.input) if name in leader]
            if joined and joined[0] not in rectified:
                joined = [name for name in joined if name not in rectified]
            for name in joined[1:]:
                leader[first(name)] = first(joined[0])
    bounds: dict[str, list[tuple[float, float]]] = {}
    for name in chosen.tensors:
        bounds.setdefault(first(name), []).append(ranges[name].bounds(coverage))
    return {name: _scale(bounds[first(name)]) for name in chosen.tensors}


def write(
    net: Net, chosen: Plan, found: Mapping[str, Scale], ranges: Mapping[str, Range], largest: int
) -> None:
    """Turn the graph to int8. ``largest`` is the greatest size of an integer of a kernel, up to 127."""
    nodes: list[onnx.NodeProto] = []
    gone = set(chosen.absorbed.values())
    for name in chosen.tensors:
        if any(name == given.name for given in net.model.graph.input):
            nodes += _quantised(net, name, found[name])
    for node in net.nodes:
        made = node.output[0]
        if made in gone and node.op_type in ("Relu", "Clip"):
            continue
        if made in chosen.convs:
            given = node.input[0]
            nodes += _kernel(net, node, found[given], ranges[given].mean.mean(axis=0), largest)
        for i, name in enumerate(node.input):
            if name in found:
                node.input[i] = f"{name}/again"
        node.output[0] = _left(node, chosen.absorbed)
        nodes.append(node)
        for name in node.output:
            if name in found:
                nodes += _quantised(net, name, found[name])
    net.nodes = nodes


def _activation(net: Net, takers: Mapping[str, list[onnx.NodeProto]], conv: onnx.NodeProto) -> str | None:
    """Return what a rectifier makes of a convolution's outcome, if it alone takes it."""
    after = takers.get(conv.output[0], [])
    if len(after) != 1:
        return None
    node, made = after[0], after[0].output[0]
    # An output of the graph is not clipped to what was seen.
    if made in net.outputs:
        return None
    lowest = net.arrays.get(node.input[1]) if node.op_type == "Clip" and len(node.input) > 1 else None
    rectifier = node.op_type == "Relu" or (lowest is not None and float(lowest) == 0)
    return str(made) if rectifier else None


def _tensors(net: Net, convs: set[str], absorbed: Mapping[str, str]) -> list[str]:
    """Return, in the order of the graph, what int8 convolutions take, what they make, and what joins it."""
    made: dict[str, None] = {}
    for node in net.nodes:
        if node.output[0] in convs:
            made[node.input[0]] = None
            made[_left(node, absorbed)] = None
        elif node.op_type in KEPT and all(name in made for name in node.input):
            made[node.output[0]] = None
    return list(made)


def _left(node: onnx.NodeProto, absorbed: Mapping[str, str]) -> str:
    """Return the tensor that is left of a convolution and its activation."""
    return absorbed.get(node.output[0], str(node.output[0]))


def _wanted(takers: Mapping[str, list[onnx.NodeProto]], convs: set[str], name: str) -> bool:
    """Whether anything takes a tensor as int8."""
    return any(taker.output[0] in convs or taker.op_type in KEPT for taker in takers.get(name, []))


def _scale(bounds: list[tuple[float, float]]) -> Scale:
    low = min(0.0, *(low for low, _ in bounds))
    high = max(0.0, *(high for _, high in bounds))
    step = np.float32(max(high - low, 1e-6) / 255)
    return Scale(step, np.uint8(np.clip(np.rint(-low / step), 0, 255)))


def _quantised(net: Net, name: str, scale: Scale) -> list[onnx.NodeProto]:
    """Return the nodes that quantise a tensor and dequantise it again."""
    net.arrays[f"{name}/step"], net.arrays[f"{name}/zero"] = np.asarray(scale.step), np.asarray(scale.zero)
    rest = [f"{name}/step", f"{name}/zero"]
    return [
        helper.make_node("QuantizeLinear", [name, *rest], [f"{name}/int8"]),
        helper.make_node("DequantizeLinear", [f"{name}/int8", *rest], [f"{name}/again"]),
    ]


def _kernel(net: Net, conv: onnx.NodeProto, given: Scale, mean: Array, largest: int) -> list[onnx.NodeProto]:
    """Quantise kernel and bias of a convolution; return the nodes.

    What rounding the kernel adds to each channel on average, its input being ``mean`` [I], the bias takes
    away again (M. Nagel et al., ICCV 2019, section 4.2). The input has the scale ``given``.
    """
    name = f"{conv.output[0]}/weight"
    step, whole, nodes = _integers(net, conv, name, largest)
    net.arrays[f"{name}/step"], net.arrays[f"{name}/zero"] = step, np.zeros(len(step), np.int8)
    inputs = [f"{name}/int8", f"{name}/step", f"{name}/zero"]
    nodes.append(helper.make_node("DequantizeLinear", inputs, [name], axis=0))
    change = whole * step.reshape(-1, 1, 1, 1) - net.kernel(conv)
    exact = (net.bias(conv) - _added(net, conv, change, mean)).astype(np.float64)
    bias_step = (given.step * step).astype(np.float32)
    bias = np.rint(exact / bias_step).clip(-(2**31), 2**31 - 1)
    net.arrays[f"{name}/bias"], net.arrays[f"{name}/bias/step"] = bias.astype(np.int32), bias_step
    inputs = [f"{name}/bias", f"{name}/bias/step"]
    nodes.append(helper.make_node("DequantizeLinear", inputs, [f"{name}/bias/again"], axis=0))
    takes = [conv.input[0], name, f"{name}/bias/again"]
    del conv.input[:]
    conv.input.extend(takes)
    return nodes


def _integers(
    net: Net, conv: onnx.NodeProto, name: str, largest: int
) -> tuple[Array, Array, list[onnx.NodeProto]]:
    """Make the integers of a kernel; return their step [O], themselves, and the nodes that make them.

    Those of a kernel in half precision are made while loading, from what is stored and without a detour by
    float32, of which all kernels together would be four times as large as the integers.
    """
    kernel, recipe = net.kernel(conv), net.recipes.get(conv.input[1])
    if recipe is None or (recipe.rows <= 0).any():
        step = _step(kernel, largest)
        whole = _rounded(kernel, step, largest)
        net.arrays[f"{name}/int8"] = whole
        return step, whole, []
    stored = net.arrays[recipe.stored].astype(np.float32)
    # So that the division by it can be in half precision too; what is chosen is not the numbers' own size.
    half = _halved(_step(stored, largest))
    net.opset = max(net.opset, OPSET_OF_HALF)
    net.arrays[f"{name}/half"], net.arrays[f"{name}/zero"] = half, np.zeros(len(half), np.int8)
    takes = [recipe.stored, f"{name}/half", f"{name}/zero"]
    nodes = [helper.make_node("QuantizeLinear", takes, [f"{name}/int8"], axis=0)]
    step = half.astype(np.float32)
    return step * recipe.rows, _rounded(stored, step, largest), nodes


def _step(kernel: Array, largest: int) -> Array:
    """Return what an integer of each output channel stands for [O]."""
    sizes = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
    return (np.where(sizes > 0, sizes, 1) / largest).astype(np.float32)


def _halved(step: Array) -> Array:
    """Return steps above zero in half precision, rounded up: a smaller one would give larger integers."""
    half = step.astype(np.float16)
    return np.where(half < step, np.nextafter(half, np.float16(np.inf)), half)


def _rounded(kernel: Array, step: Array, largest: int) -> Array:
    return np.rint(kernel / step.reshape(-1, 1, 1, 1)).clip(-largest, largest).astype(np.int8)


def _added(net: Net, conv: onnx.NodeProto, change: Array, mean: Array) -> Array:
    """Return what a change of the kernel [O, I, h, w] adds on average to each channel [O]."""
    sums = change.sum(axis=(2, 3))
    groups = int(attribute(conv, "group", 1))
    each = sums.reshape(groups, len(sums) // groups, -1) @ mean.reshape(groups, -1, 1)
    added: Array = each.reshape(-1)
    return added
