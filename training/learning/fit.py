"""Training itself: phase by phase, best weights kept, resumable after any interruption."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
from fastai.callback.core import Callback
from fastai.callback.training import GradientAccumulation
from fastai.learner import Learner
from fastai.torch_core import set_seed
from safetensors.torch import load_file

from lesion.bundle import HISTORY
from training.dataset.cache import cached_squares
from training.dataset.crops import lesion_boxes
from training.learning import distributed, phases, progress
from training.learning.arithmetic import FastConvolutions
from training.learning.augment import ImageMixUp
from training.learning.config import TrainConfig
from training.learning.curves import plot_lr_find
from training.learning.distil import Distillation, Hints
from training.learning.ema import Ema
from training.learning.learner import make_learner
from training.learning.loaders import data_loaders
from training.learning.memory import check_memory, told_when_exhausted
from training.learning.schedules import schedule
from training.nets.groups import FEATURE_GROUPS
from training.nets.network import LesionNet


def train(
    frame: pd.DataFrame, config: TrainConfig, run: Path, cache: Path, teachers: Sequence[LesionNet] = ()
) -> Learner:
    """Train on ``frame`` into the folder ``run``, going on where an earlier call was interrupted.

    The folder then holds the best weights by validation AUROC of malignancy, the history with its curves,
    and the state for resuming; the configuration and provenance are written by :func:`describe`.
    ``teachers`` are those of the configuration, see :func:`training.learning.distil.load_teachers`.

    Raises:
        DataError: the state that an earlier call left cannot be used, a step does not fit into memory, or the
            training diverged.
    """
    state = distributed.first(lambda: progress.load_state(run))
    # Each process augments in a way of its own; they start from the first one's weights.
    set_seed(config.seed + distributed.rank())
    boxes = distributed.in_turn(lambda: lesion_boxes(frame, cache) if config.crop == "lesion" else None)
    squares = distributed.in_turn(lambda: cached_squares(frame, config.shown, cache))
    learner = make_learner(data_loaders(frame, squares, config, boxes), frame, config, run)
    check_memory(learner.model, config, learner.dls.device, teachers)
    fast = FastConvolutions(config)
    learner.add_cbs([fast, *_callbacks(learner, config, teachers)])
    with told_when_exhausted(config, run), distributed.together(learner), closing(fast):
        _fit(learner, config, run, state)
    best = distributed.first(lambda: load_file(run / progress.BEST))
    # Hints stay behind: the network alone was saved.
    learner.model.load_state_dict(best, strict=not config.hint_weight)
    return learner


def interrupted(run: Path, config: TrainConfig) -> tuple[int, int] | None:
    """Return how many of how many epochs a run has behind it; ``None`` at its end, or if it keeps no state.

    Raises:
        DataError: the state is damaged.
    """
    state, todo = progress.load_state(run), _plan(config)
    if state is None:
        return None
    place = [phase.name for phase in todo].index(state["phase"])
    if todo[place].last and state["done"] >= todo[place].epochs:
        return None
    done = sum(phase.epochs for phase in todo[:place]) + state["done"]
    return done, sum(phase.epochs for phase in todo)


def _plan(config: TrainConfig) -> list[phases.Phase]:
    return phases.plan(config.freeze, config.frozen_epochs, config.epochs, FEATURE_GROUPS + 1)


def _fit(learner: Learner, config: TrainConfig, run: Path, state: dict[str, Any] | None) -> None:
    """Go through the phases, from where an earlier call was interrupted."""
    todo = _plan(config)
    learner.freeze_to(-todo[-1].thawed)
    lr = _learning_rate(learner, config, run)
    if state:
        # Whatever phase comes next starts from these: the head's may have ended just before the interruption.
        learner.model.load_state_dict(state["model"])
        progress.restore_random_state(learner, state)
    first = [phase.name for phase in todo].index(state["phase"]) if state else 0
    for phase in todo[first:]:
        _fit_phase(learner, config, run, phase, lr, state if phase == todo[first] else None)


def _callbacks(learner: Learner, config: TrainConfig, teachers: Sequence[LesionNet]) -> list[Callback]:
    """Return what the configuration adds to fastai's loop; hints are attached to the network here."""
    found: list[Callback] = []
    if config.mixup:
        found.append(ImageMixUp(config.mixup))
    if teachers:
        found.append(Distillation(teachers, config))
        if config.hint_weight:
            learner.model.hints = Hints(learner.model, teachers[0])
    if config.accumulate > 1:
        found.append(GradientAccumulation(config.batch_size * config.accumulate))
    return found


def _fit_phase(
    learner: Learner,
    config: TrainConfig,
    run: Path,
    phase: phases.Phase,
    lr: float,
    state: dict[str, Any] | None,
) -> None:
    done = state["done"] if state else 0
    if done >= phase.epochs:
        return
    learner.freeze_to(-phase.thawed)
    learner.create_opt()
    rates = phases.rates(lr, config.lr_ratio, len(learner.opt.param_lists))
    learner.opt.set_hyper("lr", list(rates))
    best, wait = distributed.first(lambda: progress.best_so_far(run)), 0
    if state:
        learner.opt.load_state_dict(state["optimiser"])
        best, wait = state["best"], state["wait"]
    ema = Ema(config.ema, **((state and state["ema"]) or {})) if config.ema else None
    keeper = progress.RunKeeper(run, phase, done, config.patience, best, wait, ema)
    rhythm = schedule(config, rates, done, phase.epochs, run / HISTORY, phase.name)
    learner.fit(phase.epochs - done, lr=list(rates), cbs=[keeper, rhythm, *([ema] if ema else [])])


def _learning_rate(learner: Learner, config: TrainConfig, run: Path) -> float:
    """Return the configured rate, or find one once and keep it with its plot."""
    kept = run / progress.RATE
    if config.lr is not None:
        return config.lr
    if not distributed.first(kept.exists):
        suggestion = learner.lr_find(show_plot=False)
        distributed.after_lr_find()
        if distributed.is_first():
            plot_lr_find(learner.recorder, suggestion.valley, run / "lr_find.png")
            kept.write_text(json.dumps({"lr": suggestion.valley}) + "\n")
    return distributed.first(lambda: float(json.loads(kept.read_text())["lr"]))
