from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PIL import Image

from lesion.classifier import Classifier
from lesion.explain import explain, methods
from lesion.explain.query import BATCH
from lesion.explain.superpixels import _altered, _Explainer, segment
from lesion.preprocess import preprocess
from tests.lesion.explain.asking import query


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """LIME with as few samples as tell apart what must differ from what must not."""
    quick = {name: methods.Settings(samples=17) for name in methods.PRECISIONS}
    monkeypatch.setitem(
        methods.METHODS, "lime", msgspec.structs.replace(methods.METHODS["lime"], precisions=quick)
    )


@pytest.mark.usefixtures("few_samples")
def test_a_seed_gives_one_map_and_another_seed_another(classifier: Classifier, picture: Image.Image) -> None:
    first, again, other = (explain(classifier, picture, method="lime", seed=seed) for seed in (0, 0, 1))
    assert (first.map == again.map).all()
    assert (first.map != other.map).any()
    assert first.diagnostics["score"] == pytest.approx(other.diagnostics["score"])


@pytest.mark.usefixtures("few_samples")
def test_a_map_is_of_one_value_within_each_outline(classifier: Classifier, picture: Image.Image) -> None:
    explained = explain(classifier, picture, method="lime")
    segments = segment(preprocess(picture, 224)[0].transpose(1, 2, 0))
    assert explained.outlines is not None
    assert explained.diagnostics["superpixels"] == segments.max() + 1
    for number in range(segments.max() + 1):
        assert np.ptp(explained.map[segments == number]) == 0
    inside = ~explained.outlines[:-1, :-1]
    assert (segments[:-1, :-1] == segments[:-1, 1:])[inside].all()
    assert (segments[:-1, :-1] == segments[1:, :-1])[inside].all()


@pytest.mark.usefixtures("few_samples")
def test_progress_counts_the_samples(classifier: Classifier, picture: Image.Image) -> None:
    steps: list[tuple[int, int]] = []
    explain(classifier, picture, method="lime", progress=lambda *step: steps.append(step))
    assert steps == [(done, 17) for done in (*range(BATCH, 17, BATCH), 17)]


def test_masks_come_in_pairs_after_one_that_shows_all(classifier: Classifier, picture: Image.Image) -> None:
    masks = _Explainer(query(classifier, picture))._masks(9, 20)
    assert masks.shape == (9, 20)
    assert (masks[0] == 1).all()
    assert (masks[1::2] + masks[2::2] == 1).all()


def test_an_altered_picture_hides_what_its_mask_has_not() -> None:
    image, hidden = np.ones((2, 2, 3), dtype=np.float32), np.zeros((2, 2, 3), dtype=np.float32)
    altered = list(_altered(image, hidden, np.array([[0, 0], [1, 2]]), np.array([[1, 1, 1], [0, 1, 0]])))
    assert (altered[0] == 1).all()
    assert altered[1][0].tolist() == [[0, 0], [1, 0]]


def test_hiding_what_speaks_for_the_target_costs_more_than_hiding_what_speaks_against(
    classifier: Classifier, picture: Image.Image
) -> None:
    asked = query(classifier, picture)
    explained = explain(classifier, picture, method="lime", precision="low")
    image = asked.image[0].transpose(1, 2, 0)
    segments = segment(image)
    numbers = range(segments.max() + 1)
    hidden = np.stack([image[segments == number].mean(axis=0) for number in numbers])[segments]
    order = np.argsort([explained.map[segments == number][0] for number in numbers])
    masks = np.ones((2, len(order)), dtype=np.int64)
    masks[0, order[-5:]] = masks[1, order[:5]] = 0
    without_for, without_against = asked.scores(_altered(image, hidden, segments, masks), 2)
    assert without_for < without_against
