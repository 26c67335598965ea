"""The learner of a bundle as a function of the picture alone, for methods that follow gradients.

This module imports torch: import it where a method needs it and nowhere else.
"""

from __future__ import annotations

import threading
from copy import deepcopy
from functools import cached_property, lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn

from lesion.bundle import PICKLE, Bundle
from lesion.classifier import Classifier
from lesion.cpus import available_cpus
from lesion.engine import FastaiEngine
from lesion.errors import InvalidOption
from lesion.explain.query import Query

__all__ = ["Learner", "Scored", "learner_of"]


class Learner:
    """The network of ``model.pkl``. Captum hangs hooks into it, so only one may be at work."""

    def __init__(self, net: nn.Module) -> None:
        self.net = net.requires_grad_(False)

    @property
    def features(self) -> nn.Module:
        """The part whose output holds the last feature maps."""
        return self.net.get_submodule("features")

    @cached_property
    def guided(self) -> Learner:
        """A copy whose activations are modules that Captum's guided backpropagation hooks.

        Raises:
            InvalidOption: the network has no ReLU, for which alone the method is defined.
        """
        copy = deepcopy(self.net)
        if not _replace_activations(copy):
            raise InvalidOption("This network has no ReLU to guide gradients by: choose another method.")
        return Learner(copy)


def learner_of(classifier: Classifier) -> Learner:
    """Load the learner of a classifier's bundle, once for each ``model.pkl``, with its engine's threads.

    Raises:
        HashMismatch, BundleNotReady: see `Bundle.file`.
        MissingDependency: fastai is not installed.
    """
    bundle, threads = classifier.bundle, classifier.engine.threads or available_cpus()
    with _LOADING:
        return _load(bundle.path, bundle.digest(PICKLE), threads)


_LOADING = threading.Lock()
"""Of two threads that want the same learner one loads it."""


@lru_cache(maxsize=2)
def _load(path: Path, _digest: str | None, threads: int) -> Learner:
    return Learner(FastaiEngine(Bundle.load(path).file(PICKLE), threads).net)


class Scored(nn.Module):
    """Pictures [N, 3, S, S] to the target's calibrated log-odds [N]: `target_score`, in torch.

    Each pass is told to the query's progress, out of ``total`` pictures.
    """

    def __init__(self, net: nn.Module, query: Query, total: int) -> None:
        super().__init__()
        self.net, self._query, self._total, self._done = net, query, total, 0
        self._clinical = None if query.clinical is None else torch.from_numpy(query.clinical)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the scores."""
        scores = torch_score(self._logits(pictures), self._query.columns, self._query.temperature)
        self._done = min(self._done + len(pictures), self._total)
        self._query.progress(self._done, self._total)
        return scores

    def _logits(self, pictures: Tensor) -> Tensor:
        given = (
            (pictures,) if self._clinical is None else (pictures, self._clinical.expand(len(pictures), -1))
        )
        logits: Tensor = self.net(*given)
        return logits


def torch_score(logits: Tensor, columns: list[int], temperature: float) -> Tensor:
    """Return `lesion.explain.target_score` of logits [N, C] as a tensor [N] with its gradient."""
    scaled = logits / temperature
    inside = torch.zeros(logits.shape[-1], dtype=torch.bool)
    inside[columns] = True
    return torch.logsumexp(scaled[:, inside], dim=1) - torch.logsumexp(scaled[:, ~inside], dim=1)


class _HookedReLU6(nn.ReLU):
    """ReLU6 as a kind of nn.ReLU, which is all that Captum hooks."""

    def forward(self, x: Tensor) -> Tensor:
        """Return x cut to 0..6."""
        return nn.functional.relu6(x)


def _replace_activations(net: nn.Module) -> int:
    """Put hooked modules, which change nothing in place, where ReLU and ReLU6 stand; return how many."""
    count = 0
    for name, child in net.named_children():
        if isinstance(child, nn.ReLU | nn.ReLU6):
            setattr(net, name, _HookedReLU6() if isinstance(child, nn.ReLU6) else nn.ReLU())
            count += 1
        else:
            count += _replace_activations(child)
    return count
