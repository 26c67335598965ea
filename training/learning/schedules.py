"""Learning rates over the epochs; each schedule can be entered in its middle by a resumed run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fastai.callback.core import Callback
from fastai.callback.schedule import ParamScheduler, combined_cos

from training.learning import distributed
from training.learning.config import TrainConfig

Rates = np.ndarray[Any, Any]

STAND_STILL = 2
"""Epochs without a better AUROC after which ``plateau`` lowers the rates."""

LOWERED = 0.3
"""What it multiplies them with."""


def schedule(config: TrainConfig, rates: Rates, done: int, total: int, history: Path, phase: str) -> Callback:
    """Return the configured schedule, entered after ``done`` of ``total`` epochs.

    Args:
        config: which schedule.
        rates: the peak rates of the layer groups.
        done: epochs of this phase that an interrupted run has behind it.
        total: epochs of this phase.
        history: the table of finished epochs, of which ``plateau`` goes by those of the phase.
        phase: the phase's name in that table.
    """
    if config.schedule == "plateau":
        return Plateau(rates, history, phase)
    if config.schedule == "cosine":
        return _entered({"lr": combined_cos(0.05, rates / 25, rates, rates / 1e3)}, done / total)
    # L. Smith, "A disciplined approach to neural network hyper-parameters", arXiv:1803.09820.
    both = {
        "lr": combined_cos(0.25, rates / 25, rates, rates / 1e5),
        "mom": combined_cos(0.25, 0.95, 0.85, 0.95),
    }
    return _entered(both, done / total)


class Plateau(Callback):  # type: ignore[misc]
    """Lower the rates each time that validation AUROC has stood still for :data:`STAND_STILL` epochs.

    Each phase begins with its peak rates. It goes by the history of the run, so that a resumed run has the
    rates of one that was not interrupted.
    """

    def __init__(self, rates: Rates, history: Path, phase: str) -> None:
        self.rates, self.history, self.phase = rates, history, phase

    def before_epoch(self) -> None:
        """Set the rates of this epoch."""
        # The first process alone writes the history, which other hosts may not see.
        aurocs = distributed.first(self._aurocs)
        self.learn.opt.set_hyper("lr", list(self.rates * LOWERED ** reductions(aurocs)))

    def _aurocs(self) -> list[float]:
        if not self.history.exists():
            return []
        table = pd.read_csv(self.history)
        return table.loc[table["phase"] == self.phase, "auroc"].tolist()


def reductions(aurocs: Sequence[float]) -> int:
    """Return how often the rates were lowered after epochs with these validation AUROCs."""
    best, wait, count = float("-inf"), 0, 0
    for auroc in aurocs:
        better = auroc > best
        best, wait = (auroc, 0) if better else (best, wait + 1)
        if wait == STAND_STILL:
            count, wait = count + 1, 0
    return count


def _entered(schedules: dict[str, Callable[[float], Any]], start: float) -> ParamScheduler:
    def shifted(whole: Callable[[float], Any]) -> Callable[[float], Any]:
        return lambda position: whole(start + position * (1 - start))

    return ParamScheduler({name: shifted(whole) for name, whole in schedules.items()})
