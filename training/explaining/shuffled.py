"""The same net with its weights shuffled: a map that stays as it was did not come from what was learned.

J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018. All layers are randomised at once, which
is where their cascade from the top ends. Each kernel and each matrix keeps its own values in an order of
chance, so that the activations keep about their size; biases and what normalises stay.
"""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from lesion.bundle import INT8, MODEL, PICKLE, REBUILT, WEIGHTS, Bundle, save

SHUFFLES = 5
"""Copies with other seeds, of which each lesion is shown to one: maps of a single one may agree by chance."""


def shuffled_bundle(bundle: Bundle, folder: Path, seed: int, learner: bool) -> Bundle:
    """Write a copy of a bundle with shuffled weights into a new ``folder``; with a ``learner``, that too.

    It serves the float graph, whichever the bundle serves.

    Raises:
        HashMismatch, BundleNotReady: as :meth:`lesion.bundle.Bundle.file`.
    """
    if WEIGHTS in bundle.manifest.files:
        bundle.file(WEIGHTS)
    left_out = shutil.ignore_patterns(MODEL, INT8, PICKLE, WEIGHTS, REBUILT)
    shutil.copytree(bundle.path, folder, ignore=left_out)
    _write_graph(bundle.file(MODEL), folder / MODEL, seed)
    if learner:
        _write_learner(bundle.file(PICKLE), folder / PICKLE, seed)
    return save(Bundle(folder, bundle.manifest).serving(MODEL))


def _write_graph(source: Path, target: Path, seed: int) -> None:
    graph = onnx.load(source)
    rng = np.random.default_rng(seed)
    for tensor in graph.graph.initializer:
        if _is_weight(tensor):
            values = numpy_helper.to_array(tensor)
            mixed = rng.permutation(values.ravel()).reshape(values.shape)
            tensor.CopyFrom(numpy_helper.from_array(mixed, tensor.name))
    onnx.save(graph, target)


def _is_weight(tensor: onnx.TensorProto) -> bool:
    """Whether an array is a kernel or matrix, and neither a bias, nor a constant of the image's channels."""
    kinds = (TensorProto.FLOAT, TensorProto.FLOAT16)
    return tensor.data_type in kinds and len(tensor.dims) > 1 and tensor.dims[0] > 1


def _write_learner(source: Path, target: Path, seed: int) -> None:
    import torch
    from fastai.learner import load_learner

    learner = load_learner(source)
    chance = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in learner.model.parameters():
            if weights.ndim > 1:
                order = torch.randperm(weights.numel(), generator=chance)
                weights.copy_(weights.flatten()[order].reshape(weights.shape))
    learner.path = Path()
    learner.export(target.absolute(), pickle_module=pickle)
