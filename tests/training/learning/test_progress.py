from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from lesion.bundle import HISTORY
from tests.training.learning.small import CONFIG
from training.learning import progress
from training.learning.loaders import data_loaders

pytestmark = pytest.mark.training


def test_generators_go_on_where_a_kept_state_left_them(frame: pd.DataFrame, tmp_path: Path) -> None:
    squares = np.zeros((len(frame), 32, 32, 3), dtype=np.uint8)
    learner = SimpleNamespace(dls=data_loaders(frame, squares, CONFIG))

    def draws() -> list[float]:
        own = [random.random(), np.random.normal(), float(torch.rand(())), learner.dls.train.rng.random()]
        return [*own, np.random.normal()]

    np.random.normal()  # so that numpy keeps the second of a pair
    torch.save(progress.plain({"random": progress.random_state(learner)}), tmp_path / progress.LAST)
    first = draws()
    state = progress.load_state(tmp_path)
    assert state is not None
    progress.restore_random_state(learner, state)
    assert draws() == first


def test_a_run_goes_on_with_fewer_accelerators(frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = SimpleNamespace(dls=data_loaders(frame, np.zeros((len(frame), 32, 32, 3), np.uint8), CONFIG))
    kept = {**progress.random_state(learner), "cuda": [torch.zeros(1), torch.ones(1)]}
    restored: list[int] = []
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state, number: restored.append(number))
    progress.restore_random_state(learner, {"random": kept})
    assert restored == [0]


def test_an_epoch_told_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / HISTORY
    for epoch, auroc in ((1, 0.5), (2, 0.6), (2, 0.7)):
        progress.append_history(path, {"phase": "all", "epoch": epoch, "auroc": auroc})
    assert pd.read_csv(path).to_numpy().tolist() == [["all", 1, 0.5], ["all", 2, 0.7]]
