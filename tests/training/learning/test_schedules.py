from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.learning.config import TrainConfig
from training.learning.schedules import reductions, schedule

pytestmark = pytest.mark.training

RATES = np.array([1e-4, 1e-3])


@pytest.mark.parametrize("name", ["one_cycle", "cosine"])
def test_a_schedule_entered_late_goes_on_where_it_was(name: str, tmp_path: Path) -> None:
    config = TrainConfig(schedule=name)  # type: ignore[arg-type]
    whole = schedule(config, RATES, 0, 10, tmp_path / "none.csv", "all").scheds["lr"]
    late = schedule(config, RATES, 4, 10, tmp_path / "none.csv", "all").scheds["lr"]
    for position in (0.0, 0.5, 1.0):
        assert np.allclose(late(position), whole(0.4 + 0.6 * position))
    assert np.all(whole(1.0) < RATES / 100)


@pytest.mark.parametrize(
    ("aurocs", "expected"),
    [
        ([], 0),
        ([0.7, 0.8, 0.9], 0),
        ([0.8, 0.7], 0),
        ([0.8, 0.7, 0.7], 1),
        ([0.8, 0.7, 0.7, 0.7, 0.7], 2),
        ([0.8, 0.7, 0.7, 0.9, 0.8], 1),
    ],
)
def test_rates_fall_when_the_auroc_stands_still(aurocs: list[float], expected: int) -> None:
    assert reductions(aurocs) == expected
