"""The class evidence map of the one forward pass, for any target: see `lesion.evidence` for its formula."""

from __future__ import annotations

import numpy as np
from PIL import Image

from lesion.calibrate import probabilities
from lesion.evidence import target_evidence
from lesion.explain.query import Drawn, Query
from lesion.explain.target import target_score

__all__ = ["cam"]


def cam(query: Query) -> Drawn:
    """Return the map whose mean over the locations is the target's log-odds, enlarged smoothly.

    That of a target below even odds has a negative mean: more speaks against it than for it.
    """
    outputs = query.classifier.engine(query.image, query.clinical)
    query.progress(1, 1)
    shares = probabilities(outputs.logits, query.temperature)[0]
    evidence = target_evidence(outputs.cam[0], shares, query.columns, query.temperature, 0.5)
    size = query.image.shape[-1]
    enlarged = Image.fromarray(evidence.astype(np.float32)).resize((size, size), Image.Resampling.BICUBIC)
    score = float(target_score(outputs.logits, query.columns, query.temperature)[0])
    return Drawn(map=np.asarray(enlarged), diagnostics={"score": score, "locations": evidence.size})
