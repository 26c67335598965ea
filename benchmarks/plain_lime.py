"""LIME as its users write it: the package's explainer, asking about one picture at a time.

It is what `benchmarks.explain` compares with: the defaults of the package, which cut by quickshift and ask
for the likeliest classes' probabilities, and a function that predicts each altered picture by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from lime.lime_image import LimeImageExplainer
from numpy.typing import NDArray
from PIL import Image

from lesion.calibrate import probabilities
from lesion.classifier import Classifier
from lesion.preprocess import preprocess

Predict = Callable[[Image.Image], NDArray[np.floating]]
"""One picture to the probabilities of the classes [C]."""


def fastai_predict(pickle: Path) -> Predict:
    """Return the `predict` of a learner, which takes one picture."""
    from fastai.learner import load_learner
    from fastai.vision.core import PILImage

    learn = load_learner(pickle)

    def predict(picture: Image.Image) -> NDArray[np.floating]:
        with learn.no_bar():
            shares: NDArray[np.floating] = learn.predict(PILImage(picture))[2].numpy()
        return shares

    return predict


def onnx_predict(classifier: Classifier) -> Predict:
    """Return the default engine's answer for one picture at a time."""
    manifest = classifier.bundle.manifest

    def predict(picture: Image.Image) -> NDArray[np.floating]:
        logits = classifier.engine(preprocess(picture, manifest.input.size)).logits
        return np.asarray(probabilities(logits, manifest.temperature)[0])

    return predict


def explain_plainly(picture: Image.Image, predict: Predict, samples: int) -> None:
    """Explain a square picture by the package as it is."""

    def predict_each(pictures: NDArray[np.uint8]) -> NDArray[np.floating]:
        return np.stack([predict(Image.fromarray(each)) for each in pictures])

    LimeImageExplainer(random_state=0).explain_instance(
        np.asarray(picture), predict_each, num_samples=samples
    )
