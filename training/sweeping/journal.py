"""Which runs of a sweep are made, kept by Optuna so that an interrupted sweep goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState
from tqdm import tqdm

from lesion.errors import DataError
from training.learning.alone import alone_in
from training.learning.record import FREE
from training.sweeping.record import Outcome
from training.sweeping.variants import Variant

JOURNAL, STUDY = "sweep.journal", "sweep"

Learn = Callable[[Variant], Mapping[str, Any]]
"""Trains one run and returns what is to be kept of it, ``auroc`` among it."""


def run_sweep(planned: Sequence[Variant], learn: Learn, runs: Path) -> optuna.Study:
    """Make every planned run that is not finished yet; return the journal that tells of all.

    The journal is Optuna's, in the folder ``runs``. A run that was interrupted or had failed is made again,
    which means that it goes on after its last whole epoch; a run that fails does not keep the others back.

    Raises:
        DataError: a finished run of the same name had other settings, or another sweep is at work there.
    """
    with alone_in(runs):
        return _run_sweep(planned, learn, runs)


def _run_sweep(planned: Sequence[Variant], learn: Learn, runs: Path) -> optuna.Study:
    storage = JournalStorage(JournalFileBackend(str(runs / JOURNAL)))
    study = optuna.create_study(study_name=STUDY, storage=storage, direction="maximize", load_if_exists=True)
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        # A process that was ended will never tell of it.
        study.tell(trial.number, state=TrialState.FAIL)
    finished = _finished(study, planned)
    for variant in tqdm(planned, desc="Sweep", unit="run"):
        if variant.name not in finished:
            _make(variant, learn, study)
    return study


def outcomes(study: optuna.Study, planned: Sequence[Variant]) -> list[Outcome]:
    """Return what came of each planned run, as the journal tells it."""
    last = {trial.user_attrs.get("run"): trial for trial in study.get_trials(deepcopy=False)}
    return [_outcome(variant, last[variant.name]) for variant in planned]


def _outcome(variant: Variant, trial: optuna.trial.FrozenTrial) -> Outcome:
    if trial.state != TrialState.COMPLETE:
        return Outcome(variant.name, variant.settings, error=trial.user_attrs["error"])
    kept = {name: value for name, value in trial.user_attrs.items() if name not in ("run", "variant")}
    return Outcome(variant.name, variant.settings, kept)


def _make(variant: Variant, learn: Learn, study: optuna.Study) -> None:
    """Make one run and tell the journal how it ended."""
    trial = study.ask()
    trial.set_user_attr("run", variant.name)
    trial.set_user_attr("variant", msgspec.to_builtins(variant))
    try:
        found = learn(variant)
    except Exception as error:  # whatever ends one run must not end the others
        trial.set_user_attr("error", f"{type(error).__name__}: {error}")
        study.tell(trial, state=TrialState.FAIL)
        return
    for key, value in found.items():
        trial.set_user_attr(key, value)
    study.tell(trial, float(found["auroc"]))


def _finished(study: optuna.Study, planned: Sequence[Variant]) -> set[str]:
    """Return the names of the planned runs that are finished, after comparing their settings."""
    done = {
        trial.user_attrs["run"]: trial.user_attrs["variant"]
        for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    }
    for variant in planned:
        if variant.name in done and not _alike(done[variant.name], variant):
            raise DataError(
                f"The finished run {variant.name} had other settings: name a new folder with --runs."
            )
    return done.keys() & {variant.name for variant in planned}


def _alike(told: object, variant: Variant) -> bool:
    """Whether a run of the journal is this one; options newer than the run count as their defaults."""
    try:
        earlier = msgspec.convert(told, Variant)
    except msgspec.ValidationError:
        return False
    config = msgspec.structs.replace(
        earlier.config, **{field: getattr(variant.config, field) for field in FREE}
    )
    choice = earlier.sources, earlier.leave_out
    return config == variant.config and choice == (variant.sources, variant.leave_out)
