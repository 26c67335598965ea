from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lesion.classifier import Classifier
from lesion.explain import METHODS
from lesion.explain.explaining import _function
from tests.lesion.explain.asking import query

pytestmark = pytest.mark.training


class StopHere(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize("method", [name for name, one in METHODS.items() if one.needs_torch])
def test_an_explanation_that_is_stopped_leaves_the_learner_as_it_was(
    classifier: Classifier, picture: Image.Image, method: str
) -> None:
    def stop(done: int, total: int) -> None:
        raise StopHere

    work = _function(method)
    before = work(query(classifier, picture, 2)).map
    with pytest.raises(StopHere):
        work(query(classifier, picture, 2, progress=stop))
    assert np.array_equal(work(query(classifier, picture, 2)).map, before)
