"""From logits to calibrated probabilities.

Temperature scaling: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lesion.manifest import Manifest


def probabilities(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Return softmax(logits / temperature) along the last axis: [N, C] logits to [N, C] probabilities."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def malignancy(class_probabilities: NDArray[np.float64], manifest: Manifest) -> NDArray[np.float64]:
    """Return the probability of malignancy [N]: the sum over the malignant classes of [N, C], in 0..1."""
    return np.asarray(class_probabilities[:, manifest.malignant_columns].sum(axis=1)).clip(0, 1)
