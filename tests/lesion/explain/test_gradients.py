"""The methods of Captum on the bundled learner. Maps are asked of a small picture's worth of samples."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from scipy.stats import spearmanr

from lesion.classifier import Classifier
from lesion.drawings import drawing
from lesion.errors import InvalidOption
from lesion.explain import METHODS, explain, target_score
from lesion.explain.query import BATCH
from tests.lesion.explain.asking import query

pytestmark = pytest.mark.training


def test_the_score_in_torch_is_the_score_in_numpy() -> None:
    import torch

    from lesion.explain.learner import torch_score

    logits = np.random.default_rng(0).normal(0, 5, (4, 7))
    found = torch_score(torch.from_numpy(logits), [0, 1, 4], 1.5).numpy()
    assert found == pytest.approx(target_score(logits, [0, 1, 4], 1.5))


def test_the_learner_is_loaded_once(classifier: Classifier) -> None:
    from lesion.explain.learner import learner_of

    assert learner_of(classifier) is learner_of(classifier)


def test_gradcam_of_this_head_is_the_evidence_map_but_for_a_constant(
    classifier: Classifier, picture: Image.Image
) -> None:
    maps = [explain(classifier, picture, method=method).map for method in ("gradcam", "cam")]
    assert spearmanr(maps[0].ravel(), maps[1].ravel()).statistic > 0.99


@pytest.mark.parametrize("method", [method.name for method in METHODS.values() if not method.signed])
def test_what_tells_no_sides_has_none(classifier: Classifier, picture: Image.Image, method: str) -> None:
    assert explain(classifier, picture, method=method).map.min() >= 0


def test_guided_gradcam_and_saliency_tell_no_sides() -> None:
    assert {name for name, method in METHODS.items() if not method.signed} == {"saliency", "guided_gradcam"}


@pytest.mark.parametrize(("kind", "side"), [("irregular", 1), ("regular", -1)])
def test_gradient_shap_speaks_for_what_the_picture_has_more_of_than_its_baselines(
    classifier: Classifier, kind: str, side: int
) -> None:
    from lesion.explain.gradients import _baselines, gradient_shap

    asked = query(classifier, drawing(kind, seed=3, size=(400, 300)), samples=32)
    whole, *others = asked.scores(iter([asked.image[0], *_baselines(asked).numpy()]), 5)
    assert side * (whole - np.mean(others)) > 0
    assert side * gradient_shap(asked).map.sum() > 0


def test_integrated_gradients_add_up_and_steps_mend_what_is_missing(
    classifier: Classifier, picture: Image.Image
) -> None:
    from lesion.explain.gradients import integrated_gradients

    few, more = (integrated_gradients(query(classifier, picture, samples)) for samples in (4, 24))
    missing = [abs(float(drawn.diagnostics["unexplained"])) for drawn in (few, more)]
    assert missing[1] < 0.5 * max(missing[0], 0.2)


def test_progress_counts_the_passes_within_batches(classifier: Classifier, picture: Image.Image) -> None:
    from lesion.explain.gradients import gradient_shap, integrated_gradients

    for method in (integrated_gradients, gradient_shap):
        steps: list[int] = []
        method(query(classifier, picture, 16, progress=lambda done, total, to=steps: to.append(done)))
        assert steps == list(range(BATCH, 17, BATCH))


def test_a_seed_gives_one_map_and_leaves_the_shared_generator_alone(
    classifier: Classifier, picture: Image.Image
) -> None:
    from lesion.explain.gradients import gradient_shap

    before = np.random.get_state()[1].copy()  # type: ignore[union-attr,call-overload]
    first, again, other = (gradient_shap(query(classifier, picture, seed=seed)).map for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
    assert (np.random.get_state()[1] == before).all()  # type: ignore[call-overload]


def test_threads_that_share_the_learner_do_not_disturb_each_other(
    classifier: Classifier, picture: Image.Image
) -> None:
    pictures = [picture, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]

    def gradcam(image: Image.Image) -> np.ndarray:
        return explain(classifier, image, method="gradcam").map

    alone = [gradcam(image) for image in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(gradcam, pictures * 4))
    assert all(np.allclose(alone[n % 2], found, atol=1e-4) for n, found in enumerate(together))


def test_who_waits_for_its_turn_can_be_told_to_stop(classifier: Classifier, picture: Image.Image) -> None:
    from lesion.explain import gradients

    def stop(done: int, total: int) -> None:
        raise RuntimeError("enough")

    with gradients._TURN, pytest.raises(RuntimeError, match="enough"):
        gradients.integrated_gradients(query(classifier, picture, 16, progress=stop))
    assert gradients._TURN.acquire(timeout=0)
    gradients._TURN.release()


def test_guided_gradients_are_not_the_plain_ones(classifier: Classifier, picture: Image.Image) -> None:
    """Captum hooks nn.ReLU alone: of ReLU6, as it stands in MobileNetV2, it would find none."""
    import torch
    from captum.attr import GuidedBackprop, Saliency

    from lesion.explain.learner import Scored, learner_of

    asked = query(classifier, picture)
    learner = learner_of(classifier)
    image = torch.from_numpy(asked.image)
    plain = Saliency(Scored(learner.net, asked, 1)).attribute(image, abs=False)
    copied = Saliency(Scored(learner.guided.net, asked, 1)).attribute(image, abs=False)
    guided = GuidedBackprop(Scored(learner.guided.net, asked, 1)).attribute(image)
    assert torch.allclose(plain, copied, atol=1e-5), "the copy computes the same"
    assert not torch.allclose(plain, guided, atol=1e-2 * float(plain.abs().max()))


def test_guided_gradcam_shows_nothing_where_gradcam_speaks_against(
    classifier: Classifier, picture: Image.Image
) -> None:
    against = explain(classifier, picture, method="gradcam").map < -0.3
    guided = explain(classifier, picture, method="guided_gradcam").map
    assert guided[against].max() < 0.05


def test_a_network_without_relu_is_refused_by_guided_gradcam() -> None:
    from torch import nn

    from lesion.explain.learner import Learner

    with pytest.raises(InvalidOption, match="no ReLU"):
        _ = Learner(nn.Sequential(nn.Conv2d(3, 3, 1), nn.SiLU())).guided
