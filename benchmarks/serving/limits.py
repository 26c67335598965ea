"""How fast a network could run at best: its multiply-adds over what the machine's processors can do.

    python -m benchmarks.serving.limits

prints the machine's peak as JSON: the most multiply-adds a second of a product of two float32 matrices.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import onnx
from onnx import NodeProto, shape_inference

from benchmarks.environment import environment
from benchmarks.running import ROOT
from lesion.cpus import available_cpus

SIDE = 2048
"""Rows and columns of the matrices: large enough to leave memory behind, and each 17 MB."""
SECONDS = 1.5
"""How long each library is measured."""


def multiply_adds(model: Path, side: int) -> int:
    """Return the multiply-adds of a graph for one image of ``side`` x ``side`` pixels.

    Those of convolutions and matrix products; what else there is, such as normalisation and activation,
    comes to a few percent in time and next to nothing in count.
    """
    loaded = onnx.load(str(model), load_external_data=False)
    image = loaded.graph.input[0].type.tensor_type.shape.dim
    for dimension, length in zip(image, (1, 3, side, side), strict=True):
        dimension.dim_value = length
    graph = shape_inference.infer_shapes(loaded, data_prop=True).graph
    shapes = {array.name: tuple(array.dims) for array in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        shapes[value.name] = tuple(d.dim_value or 1 for d in value.type.tensor_type.shape.dim)
    return sum(_multiply_adds(node, shapes) for node in graph.node)


def _multiply_adds(node: NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    if node.op_type == "Conv":
        each = math.prod(shapes[node.input[1]][1:])  # channels of the group, height and width of the kernel
    elif node.op_type in ("MatMul", "Gemm"):
        transposed = any(a.name == "transA" and a.i for a in node.attribute)
        each = shapes[node.input[0]][0 if transposed else -1]
    else:
        return 0
    return each * math.prod(shapes[node.output[0]])


def measured_peak() -> float:
    """Return the multiply-adds a second of the machine now, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.serving.limits"]
    alike = environment({"OMP_NUM_THREADS": str(available_cpus())})
    done = subprocess.run(command, cwd=ROOT, env=alike, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["multiply_adds_a_second"])


def _numpy_product() -> Callable[[], object]:
    import numpy as np

    a, b = (np.random.default_rng(seed).random((SIDE, SIDE), dtype=np.float32) for seed in (0, 1))
    return lambda: a @ b


def _torch_product() -> Callable[[], object]:
    import torch

    torch.set_num_threads(available_cpus())
    a, b = torch.rand(2, SIDE, SIDE)
    return lambda: a @ b


def fastest(product: Callable[[], object]) -> float:
    """Return the multiply-adds a second of the quickest of many products."""
    product()
    times: list[float] = []
    over = time.perf_counter() + SECONDS
    while not times or time.perf_counter() < over:
        start = time.perf_counter()
        product()
        times.append(time.perf_counter() - start)
    return SIDE**3 / min(times)


@click.command()
def main() -> None:
    """Print the most multiply-adds a second of float32 matrix products, by NumPy's library or by torch's."""
    peaks = {"numpy": fastest(_numpy_product()), "torch": fastest(_torch_product())}
    click.echo(json.dumps({"multiply_adds_a_second": max(peaks.values()), **peaks}))


if __name__ == "__main__":
    main()
