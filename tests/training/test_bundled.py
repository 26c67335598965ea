"""The learners in ``models/``: what their pickles name must still be where they look for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lesion.bundle import MODEL, PICKLE, Bundle, find_bundles
from training.bundling.models import PARITY_TOLERANCE, parity_difference
from training.bundling.rebuild import drawings

pytestmark = pytest.mark.training

PICKLED = [
    bundle
    for bundle in find_bundles(Path(__file__).parents[2] / "models").values()
    if PICKLE in bundle.manifest.files and bundle.manifest.clinical is None
]


@pytest.mark.parametrize("bundle", PICKLED, ids=lambda bundle: bundle.manifest.name)
def test_a_bundled_learner_loads_and_answers_as_its_graph_does(bundle: Bundle) -> None:
    images = drawings(bundle.manifest.input.size)[:4]
    assert parity_difference(bundle.file(PICKLE), bundle.file(MODEL), images) < PARITY_TOLERANCE
