"""A picture and what is asked of it, for tests of single methods."""

from __future__ import annotations

from PIL import Image

from lesion.classifier import Classifier
from lesion.explain.query import Progress, Query, ignore
from lesion.preprocess import preprocess


def query(
    classifier: Classifier,
    picture: Image.Image,
    samples: int = 8,
    seed: int = 0,
    progress: Progress = ignore,
) -> Query:
    manifest = classifier.bundle.manifest
    return Query(
        classifier=classifier,
        image=preprocess(picture, manifest.input.size),
        clinical=None,
        columns=manifest.malignant_columns,
        samples=samples,
        seed=seed,
        progress=progress,
    )
