"""One way in for all methods: what is asked is checked, the method is found, its map brought to -1..1."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from time import perf_counter

import numpy as np
from PIL import Image

from lesion.classifier import Classifier
from lesion.clinical import Clinical, encode_for
from lesion.explain.methods import find_method
from lesion.explain.planning import plan
from lesion.explain.query import Drawn, Explained, Floats, Progress, Query, ignore
from lesion.preprocess import preprocess

__all__ = ["explain", "prepare"]

_MODULES = {
    "cam": "cam",
    "occlusion": "occlusion",
    "lime": "superpixels",
    **dict.fromkeys(
        ("gradcam", "saliency", "integrated_gradients", "gradient_shap", "guided_gradcam"), "gradients"
    ),
}
"""Which module of this package holds the function of a method's name: each is imported when it is used."""


def explain(
    classifier: Classifier,
    image: Image.Image,
    *,
    method: str = "cam",
    target: str = "malignant",
    precision: str = "low",
    clinical: Clinical | None = None,
    seed: int = 0,
    progress: Progress = ignore,
) -> Explained:
    """Explain what a classifier says of one upright RGB image, as `lesion.decode` gives it.

    Args:
        classifier: the bundle, its engine and its learner.
        image: of any size; the centred square is explained, as it is what is judged.
        method: one of :data:`~lesion.explain.METHODS`.
        target: one of :func:`~lesion.explain.targets`.
        precision: ``low``, ``medium`` or ``high``; without effect on methods that have no choice.
        clinical: what is known of the person, for a bundle that takes it.
        seed: of what is drawn at random; the same seed gives the same map.
        progress: called with (done, total) after each batch; what it raises ends the explanation.

    Raises:
        InvalidOption: there is no such method, target or precision, or the bundle takes the image alone.
        MissingDependency: the method's library is not installed here.
        BundleNotReady: the bundle has no learner, which the method needs.
    """
    manifest = classifier.bundle.manifest
    planned = plan(classifier.bundle, method, target, precision)
    start = perf_counter()
    query = Query(
        classifier=classifier,
        image=preprocess(image, manifest.input.size),
        clinical=encode_for(clinical, manifest.clinical, manifest.name),
        columns=planned.columns,
        samples=planned.samples,
        seed=seed,
        progress=progress,
    )
    drawn = _function(method)(query)
    scaled, strongest = _scaled(drawn)
    return Explained(
        method=method,
        target=target,
        precision=planned.precision,
        map=scaled,
        outlines=drawn.outlines,
        seconds=perf_counter() - start,
        diagnostics={**drawn.diagnostics, "strongest": strongest},
    )


def prepare(method: str) -> None:
    """Import what a method works with, for those who would rather not wait for it within `explain`.

    Raises:
        InvalidOption: there is no such method.
    """
    _function(find_method(method).name)


def _function(method: str) -> Callable[[Query], Drawn]:
    function: Callable[[Query], Drawn] = getattr(import_module(f"lesion.explain.{_MODULES[method]}"), method)
    return function


def _scaled(drawn: Drawn) -> tuple[Floats, float]:
    strongest = float(np.abs(drawn.map).max())
    return np.asarray(drawn.map / (strongest or 1.0), dtype=np.float32), strongest
