"""Building an ONNX graph around others: nodes and constants whose names cannot clash."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

OPSET = 18
"""Of every graph that is made here; graphs of one opset can be joined."""


class Glue:
    """What is added to a graph: each method adds something and returns the name by which it is used."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output."""
        return self.split(kind, *inputs, outputs=1, **attributes)[0]

    def split(self, kind: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """Add a node with several outputs."""
        names = [f"joined/{kind}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names

    def constant(self, values: NDArray[Any]) -> str:
        """Add an array."""
        name = f"joined/constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def number(self, value: float) -> str:
        """Add a float32 scalar."""
        return self.constant(np.array(value, dtype=np.float32))

    def graph(self, graph: onnx.GraphProto) -> None:
        """Add all of a graph but its inputs and outputs, whose names must not occur here yet."""
        self.nodes.extend(graph.node)
        self.constants.extend(graph.initializer)

    def name(self, value: str, name: str) -> None:
        """Give an output its name in the whole graph."""
        self.nodes.append(helper.make_node("Identity", [value], [name]))
