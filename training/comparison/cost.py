"""What a model costs: parameters, bytes, time and memory of an answer, and the time that training took."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto

from lesion.bundle import MODEL, Bundle
from lesion.errors import ParityError
from lesion.measures.blocks import Flat
from training.comparison.candidates import Candidate

FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE)


def cost(candidate: Candidate) -> Flat:
    """Return what a candidate costs to keep, to run and to train; what is not known has no key.

    Parameters are counted in the float graph, whichever is served, since int8 adds scales to them.
    """
    bundle = candidate.bundle
    whole = onnx.load(str(bundle.file(MODEL)), load_external_data=False).graph
    graph = onnx.load(str(bundle.file(bundle.manifest.graph)), load_external_data=False).graph
    found: Flat = {
        "architecture": bundle.manifest.architecture,
        "graph": bundle.manifest.graph,
        "size": bundle.manifest.input.size,
        "n_images": bundle.manifest.training.n_images,
        "parameters": sum(int(np.prod(t.dims)) for t in whole.initializer if t.data_type in FLOATS),
        "file_mb": _bytes(bundle, graph) / 1e6,
    }
    return found | _run_cost(bundle, graph) | _training_cost(candidate)


def _bytes(bundle: Bundle, graph: onnx.GraphProto) -> int:
    """Size of the graph's file, and of those that it takes weights from."""
    outside = {entry.value for t in graph.initializer for entry in t.external_data if entry.key == "location"}
    return sum((bundle.path / name).stat().st_size for name in {bundle.manifest.graph, *outside})


def _run_cost(bundle: Bundle, graph: onnx.GraphProto) -> Flat:
    width = next((i.type.tensor_type.shape.dim[1].dim_value for i in graph.input if i.name == "clinical"), 0)
    arguments = [str(bundle.path / bundle.manifest.graph), str(bundle.manifest.input.size), str(width)]
    command = [sys.executable, "-m", "training.comparison.timing", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ParityError(f"{bundle.path} could not be timed: {done.stderr.strip().splitlines()[-1]}")
    found: Flat = json.loads(done.stdout)
    return found


def _training_cost(candidate: Candidate) -> Flat:
    history = candidate.history
    if history is None:
        return {}
    found: Flat = {"epochs": len(history)}
    if "seconds" in history and history["seconds"].notna().all():
        total = float(history["seconds"].sum())
        found["training_seconds"] = total
        found["training_images_per_second"] = (
            candidate.bundle.manifest.training.n_images * len(history) / total
        )
    return found
