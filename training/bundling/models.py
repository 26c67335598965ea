"""The two models of a bundle, a learner for fastai and a graph for the rest, and how far they differ."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import torch
from numpy.typing import NDArray

from lesion.calibrate import probabilities
from lesion.engine import FastaiEngine, OnnxEngine
from lesion.errors import ParityError
from training.bundling import half
from training.bundling.graphs import OPSET
from training.learning.config import TrainConfig
from training.learning.labels import classes_of
from training.learning.learner import make_learner
from training.learning.loaders import data_loaders
from training.nets.network import LesionNet, ServedNet

PARITY_TOLERANCE = 1e-3
"""Difference of probabilities from which on two models do not count as the same."""


def write_pickle(weights: Path, config: TrainConfig, path: Path) -> LesionNet:
    """Write the fastai learner with these weights as a pickle, without data; return its network."""
    classes = classes_of(config.task)
    parts = ["train"] * len(classes) + ["val"] * len(classes)
    rows = pd.DataFrame({"image_id": "blank", "dx": classes * 2, "part": parts, "source": "none"})
    # fastai sets its loaders up on a real batch; blank images do, since the pickle leaves them behind.
    blank = np.zeros((len(rows), config.size, config.size, 3), dtype=np.uint8)
    learner = make_learner(data_loaders(rows, blank, config), rows, config, path.parent, str(weights))
    learner.model.eval()
    learner.path = Path()
    # Plain pickle holds names, where fastai's cloudpickle would hold code of this Python and its folders.
    learner.export(path.absolute(), pickle_module=pickle)
    net: LesionNet = learner.model
    return net


def write_onnx(net: LesionNet, size: int, path: Path, weights: Path | None = None) -> None:
    """Write the graph: ``image`` [N, 3, S, S] in 0..1 to ``logits``, ``cam`` and ``embedding``, N free.

    A network with a clinical branch has ``clinical`` [N, K] as its second input. With ``weights``, a file of
    the network's own arrays beside ``path``, the graph holds none of them but refers to it.
    """
    example = {"x": torch.rand(2, 3, size, size)}
    if net.branch:
        example["clinical"] = net.branch.unknown.expand(2, -1).clone()
    names = ["logits", "cam", "embedding"]
    program = torch.onnx.export(
        ServedNet(net).eval(),
        tuple(example.values()),
        input_names=["image", "clinical"][: len(example)],
        output_names=names,
        # The vectors are as many as the images, so that one dimension has the name.
        dynamic_shapes={"x": {0: torch.export.Dim("batch", min=1, max=4096)}}
        | ({"clinical": {0: torch.export.Dim.DYNAMIC}} if net.branch else {}),
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        # The optimiser folds batch normalisation into the kernels, which are then no longer the network's.
        optimize=weights is None,
    )
    if program is None:
        raise ParityError("torch exported no graph; read its messages above.")
    graph = program.model_proto if weights is None else half.referring(program.model, weights)
    _forget_sources(graph)
    # Not onnx.save, which would read external weights only to leave them where they are.
    path.write_bytes(graph.SerializeToString())
    onnx.checker.check_model(str(path))


def _forget_sources(graph: onnx.ModelProto) -> None:
    """Drop the stack traces that torch keeps with each node: they name the folders of this machine."""
    for part in (graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.functions):
        del part.metadata_props[:]


def parity_difference(
    learner: Path, graph: Path, tensor: NDArray[np.float32], clinical: NDArray[np.float32] | None = None
) -> float:
    """Return the largest absolute difference of probabilities between the two on a batch of images."""
    shares = [
        probabilities(engine(tensor, clinical).logits, 1.0)
        for engine in (FastaiEngine(learner), OnnxEngine(graph))
    ]
    return float(np.abs(shares[0] - shares[1]).max())
