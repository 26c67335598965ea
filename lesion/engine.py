"""Engines: what turns a batch of image tensors into logits, class evidence maps and embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from lesion.bundle import PICKLE, WEIGHTS, Bundle
from lesion.errors import HashMismatch, MissingDependency

EngineKind = Literal["onnx", "fastai"]
Floats = NDArray[np.float32]


PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")


class Outputs(msgspec.Struct, frozen=True):
    """One forward pass over N images, C classes.

    ``logits`` [N, C]; ``cam`` [N, C, h, w], the evidence for each class at each location, whose mean plus
    the class's bias is the logit; ``embedding`` [N, D], the averaged features.
    """

    logits: Floats
    cam: Floats
    embedding: Floats


class Engine(Protocol):
    """A callable that runs the network on float32 [N, 3, S, S] with values in 0..1.

    ``clinical`` [N, K], made by :mod:`lesion.clinical`, is given where the manifest says that the network
    takes it, and nowhere else. ``threads`` within one pass are ``None`` where the library chose them.
    ``provider`` says what it runs on: one of ``PROVIDERS``, or ``torch``, which runs on the processor.
    """

    threads: int | None
    provider: str

    def __call__(self, batch: Floats, clinical: Floats | None = None) -> Outputs:
        """Run the network."""
        ...


class OnnxEngine:
    """A bundle's graph on ONNX Runtime. Safe to call from several threads at once.

    It runs on a CUDA device where the package onnxruntime-gpu finds one, else on the processor; ``provider``
    is the one that it found.

    A graph in half precision maps ``weights.safetensors`` beside it into memory, and turns the numbers into
    float32 once, while loading.
    """

    def __init__(self, model: Path, threads: int | None = None) -> None:
        import onnxruntime

        self.threads = threads
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        # An arena keeps the largest batch's memory for ever; a 512 MB container cannot afford that.
        options.enable_cpu_mem_arena = False
        # Spinning threads win microseconds for one caller and take the cores from every other one.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=_providers(onnxruntime.get_available_providers())
            )
        except Exception as error:  # onnxruntime's exceptions have no public common base
            raise HashMismatch(f"{model.name} cannot be loaded: {error}. Export the bundle again.") from error
        # Not what was asked for first: where there is a library for a device and no device, it falls back.
        self.provider: str = self._session.get_providers()[0]

    def __call__(self, batch: Floats, clinical: Floats | None = None) -> Outputs:
        """Run the graph."""
        inputs = {"image": batch} if clinical is None else {"image": batch, "clinical": clinical}
        return Outputs(*self._session.run(["logits", "cam", "embedding"], inputs))


def _providers(available: Sequence[str]) -> list[str]:
    """Return what to run on, the best first. Others that a build may offer change answers or start slowly."""
    return [name for name in PROVIDERS if name in available]


class FastaiEngine:
    """``model.pkl`` under fastai and torch, for those who want the learner itself to answer.

    Unpickling runs code, so only a path whose hash was checked belongs here. The classes that the pickle
    names are found by itself: nothing of the lab is imported here. ``net`` is the learner's network.
    """

    def __init__(self, pickle: Path, threads: int | None = None) -> None:
        try:
            import torch
            from fastai.learner import load_learner

            self.net = load_learner(pickle).model.eval()
        except ImportError as error:
            raise MissingDependency(
                f"The fastai engine needs {error.name}: install requirements.txt, or use the onnx engine."
            ) from error
        self.threads = threads
        if threads:
            torch.set_num_threads(threads)
        self.provider = "torch"
        self._torch = torch

    def __call__(self, batch: Floats, clinical: Floats | None = None) -> Outputs:
        """Run the learner's network."""
        inputs = [self._torch.from_numpy(given) for given in (batch, clinical) if given is not None]
        with self._torch.inference_mode():
            return Outputs(*(out.numpy() for out in self.net.outputs(*inputs)))


def open_engine(bundle: Bundle, kind: EngineKind = "onnx", threads: int | None = None) -> Engine:
    """Open the engine of a bundle after the hashes of its files were checked.

    Args:
        bundle: where the file lies and which hash it must have.
        kind: ``onnx`` (default; needs no torch), which runs the graph that the manifest names, or ``fastai``.
        threads: threads within one forward pass; ``None`` leaves the choice to the library.

    Raises:
        HashMismatch: the file is missing, altered or no model.
        BundleNotReady: fastai is asked for, and the bundle is an ensemble or its learner is not rebuilt.
        MissingDependency: fastai is asked for and not installed.
    """
    if kind == "fastai":
        return FastaiEngine(bundle.file(PICKLE), threads)
    if WEIGHTS in bundle.manifest.files:
        bundle.file(WEIGHTS)
    return OnnxEngine(bundle.file(bundle.manifest.graph), threads)
