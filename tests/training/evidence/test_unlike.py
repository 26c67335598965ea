from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from click.testing import Result

from lesion.bundle import Bundle, save
from lesion.distribution import FILE, open_detector, unit
from tests.training.conftest import Measured
from training.dataset import data
from training.dataset.trained_ids import TRAINED_IDS, write_trained_ids
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate
from training.evidence.predict import ask, held_out, learned
from training.evidence.strangers import KINDS, MAKERS, strangers
from training.evidence.unlike import FEWEST, fit_subspace, fit_threshold

Run = Callable[..., Result]


@pytest.mark.parametrize(("n", "above"), [(1000, 10), (1117, 11), (99, 0), (100, 1)])
def test_the_threshold_refuses_at_most_one_in_a_hundred(n: int, above: int) -> None:
    score = np.random.default_rng(0).permutation(n).astype(float)
    assert (score > fit_threshold(score)).sum() == above


def test_what_lies_in_the_space_learned_from_is_near_it_and_the_rest_is_not() -> None:
    rng = np.random.default_rng(0)
    axes = rng.normal(size=(8, 200))
    known, new = (rng.normal(size=(n, 8)) @ axes + 20 * axes[0] for n in (600, 100))
    subspace = fit_subspace(known, dimensions=8)
    other = new + 10 * rng.normal(size=new.shape)
    assert subspace.score(new).max() < subspace.score(other).min()
    assert subspace.basis.T @ subspace.basis == pytest.approx(np.eye(8), abs=1e-5)


def test_few_lesions_give_few_directions_and_one_is_always_left() -> None:
    embedding = np.random.default_rng(0).normal(size=(120, 20))
    assert fit_subspace(embedding).basis.shape == (20, 19)
    assert fit_subspace(embedding[:40]).basis.shape == (20, 10)
    assert np.abs(np.linalg.norm(unit(embedding), axis=1) - 1).max() < 1e-5


def test_the_manifest_says_what_was_fitted(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    spec, detector = bundle.manifest.distribution, open_detector(bundle)
    assert spec is not None
    assert detector is not None
    reference = learned(bundle, measured.data, (), measured.split, 2500)
    assert spec.n_reference == len(reference) >= FEWEST
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "val"))
    score = detector.subspace.score(ask(bundle, frame).embedding)
    assert spec.threshold == fit_threshold(score)
    assert (spec.refused.k, spec.refused.n) == ((score > spec.threshold).sum(), len(frame))


def test_lesions_learned_from_are_those_that_the_bundle_says_it_knows(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    every = learned(bundle, measured.data, (), measured.split, 10_000)
    assert every["lesion_id"].is_unique
    val = held_out(bundle, measured.data, measured.split, "val")
    assert not set(every["lesion_id"]) & set(val["lesion_id"])
    fewer = learned(bundle, measured.data, (measured.elsewhere,), measured.split, 20)
    assert len(fewer) == 20
    assert fewer.equals(learned(bundle, measured.data, (measured.elsewhere,), measured.split, 20))
    write_trained_ids(every.head(7), measured.bundle / TRAINED_IDS)
    known = save(bundle)
    assert len(learned(known, measured.data, (), measured.split, 10_000)) == 7


def test_a_bundle_without_lesions_learned_from_says_that_it_cannot_tell(measured: Measured, run: Run) -> None:
    common = (measured.bundle, "--data", measured.data, "--split", measured.split)
    result = run(calibrate, *common, "--reference", 50)
    assert result.exit_code == 0, result.exception
    assert "too few lesions" in result.output
    bundle = Bundle.load(measured.bundle)
    assert bundle.manifest.distribution is None
    assert FILE not in bundle.manifest.files
    assert run(evaluate, *common).exit_code == 0
    assert not [key for key in Bundle.load(measured.bundle).metrics() if key.startswith("distribution.")]


def test_every_kind_of_stranger_is_measured(measured: Measured) -> None:
    found = Bundle.load(measured.bundle).metrics()
    for kind in KINDS:
        key = f"distribution.{kind}"
        assert 0 <= found[f"{key}.auroc_low"] <= found[f"{key}.auroc"] <= found[f"{key}.auroc_high"] <= 1
        assert found[f"{key}.refused_k"] <= found[f"{key}.stopped_k"] <= found[f"{key}.n"]
    assert found["distribution.refused_n"] == found["n_lesions"]
    assert found["external.other_clinic.distribution.refused_n"] == 42


def test_strangers_are_the_same_each_time_and_all_different(measured: Measured) -> None:
    frame = data.read_folder(measured.data).head(3)
    assert set(MAKERS) == set(KINDS)
    for kind in ("document", "noise", "plain", "drawing", "blurred", "inverted"):
        once, again = ([p.image.tobytes() for p in strangers(kind, frame)] for _ in range(2))
        assert once == again
        if kind not in ("blurred", "inverted"):  # of plain colours
            assert len(set(once)) == len(once) >= 30
    photos = list(strangers("photo", frame))
    assert {photo.image.mode for photo in photos} == {"RGB"}
    assert len(photos) > 2 * len({photo.source for photo in photos})


def test_what_was_measured_apart_stays_as_long_as_it_is_of_the_same_model(
    measured: Measured, run: Run
) -> None:
    common = (measured.bundle, "--data", measured.data, "--split", measured.split)
    path = measured.bundle / "metrics.json"
    before = json.loads(path.read_bytes()) | {"robustness.blur.mild.flips": 0.1, "explain.cam.n": 50}
    path.write_text(json.dumps(before))
    assert run(calibrate, *common).exit_code == 0
    assert run(evaluate, *common).exit_code == 0
    found = json.loads(path.read_bytes())
    assert (found["robustness.blur.mild.flips"], found["explain.cam.n"]) == (0.1, 50)
    assert not [key for key in found if key.startswith("external.")]
    path.write_text(json.dumps(found | {"model_sha256": "another"}))
    assert run(evaluate, *common).exit_code == 0
    assert not [key for key in json.loads(path.read_bytes()) if key.startswith(("robustness.", "explain."))]
