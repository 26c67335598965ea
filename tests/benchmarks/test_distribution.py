from __future__ import annotations

import numpy as np
import pytest

from benchmarks.distribution import CHOSEN_ON, SHIPPED, Known, candidates, real_table, score_table
from lesion.labels import DIAGNOSES
from training.evidence.predict import Answers
from training.evidence.strangers import KINDS

pytestmark = pytest.mark.training

RNG = np.random.default_rng(0)
CENTRES = 4 * RNG.random((7, 600))
SPREAD = RNG.normal(size=(12, 600))


def lesions(n: int) -> tuple[Answers, np.ndarray]:
    """Embeddings about seven centres, spread in few directions, and logits that tell the centres."""
    which = RNG.integers(0, 7, n)
    embedding = CENTRES[which] + RNG.normal(size=(n, 12)) @ SPREAD
    logits = 8 * np.eye(7)[which] + RNG.normal(size=(n, 7))
    return Answers(np.float32(logits), np.float32(embedding)), np.array(DIAGNOSES)[which]


def strangers(n: int) -> Answers:
    return Answers(np.float32(RNG.normal(size=(n, 7))), np.float32(4 * RNG.random((n, 600))))


def test_every_score_is_higher_for_what_is_unlike() -> None:
    known, (real, _), other = Known(*lesions(700)), lesions(200), strangers(50)
    found = candidates(known)
    assert SHIPPED in found
    for name, score in found.items():
        assert np.median(score(other)) > np.median(score(real)), name


def test_tables_have_a_row_a_score_and_say_what_is_refused() -> None:
    known, (real, _), other = Known(*lesions(700)), lesions(200), strangers(50)
    found = {SHIPPED: candidates(known)[SHIPPED]}
    text, means = score_table(found, real, {"noise": other}, real)
    assert means[SHIPPED] == 1
    assert f"| {SHIPPED} | 1.000, 100% | 100% |" in text
    assert f"| {SHIPPED} | 1.0% |" in real_table(found, {"clinic": real}, real)


def test_the_choice_was_made_on_fewer_than_all_kinds() -> None:
    assert set(CHOSEN_ON) < set(KINDS)
