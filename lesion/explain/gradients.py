"""Methods that follow gradients through the learner, by Captum (Kokhlikyan et al., arXiv 2009.07896).

They explain the learner of ``model.pkl``, whose answers `export` has compared with the engine's. This module
imports torch and captum: import it where a method needs it and nowhere else.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

import msgspec
import numpy as np
import torch
from captum.attr import (
    GradientShap,
    GuidedGradCam,
    IntegratedGradients,
    LayerAttribution,
    LayerGradCam,
    Saliency,
)
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms.v2.functional import gaussian_blur

from lesion.explain.covering import blur, cover
from lesion.explain.learner import Learner, Scored, learner_of
from lesion.explain.query import BATCH, Drawn, Floats, Query, ignore

__all__ = ["gradcam", "gradient_shap", "guided_gradcam", "integrated_gradients", "saliency"]

LOOK_UP_S = 0.2
"""Seconds between two looks of one who waits for its turn."""
NOISE = 0.05
"""Standard deviation of the noise that gradient SHAP adds to the picture, whose values are in 0..1."""
BLURS = (8, 16, 32)
"""The baselines of gradient SHAP beside the covered picture: blurred by such parts of its side."""
SMOOTHING = 56
"""What is smoothed is smoothed by a Gaussian whose width is one such part of the picture's side."""

_TURN = threading.Lock()


def gradcam(query: Query) -> Drawn:
    """Return the last feature maps weighted by their mean gradients (Selvaraju et al., ICCV 2017).

    Both signs are kept. For a head of pooling and one linear layer it is the evidence map but for a constant.
    """

    def work(learner: Learner, scored: Scored, image: Tensor) -> Tensor:
        coarse = LayerGradCam(scored, learner.features).attribute(image, relu_attributions=False)
        fine: Tensor = LayerAttribution.interpolate(coarse, tuple(image.shape[2:]), "bicubic")
        return fine

    return _drawn(query, 1, work)


def saliency(query: Query) -> Drawn:
    """Return the largest absolute gradient over the colours (Simonyan et al., ICLR 2014 workshop).

    It says how strongly the score hangs on a pixel, and has no side: all of it is positive.
    """

    def work(learner: Learner, scored: Scored, image: Tensor) -> Tensor:
        slopes: Tensor = Saliency(scored).attribute(image, abs=True)
        return slopes.amax(dim=1, keepdim=True)

    return _drawn(query, 1, work)


def integrated_gradients(query: Query) -> Drawn:
    """Return the gradients along the way from the covered picture (Sundararajan et al., ICML 2017).

    The pixels add up to the difference of the two scores, but for ``unexplained``, which more steps reduce.
    The map is smoothed, as gradient SHAP's is.
    """

    def work(learner: Learner, scored: Scored, image: Tensor) -> Tensor:
        found: Tensor = IntegratedGradients(scored).attribute(
            image, baselines=_covered(query), n_steps=query.samples, internal_batch_size=BATCH
        )
        return found

    drawn = _drawn(query, query.samples, work)
    with _alone(query, query.samples, query.samples):
        ends = _scores(
            query,
            learner_of(query.classifier),
            torch.cat([torch.from_numpy(query.image), _covered(query)]),
        )
    unexplained = float(ends[0] - ends[1] - drawn.map.sum())
    diagnostics = {**drawn.diagnostics, "unexplained": unexplained}
    return Drawn(map=_smoothed(drawn.map), diagnostics=diagnostics)


def gradient_shap(query: Query) -> Drawn:
    """Return expected gradients (Lundberg and Lee, NeurIPS 2017; Erion et al., Nat. Mach. Intell. 2021).

    Each sample begins at one of some baselines, the covered and blurred pictures, goes a random share of
    the way to the picture with a little noise, and looks at the gradient there. Single pixels hardly agree
    between runs, while what lies where does: so the map is smoothed.
    """
    batches = ceil(query.samples / BATCH)

    def work(learner: Learner, scored: Scored, image: Tensor) -> Tensor:
        method, baselines = GradientShap(scored), _baselines(query)
        total = torch.zeros_like(image)
        # Captum would expand all samples at once: in parts, memory does not grow with their number.
        for _ in range(batches):
            total += method.attribute(image, baselines, n_samples=BATCH, stdevs=NOISE)
        return total / batches

    drawn = _drawn(query, batches * BATCH, work)
    return Drawn(map=_smoothed(drawn.map), diagnostics=drawn.diagnostics)


def guided_gradcam(query: Query) -> Drawn:
    """Return guided gradients times the positive part of Grad-CAM (Selvaraju et al., ICCV 2017).

    It shows details of what speaks for the target; where nothing does, it is empty. The gradients' signs tell
    only which way a pixel would have to change, and so, as for saliency, the largest absolute value over the
    colours is taken: the map has no side. In the network's copy every ReLU is one that Captum finds:
    MobileNetV2's would be passed over.
    """

    def work(learner: Learner, scored: Scored, image: Tensor) -> Tensor:
        found: Tensor = GuidedGradCam(scored, learner.features).attribute(image, interpolate_mode="bilinear")
        return found.abs().amax(dim=1, keepdim=True)

    return _drawn(query, 2, work, guided=True)


Work = Callable[[Learner, Scored, Tensor], Tensor]


def _drawn(query: Query, total: int, work: Work, guided: bool = False) -> Drawn:
    """Let a method work on the learner, seeded and alone, and add the colours of what it gives."""
    learner = learner_of(query.classifier)
    with _alone(query, 0, total), _seeded(query.seed), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="captum")
        used = learner.guided if guided else learner
        attributions = work(used, Scored(used.net, query, total), torch.from_numpy(query.image.copy()))
        score = float(_scores(query, learner, torch.from_numpy(query.image))[0])
    return Drawn(map=attributions.detach()[0].sum(dim=0).numpy(), diagnostics={"score": score})


@contextmanager
def _alone(query: Query, done: int, total: int) -> Iterator[None]:
    """Wait until no other is at work: Captum hooks the net, and draws from generators that all share.

    Whoever waits goes on telling how far it is, and so learns that it need wait no longer.
    """
    while not _TURN.acquire(timeout=LOOK_UP_S):
        query.progress(done, total)
    try:
        yield
    finally:
        _TURN.release()


def _scores(query: Query, learner: Learner, pictures: Tensor) -> Floats:
    quiet = msgspec.structs.replace(query, progress=ignore)
    with torch.no_grad():
        return np.asarray(Scored(learner.net, quiet, len(pictures))(pictures))


def _smoothed(values: NDArray[np.floating]) -> NDArray[np.floating]:
    sigma = values.shape[-1] / SMOOTHING
    window = 2 * round(3 * sigma) + 1
    smooth: Tensor = gaussian_blur(torch.from_numpy(values)[None], [window, window], [sigma, sigma])
    return smooth[0].numpy()


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed what Captum draws from, numpy's and torch's shared generators, and put them back afterwards."""
    state = np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        np.random.seed(seed)
        try:
            yield
        finally:
            np.random.set_state(state)


def _covered(query: Query) -> Tensor:
    return torch.from_numpy(cover(query.image[0]).copy())[None]


def _baselines(query: Query) -> Tensor:
    blurred = [torch.from_numpy(blur(query.image[0], part)) for part in BLURS]
    return torch.stack([_covered(query)[0], *blurred])
