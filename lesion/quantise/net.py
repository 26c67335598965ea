"""A graph to be rewritten: its arrays as numbers, its nodes found by what they make and take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]


class Recipe(NamedTuple):
    """How a kernel is made of one that is ``stored`` in half precision: cast, and times ``rows`` [O].

    So a graph that was changed still holds no weights of its own.
    """

    stored: str
    rows: Array


class Net:
    """The graph of ``path``.

    ``arrays`` holds the numbers of every initialiser and constant, ``recipes`` how kernels are made that are
    stored in half precision.
    """

    def __init__(self, path: Path) -> None:
        self.model = onnx.load(path, load_external_data=False)
        self.stored = {tensor.name: tensor for tensor in self.model.graph.initializer}
        self.arrays: dict[str, Array] = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer
        }
        self.recipes: dict[str, Recipe] = {}
        self.opset = max(entry.version for entry in self.model.opset_import if not entry.domain)
        self.outputs = {output.name for output in self.model.graph.output}
        self.nodes = [node for node in self.model.graph.node if not self._is_array(node)]

    def _is_array(self, node: onnx.NodeProto) -> bool:
        """Whether a node is but an array, a constant or one cast from half precision; if so, keep that."""
        made = node.output[0]
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            self.arrays[made] = numpy_helper.to_array(node.attribute[0].t)
            return True
        if node.op_type == "Cast" and node.input[0] in self.arrays and attribute(node, "to", 0) == 1:
            self.arrays[made] = self.arrays[node.input[0]].astype(np.float32)
            self.recipes[made] = Recipe(node.input[0], np.ones(len(self.arrays[made]), np.float32))
            return True
        return False

    def makers(self) -> dict[str, onnx.NodeProto]:
        """Return each tensor's node."""
        return {name: node for node in self.nodes for name in node.output}

    def takers(self) -> dict[str, list[onnx.NodeProto]]:
        """Return the nodes that take each tensor."""
        found: dict[str, list[onnx.NodeProto]] = defaultdict(list)
        for node in self.nodes:
            for name in dict.fromkeys(node.input):
                found[name].append(node)
        return found

    def is_convolution(self, node: onnx.NodeProto) -> bool:
        """Whether a node is a convolution of images whose kernel is an array."""
        return bool(node.op_type == "Conv") and node.input[1] in self.arrays and self.kernel(node).ndim == 4

    def convolutions(self) -> Iterator[onnx.NodeProto]:
        """Give the convolutions, in the order of the graph."""
        return filter(self.is_convolution, self.nodes)

    def kernel(self, conv: onnx.NodeProto) -> Array:
        """Return the kernel of a convolution [O, I, h, w]."""
        return self.arrays[conv.input[1]]

    def is_depthwise(self, conv: onnx.NodeProto) -> bool:
        """Whether each channel of a convolution is made of the same channel alone."""
        kernel = self.kernel(conv)
        return kernel.shape[1] == 1 and int(attribute(conv, "group", 1)) == len(kernel)

    def multiply(self, conv: onnx.NodeProto, rows: Array) -> None:
        """Multiply a kernel by a number for each output, ``rows`` [O]; the bias stays.

        The convolution has a kernel of its own from then on.
        """
        before, name = conv.input[1], f"{conv.output[0]}/kernel"
        self.arrays[name] = self.arrays[before] * rows.astype(np.float32).reshape(-1, 1, 1, 1)
        if before in self.recipes:
            recipe = self.recipes[before]
            self.recipes[name] = Recipe(recipe.stored, recipe.rows * rows.astype(np.float32))
        conv.input[1] = name

    def bias(self, conv: onnx.NodeProto) -> Array:
        """Return the bias of a convolution [O], zeros where it has none."""
        if len(conv.input) > 2 and conv.input[2]:
            return self.arrays[conv.input[2]]
        return np.zeros(len(self.arrays[conv.input[1]]), np.float32)

    def set_bias(self, conv: onnx.NodeProto, bias: Array) -> None:
        """Give a convolution a bias of its own."""
        name = f"{conv.output[0]}/bias"
        self.arrays[name] = bias.astype(np.float32)
        del conv.input[2:]
        conv.input.append(name)

    def proto(self, whole: bool = False) -> onnx.ModelProto:
        """Return the graph. ``whole`` holds every array itself, else those stored outside stay there."""
        used = {name for node in self.nodes for name in node.input if name in self.arrays}
        made: list[onnx.NodeProto] = []
        tensors: dict[str, TensorProto] = {}
        for name in sorted(used):
            recipe = None if whole else self.recipes.get(name)
            if recipe is None:
                stored = None if whole else self.stored.get(name)
                tensors[name] = stored or numpy_helper.from_array(self.arrays[name], name)
            else:
                tensors[recipe.stored] = self.stored[recipe.stored]
                rows = recipe.rows.reshape(-1, *[1] * (self.arrays[name].ndim - 1))
                tensors[f"{name}/rows"] = numpy_helper.from_array(rows, f"{name}/rows")
                made.append(helper.make_node("Cast", [recipe.stored], [f"{name}/cast"], to=TensorProto.FLOAT))
                made.append(helper.make_node("Mul", [f"{name}/cast", f"{name}/rows"], [name]))
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        del model.graph.node[:], model.graph.initializer[:], model.graph.value_info[:]
        for entry in model.opset_import:
            entry.version = entry.version if entry.domain else self.opset
        model.graph.node.extend([*made, *self.nodes])
        model.graph.initializer.extend(tensors.values())
        return model


def attribute(node: onnx.NodeProto, name: str, default: Any) -> Any:
    """Return a node's attribute."""
    return next((helper.get_attribute_value(a) for a in node.attribute if a.name == name), default)
