from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lesion.bundle import Bundle
from lesion.calibrate import probabilities
from lesion.conformal import membership
from lesion.labels import DIAGNOSES
from tests.lesion.manifests import manifest
from tests.training.conftest import Measured
from training.dataset import data
from training.evidence.predict import held_out, predict
from training.evidence.sets import fit_sets, measure_sets


def lesions(n: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Diagnoses, rare ones among them, and probabilities that tell of them."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(len(DIAGNOSES), n, p=[0.05, 0.1, 0.1, 0.05, 0.1, 0.55, 0.05])
    logits = rng.normal(0, 1, (n, len(DIAGNOSES)))
    logits[np.arange(n), truth] += 1.5
    return [DIAGNOSES[i] for i in truth], probabilities(logits, 1.0)


def test_new_lesions_of_each_diagnosis_are_covered_as_promised() -> None:
    fitted = fit_sets(*lesions(4000, 0), DIAGNOSES)
    dx, shares = lesions(20000, 1)
    inside = membership(shares, DIAGNOSES, fitted)
    for column, code in enumerate(DIAGNOSES):
        rows = np.array(dx) == code
        assert 0.85 < inside[rows, column].mean() < 0.97, code


def test_each_threshold_leaves_out_no_more_of_its_lesions_than_it_may() -> None:
    dx, shares = lesions(300, 0)
    fitted = fit_sets(dx, shares, DIAGNOSES)
    for column, code in enumerate(DIAGNOSES):
        own = shares[np.array(dx) == code, column]
        assert fitted.classes[code].n == len(own)
        assert (own < fitted.classes[code].threshold).sum() <= 0.1 * (len(own) + 1)


@pytest.mark.parametrize(("n", "always"), [(0, True), (8, True), (9, False)])
def test_a_diagnosis_with_too_few_lesions_is_always_in_the_set(n: int, always: bool) -> None:
    dx = ["df"] * n + ["nv"] * 50
    shares = np.random.default_rng(0).dirichlet(np.ones(7), len(dx))
    fitted = fit_sets(dx, shares, DIAGNOSES).classes["df"]
    assert (fitted.threshold == 0) is always
    assert fitted.n == n


def test_what_is_measured_adds_up(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    frame = data.one_per_lesion(held_out(bundle, measured.data, measured.split, "test"))
    shares = probabilities(predict(bundle, frame), bundle.manifest.temperature)
    assert bundle.manifest.conformal is not None
    inside = membership(shares, DIAGNOSES, bundle.manifest.conformal)
    found = bundle.metrics()
    right = inside[np.arange(len(frame)), [DIAGNOSES.index(code) for code in frame["dx"]]]
    assert (found["conformal.coverage_k"], found["conformal.coverage_n"]) == (right.sum(), len(frame))
    assert found["conformal.size"] == pytest.approx(inside.sum(axis=1).mean())
    of_each = [found[f"conformal.coverage.{code}_k"] for code in DIAGNOSES]
    assert sum(of_each) == right.sum()
    assert found["external.other_clinic.conformal.n"] == 42


def test_diagnoses_that_are_none_of_the_models_are_counted_apart() -> None:
    dx, shares = lesions(200, 0)
    fitted = manifest(conformal=fit_sets(dx, shares, DIAGNOSES))
    labels = pd.Series(["malignant", "seborrheic_keratosis", "nv"])
    found = measure_sets(fitted, labels, shares[:3])
    assert (found["conformal.n"], found["conformal.n_other"]) == (2, 1)
    assert found["conformal.coverage.bkl_n"] == 1
    assert measure_sets(manifest(), labels, shares[:3]) == {}
