"""Several bundles' graphs as one, each asked about several views of the image.

The logits are the mean of the members' logits, each divided by its temperature. Softmax of it is the
normalised geometric mean of the members' probabilities: log-probabilities differ from logits by a number that
is the same for all classes, which softmax takes away. The mean is linear, so the evidence map stays exact:
the same mean of the members' maps, plus a bias (the same mean of the members' biases), is the logit. The log
of the mean of the probabilities would rank no better and have no such map.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper

from lesion.bundle import MODEL, Bundle
from lesion.engine import Engine, open_engine
from lesion.errors import DataError
from training.bundling.graphs import OPSET, Glue
from training.bundling.resizing import add_enlargement, add_reduction, reduced
from training.bundling.views import VIEWS, add_turn, add_turn_back, turn

OUTPUTS = ("logits", "cam", "embedding")
Floats = NDArray[np.float32]


class Part(NamedTuple):
    """A member as it is joined: its engine, its share, and the form of its outputs for one image."""

    bundle: Bundle
    engine: Engine
    weight: float
    grid: tuple[int, int]
    features: int

    @property
    def size(self) -> int:
        """Side of its input in pixels."""
        return self.bundle.manifest.input.size

    @property
    def scale(self) -> float:
        """What its logits are multiplied by."""
        return self.weight / self.bundle.manifest.temperature


def open_part(bundle: Bundle, weight: float) -> Part:
    """Open a member by its float graph; its files are checked against their hashes."""
    bundle = bundle.serving(MODEL)
    engine = open_engine(bundle)
    size = bundle.manifest.input.size
    outputs = engine(np.zeros((1, 3, size, size), dtype=np.float32), _no_clinical(bundle, 1))
    return Part(bundle, engine, weight, outputs.cam.shape[2:], outputs.embedding.shape[1])


def join(parts: Sequence[Part], views: int) -> onnx.ModelProto:
    """Return one graph with the inputs and outputs of a bundle's.

    ``image`` has the largest size among the members, ``cam`` the largest grid; ``embedding`` holds those of
    the members one after the other.

    Raises:
        DataError: a member was exported by another release.
    """
    glue = Glue()
    size, grid = max(part.size for part in parts), max(part.grid for part in parts)
    joined = [_add_part(glue, part, f"member{i}/", size, grid, views) for i, part in enumerate(parts)]
    logits, cam, embedding = zip(*joined, strict=True)
    glue.name(glue.node("Sum", *logits), "logits")
    glue.name(glue.node("Sum", *cam), "cam")
    glue.name(glue.node("Concat", *embedding, axis=1), "embedding")
    manifest = parts[0].bundle.manifest
    features = sum(part.features for part in parts)
    inputs = {"image": [3, size, size]}
    clinical = next((part.bundle.manifest.clinical for part in parts if part.bundle.manifest.clinical), None)
    if clinical:
        inputs["clinical"] = [clinical.size]
    outputs = {
        "logits": [len(manifest.classes)],
        "cam": [len(manifest.classes), *grid],
        "embedding": [features],
    }
    model = helper.make_model(
        helper.make_graph(glue.nodes, "ensemble", _infos(inputs), _infos(outputs), glue.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=10,
    )
    onnx.checker.check_model(model)
    return model


def expected_logits(parts: Sequence[Part], views: int, images: Floats) -> Floats:
    """Return what :func:`join` must answer on images [N, 3, S, S], from the members' own engines."""
    total = np.zeros((len(images), len(parts[0].bundle.manifest.classes)), dtype=np.float32)
    for part in parts:
        small = reduced(images, part.size)
        answers = [
            part.engine(turn(small, view), _no_clinical(part.bundle, len(images))).logits
            for view in VIEWS[views]
        ]
        total += np.float32(part.scale) * np.mean(answers, axis=0)
    return total


def _add_part(
    glue: Glue, part: Part, prefix: str, size: int, grid: tuple[int, int], views: int
) -> tuple[str, str, str]:
    """Add a member and return the names of its scaled logits, its scaled map on the grid, its embedding."""
    image = "image" if part.size == size else add_reduction(glue, part.size)
    shown = [add_turn(glue, image, view) for view in VIEWS[views]]
    inputs = {"image": _batched(glue, shown)}
    if part.bundle.manifest.clinical:
        inputs["clinical"] = _batched(glue, ["clinical"] * views)
    _add_model(glue, part, prefix, inputs)
    logits, cam, embedding = (prefix + name for name in OUTPUTS)
    mean_cam = _mean_of_maps(glue, cam, views)
    if part.grid != grid:
        mean_cam = add_enlargement(glue, mean_cam, grid)
    scale = glue.number(part.scale)
    mean_logits = _mean_of_views(glue, logits, views, len(part.bundle.manifest.classes))
    return (
        glue.node("Mul", mean_logits, scale),
        glue.node("Mul", mean_cam, scale),
        _mean_of_views(glue, embedding, views, part.features),
    )


def _add_model(glue: Glue, part: Part, prefix: str, inputs: dict[str, str]) -> None:
    model = onnx.load(part.bundle.file(MODEL))
    if [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")] != [OPSET]:
        raise DataError(f"{part.bundle.path} was exported for another ONNX opset: export it again.")
    for name, value in inputs.items():
        glue.nodes.append(helper.make_node("Identity", [value], [prefix + name]))
    glue.graph(compose.add_prefix(model, prefix).graph)


def _batched(glue: Glue, inputs: Sequence[str]) -> str:
    return glue.node("Concat", *inputs, axis=0) if len(inputs) > 1 else inputs[0]


def _mean_of_views(glue: Glue, value: str, views: int, width: int) -> str:
    """From [V * N, W] to the mean over the views [N, W]."""
    if views == 1:
        return value
    apart = glue.node("Reshape", value, glue.constant(np.array([views, -1, width], dtype=np.int64)))
    return glue.node("ReduceMean", apart, glue.constant(np.array([0], dtype=np.int64)), keepdims=0)


def _mean_of_maps(glue: Glue, cam: str, views: int) -> str:
    """From maps of the views [V * N, C, h, w] to the mean of the maps turned back [N, C, h, w]."""
    if views == 1:
        return cam
    apart = glue.split("Split", cam, outputs=views, axis=0, num_outputs=views)
    back = [add_turn_back(glue, each, view) for each, view in zip(apart, VIEWS[views], strict=True)]
    return glue.node("Mean", *back)


def _infos(shapes: dict[str, list[int]]) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])
        for name, shape in shapes.items()
    ]


def _no_clinical(bundle: Bundle, n: int) -> Floats | None:
    spec = bundle.manifest.clinical
    return np.zeros((n, spec.size), dtype=np.float32) if spec else None
