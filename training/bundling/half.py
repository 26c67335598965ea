"""Weights in half precision, stored once: a file of arrays, and a graph that refers to it.

Rounding a kernel to float16 changes each number by at most a two-thousandth of itself and halves the file.
The file is in the format of safetensors, a header and then the arrays as raw little-endian bytes
(https://github.com/huggingface/safetensors), so that ONNX can point into it as external data, by offset and
length, and torch can read it too.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import onnx
import torch
from onnx import TensorProto, helper
from onnxscript import ir, optimizer
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from lesion.bundle import WEIGHTS, Bundle, sha256
from lesion.errors import DataError
from training.learning.config import TrainConfig

COSTS = "costs.csv"
IGNORE = ".gitignore"
CONFIG = "config"
"""Key of the training configuration in the header of the file."""

TYPES = {"F16": TensorProto.FLOAT16, "F32": TensorProto.FLOAT}
HALF = ".half"


def write_weights(source: Path, config: TrainConfig, to: Path) -> TrainConfig:
    """Write the weights of a run and all else that its learner is made of into the bundle ``to``.

    Args:
        source: the run's weights.
        config: the run's configuration.
        to: folder that gets ``weights.safetensors`` and, where the run had one, the table of costs.

    Returns:
        The configuration as it is kept: without the run's teachers and start, which are over, and without
        paths of this machine.

    Raises:
        DataError: a weight is too large for float16.
    """
    state = {name: _rounded(name, value) for name, value in load_file(source).items()}
    if config.costs:
        shutil.copyfile(config.costs, to / COSTS)
    kept = msgspec.structs.replace(
        config, weights="none", teachers=(), hint_weight=0.0, costs=COSTS if config.costs else ""
    )
    save_file(state, to / WEIGHTS, metadata={CONFIG: msgspec.json.encode(kept).decode()})
    (to / IGNORE).write_text("# What `python -m training rebuild` makes here.\nmodel.pkl\nrebuilt.json\n")
    return _located(kept, to)


def read_config(bundle: Bundle) -> TrainConfig:
    """Return the configuration of which the learner of a bundle in half precision is made.

    Raises:
        DataError: the bundle is not stored so, or its configuration is of another release.
        HashMismatch: a file of the bundle was altered.
    """
    if WEIGHTS not in bundle.manifest.files:
        raise DataError(f"{bundle.path} has no {WEIGHTS} to rebuild from: it was exported without --half.")
    with safe_open(bundle.file(WEIGHTS), "pt") as stored:
        text = (stored.metadata() or {}).get(CONFIG, "")
    try:
        config = msgspec.json.decode(text, type=TrainConfig)
    except msgspec.DecodeError as error:
        raise DataError(
            f"The configuration in {bundle.path / WEIGHTS} cannot be used ({error}): rebuild with the "
            "release that exported it."
        ) from error
    if config.costs:
        bundle.file(COSTS)
    return _located(config, bundle.path)


def referring(model: ir.Model, weights: Path) -> onnx.ModelProto:
    """Return a graph whose arrays are those in the file ``weights``, to be saved beside it.

    Arrays in half precision are cast to float32 by the graph, which an engine does once, while loading.
    """
    optimizer.fold_constants(model)
    optimizer.remove_unused_nodes(model)
    proto = ir.to_proto(model)
    del proto.graph.value_info[:]
    start, header = _header(weights)
    casts = []
    for array in proto.graph.initializer:
        entry = header.get(array.name.removeprefix("net."))
        if entry is None:
            continue  # a constant of the graph, not of the network
        if entry["dtype"] == "F16":
            casts.append(helper.make_node("Cast", [array.name + HALF], [array.name], to=TensorProto.FLOAT))
            array.name += HALF
        _point(array, weights.name, start, entry)
    nodes = [*casts, *proto.graph.node]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)
    # Two graphs of one architecture would be the same file, and the hash of the model says which answered.
    helper.set_model_props(proto, {"weights_sha256": sha256(weights)})
    return proto


def _rounded(name: str, value: Tensor) -> Tensor:
    """Round a kernel or a matrix. Vectors stay: they are small, and a variance may leave float16's range."""
    if not value.is_floating_point() or sum(length > 1 for length in value.shape) < 2:
        return value
    small = value.to(torch.float16)
    if not small.isfinite().all():
        raise DataError(f"{name} holds numbers too large for half precision: export without --half.")
    return small


def _located(config: TrainConfig, folder: Path) -> TrainConfig:
    """Return the configuration with the path of its costs as they lie in a bundle."""
    return msgspec.structs.replace(config, costs=str(folder / config.costs)) if config.costs else config


def _header(path: Path) -> tuple[int, dict[str, Any]]:
    """Return where the arrays of a safetensors file begin, and type, shape and offsets of each."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        header: dict[str, Any] = json.loads(stream.read(length))
    return 8 + length, header


def _point(array: onnx.TensorProto, location: str, start: int, entry: dict[str, Any]) -> None:
    """Replace the numbers of an initialiser by a reference to those of a file."""
    begin, end = entry["data_offsets"]
    array.ClearField("raw_data")
    array.data_type = TYPES[entry["dtype"]]
    array.data_location = TensorProto.EXTERNAL
    place = {"location": location, "offset": start + begin, "length": end - begin}
    for key, value in place.items():
        array.external_data.add(key=key, value=str(value))
