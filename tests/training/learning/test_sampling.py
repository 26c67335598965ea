from __future__ import annotations

import random
from collections import Counter

import pytest

from training.learning.config import TrainConfig
from training.learning.sampling import epoch_draw, inverse_frequency, row_weights

pytestmark = pytest.mark.training

LABELS = ["nv"] * 64 + ["mel"] * 16 + ["df"] * 4
SOURCES = ["home"] * 80 + ["away"] * 4


def counts(config: TrainConfig, seed: int = 0) -> Counter[str]:
    draw = epoch_draw(LABELS, SOURCES, config)
    assert draw is not None
    return Counter(LABELS[row] for row in draw(random.Random(seed)))


def test_without_balancing_each_row_is_shown_once() -> None:
    assert epoch_draw(LABELS, SOURCES, TrainConfig(sampling="natural")) is None


@pytest.mark.parametrize(
    ("sampling", "power", "expected"),
    [
        ("upsample", 1.0, {"nv": 64, "mel": 64, "df": 64}),
        ("upsample", 0.5, {"nv": 64, "mel": 32, "df": 16}),
        ("upsample", 0.0, {"nv": 64, "mel": 16, "df": 4}),
        ("downsample", 1.0, {"nv": 4, "mel": 4, "df": 4}),
        ("downsample", 0.5, {"nv": 16, "mel": 8, "df": 4}),
    ],
)
def test_rows_are_repeated_or_left_out_by_the_power(
    sampling: str, power: float, expected: dict[str, int]
) -> None:
    assert counts(TrainConfig(sampling=sampling, class_power=power)) == expected  # type: ignore[arg-type]


def test_weighted_sampling_shows_all_classes_equally_often_at_power_one() -> None:
    config = TrainConfig(sampling="weighted", class_power=1.0)
    drawn = sum((counts(config, seed) for seed in range(200)), Counter[str]())
    shares = [drawn[code] / drawn.total() for code in ("nv", "mel", "df")]
    assert shares == pytest.approx([1 / 3] * 3, abs=0.02)
    assert counts(config).total() == len(LABELS)


def test_sources_are_balanced_too() -> None:
    weights = row_weights(LABELS, SOURCES, TrainConfig(class_power=0.0, source_power=1.0))
    assert weights[:80].sum() == pytest.approx(weights[80:].sum())


def test_weights_have_the_mean_one_so_that_the_loss_keeps_its_scale() -> None:
    weights = inverse_frequency(LABELS, 0.5)
    assert sum(weights[label] for label in LABELS) / len(LABELS) == pytest.approx(1.0)
    assert weights["df"] / weights["nv"] == pytest.approx(4.0)


def test_the_same_generator_draws_the_same_epoch() -> None:
    draw = epoch_draw(LABELS, SOURCES, TrainConfig(sampling="downsample"))
    assert draw is not None
    assert draw(random.Random(3)) == draw(random.Random(3)) != draw(random.Random(4))
