"""LIME by the lime package (Ribeiro et al., KDD 2016), fed by the engine in batches.

Four things differ from calling the package as it is. The score is explained rather than a probability,
which near 0 or 1 hardly moves. Altered pictures are made for whole batches: the package spends longer on
making one than the network on judging it. And they come in pairs, each followed by the one that hides what
it shows, so that what pairs of superpixels do together cancels out of what each does alone: at equal
samples two runs agree more. For the same reason the kernel is wide: under the package's narrow one the
picture of a pair that shows more counts for more, and less cancels.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from lime.lime_image import LimeImageExplainer
from lime.wrappers.scikit_image import SegmentationAlgorithm
from numpy.typing import NDArray

from lesion.explain.query import Drawn, Floats, Query

__all__ = ["lime"]

SUPERPIXELS = 49
"""About how many parts a picture is cut into: fewer say less of where, more need more samples."""
COMPACTNESS = 10.0
SMOOTHING = 1.0
KERNEL_WIDTH = 1.0

Masks = NDArray[np.int64]
Segments = NDArray[np.int64]


def lime(query: Query) -> Drawn:
    """Return the weight of each superpixel in a linear model of the score, over the superpixel's pixels.

    The weights are log-odds: what hiding the superpixel, painting it in its mean colour, takes from the
    score. ``fit`` is the share of the variance that the linear model explains (R²).
    """
    picture = query.image[0].transpose(1, 2, 0)
    explainer = _Explainer(query)
    explanation = explainer.explain_instance(
        picture, None, labels=(0,), top_labels=None, num_samples=query.samples, segmentation_fn=segment
    )
    weights = np.zeros(explanation.segments.max() + 1)
    for number, weight in explanation.local_exp[0]:
        weights[number] = weight
    return Drawn(
        map=weights[explanation.segments],
        outlines=_outlines(explanation.segments),
        diagnostics={
            "score": explainer.score,
            "superpixels": len(weights),
            "fit": float(explanation.score),
        },
    )


def segment(picture: Floats) -> Segments:
    """Cut a picture [S, S, 3] into superpixels: [S, S] of their numbers from 0, the same for each run."""
    cut = SegmentationAlgorithm(
        "slic", n_segments=SUPERPIXELS, compactness=COMPACTNESS, sigma=SMOOTHING, start_label=0
    )
    return np.asarray(cut(picture))


def _outlines(segments: Segments) -> NDArray[np.bool_]:
    """Mark the last pixel of each superpixel before another one, along rows and columns."""
    last = np.zeros(segments.shape, dtype=bool)
    last[:, :-1] |= segments[:, :-1] != segments[:, 1:]
    last[:-1] |= segments[:-1] != segments[1:]
    return last


class _Explainer(LimeImageExplainer):  # type: ignore[misc]
    """The package's explainer with altered pictures made and judged in batches.

    Its sampling is fixed by ``random_state``; ``random_seed`` would not fix it.
    """

    def __init__(self, query: Query) -> None:
        super().__init__(kernel_width=KERNEL_WIDTH, random_state=query.seed)
        self._query = query
        self.score = 0.0

    def data_labels(
        self,
        image: Floats,
        fudged_image: Floats,
        segments: Segments,
        classifier_fn: None,
        num_samples: int,
        batch_size: int = 0,
    ) -> tuple[Masks, NDArray[np.float64]]:
        """Return masks [n, superpixels], of which the first shows all, and their scores [n, 1]."""
        masks = self._masks(num_samples, int(segments.max()) + 1)
        scores = self._query.scores(_altered(image, fudged_image, segments, masks), len(masks))
        self.score = float(scores[0])
        return masks, scores[:, None]

    def _masks(self, count: int, superpixels: int) -> Masks:
        half = self.random_state.randint(0, 2, ((count - 1) // 2, superpixels))
        pairs = np.stack([half, 1 - half], axis=1).reshape(-1, superpixels)
        return np.concatenate([np.ones((1, superpixels), dtype=np.int64), pairs])


def _altered(image: Floats, hidden: Floats, segments: Segments, masks: Masks) -> Iterator[Floats]:
    """Yield a picture [3, S, S] for each mask: its superpixels as they are where it has 1, else hidden."""
    as_is, covered = (np.ascontiguousarray(pixels.transpose(2, 0, 1)) for pixels in (image, hidden))
    for mask in masks.astype(bool):
        yield np.where(mask[segments], as_is, covered)
