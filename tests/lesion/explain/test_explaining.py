from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from lesion.bundle import Bundle
from lesion.classifier import Classifier, open_classifier
from lesion.clinical import Clinical
from lesion.errors import InvalidOption, MissingDependency
from lesion.explain import METHODS, PRECISIONS, Settings, availability, explain
from lesion.explain.methods import obstacle
from lesion.explain.query import BATCH
from lesion.manifest import Ensemble
from tests import golden


def test_a_map_covers_the_input_and_its_strongest_place_has_one(
    classifier: Classifier, picture: Image.Image
) -> None:
    explained = explain(classifier, picture)
    assert (explained.method, explained.target, explained.precision) == ("cam", "malignant", None)
    assert explained.map.shape == (224, 224)
    assert explained.map.dtype == np.float32
    assert np.abs(explained.map).max() == pytest.approx(1)
    assert explained.seconds > 0


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"method": "tarot"}, "tarot.*occlusion"),
        ({"method": "occlusion", "precision": "utmost"}, "utmost.*medium"),
        ({"precision": "Low"}, "Low.*low"),
        ({"target": "melanoma"}, "melanoma.*mel"),
        ({"clinical": Clinical.of(age=50)}, "image alone: leave out age"),
    ],
)
def test_what_is_not_on_offer_is_named_before_any_work(
    classifier: Classifier, picture: Image.Image, options: dict, named: str
) -> None:
    with pytest.raises(InvalidOption, match=named):
        explain(classifier, picture, **options)


def test_progress_is_told_and_can_end_an_explanation(classifier: Classifier, picture: Image.Image) -> None:
    steps: list[tuple[int, int]] = []

    def stop_soon(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explain(classifier, picture, method="occlusion", progress=stop_soon)
    assert steps == [(BATCH, 145), (2 * BATCH, 145)]


def test_each_precision_costs_more_than_the_one_before() -> None:
    for method in METHODS.values():
        samples = [method.precisions[name].samples for name in PRECISIONS if method.precisions]
        assert samples == sorted(set(samples))


@pytest.mark.training
def test_every_method_is_available_where_all_is_installed(classifier: Classifier) -> None:
    assert [availability(name, classifier.bundle) for name in METHODS] == [None] * len(METHODS)


def test_what_is_lacking_is_told_with_its_remedy(
    classifier: Classifier, picture: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lesion.explain.methods.find_spec", lambda name: None)
    assert availability("cam", classifier.bundle) is None
    assert "lime: install requirements-server.txt" in str(availability("lime", classifier.bundle))
    with pytest.raises(MissingDependency, match=r"torch.*captum.*install requirements\.txt"):
        explain(classifier, picture, method="saliency")


@pytest.mark.training
def test_what_is_told_of_the_person_counts_in_every_altered_picture(
    tmp_path: Path, picture: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.lesion.clinical_bundle import clinical_bundle

    few = {name: Settings(samples=9) for name in PRECISIONS}
    monkeypatch.setitem(METHODS, "occlusion", msgspec.structs.replace(METHODS["occlusion"], precisions=few))
    taking = open_classifier(clinical_bundle(tmp_path / "taking"), threads=1)
    for method in ("cam", "occlusion"):
        young, old = (
            float(explain(taking, picture, method=method, clinical=Clinical.of(age)).diagnostics["score"])
            for age in (20, 80)
        )
        assert young < old


def test_an_ensemble_has_no_learner_to_follow_gradients_through(classifier: Classifier) -> None:
    ensemble = Ensemble(views=1, members=())
    joined = Bundle(golden.MODEL, msgspec.structs.replace(classifier.bundle.manifest, ensemble=ensemble))
    assert "ensemble" in str(obstacle(METHODS["gradcam"], joined))
    assert obstacle(METHODS["occlusion"], joined) is None
