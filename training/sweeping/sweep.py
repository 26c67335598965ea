"""``python -m training sweep``: many runs from one file, resumable, with a table and a heat map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState
from tqdm import tqdm

from lesion.errors import DataError
from training.dataset.split import split_sha256
from training.learning.checks import check_labels
from training.learning.config import TrainConfig, config_options
from training.learning.distil import load_teachers
from training.learning.fit import train
from training.learning.frame import training_frame
from training.learning.progress import HISTORY
from training.learning.record import FREE, describe
from training.options import (
    FOLDER,
    cache_option,
    data_option,
    exclude_option,
    extra_option,
    split_option,
)
from training.sweeping.left_out import measure_left_out, unseen
from training.sweeping.report import write_tables
from training.sweeping.variants import Variant, read_sweep, variants

JOURNAL, STUDY = "sweep.journal", "sweep"

Learn = Callable[[Variant], Mapping[str, Any]]
"""Trains one run and returns what is to be kept of it, ``auroc`` among it."""


def run_sweep(planned: Sequence[Variant], learn: Learn, runs: Path) -> optuna.Study:
    """Make every planned run that is not finished yet; return the journal that tells of all.

    The journal is Optuna's, in the folder ``runs``. A run that was interrupted or had failed is made again,
    which means that it goes on after its last whole epoch; a run that fails does not keep the others back.

    Raises:
        DataError: a finished run of the same name had other settings.
    """
    runs.mkdir(parents=True, exist_ok=True)
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


def outcomes(study: optuna.Study, planned: Sequence[Variant]) -> pd.DataFrame:
    """Return a row a planned run: ``run``, ``state`` (finished or failed), settings, what is kept of it."""
    last = {trial.user_attrs.get("run"): trial for trial in study.get_trials(deepcopy=False)}
    rows = []
    for variant in planned:
        trial = last[variant.name]
        state = "finished" if trial.state == TrialState.COMPLETE else "failed"
        kept = {k: v for k, v in trial.user_attrs.items() if k not in ("run", "variant")}
        rows.append({"run": variant.name, "state": state, **variant.settings, **kept})
    return pd.DataFrame(rows)


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


class Lab:
    """What the runs of a sweep share: the data, read once for each way to choose it, and the folders."""

    def __init__(
        self,
        folder: Path,
        extra: Sequence[Path],
        exclude: Sequence[Path],
        split_path: Path,
        runs: Path,
        cache: Path,
    ) -> None:
        self.folders, self.exclude, self.split_path = (folder, *extra), exclude, split_path
        self.runs, self.cache = runs, cache
        self._frames: dict[tuple[Any, ...], pd.DataFrame] = {}

    def frame(self, variant: Variant) -> pd.DataFrame:
        """Return the rows that a run learns from and is validated on. Raises DataError if there are none."""
        folder, *extra = self.folders
        config: TrainConfig = variant.config
        key = (config.task, config.limit, config.seed)
        if key not in self._frames:
            self._frames[key] = training_frame(folder, extra, self.exclude, self.split_path, config)
        rows = variant.rows(self._frames[key])
        check_labels(rows, config.task)
        return rows

    def learn(self, variant: Variant) -> dict[str, Any]:
        """Train one run, go on with it, or find it finished; measure it on the source that it leaves out."""
        frame, run = self.frame(variant), self.runs / variant.name
        teachers = load_teachers(variant.config, split_sha256(self.split_path))
        record = describe(frame, variant.config, self.split_path, run)
        # Before the training, since it may be refused.
        photos = unseen(run, self.folders, variant.leave_out, frame) if variant.leave_out else None
        tqdm.write(f"{variant.name}: learning from {record['n_images']} images")
        train(frame, variant.config, run, self.cache, teachers)
        history = pd.read_csv(run / HISTORY)
        found = {
            "auroc": float(history["auroc"].max()),
            "epochs": len(history),
            "n_images": record["n_images"],
            "minutes": round(float(history["seconds"].sum()) / 60, 2),
        }
        if photos is not None:
            found |= measure_left_out(run, photos, variant.leave_out, self.cache)
        return found


@click.command("sweep")
@click.argument("path", metavar="FILE", type=FOLDER)
@data_option
@extra_option
@exclude_option
@split_option
@click.option("--runs", type=FOLDER, required=True, help="Folder of the runs, a folder each.")
@cache_option
@config_options
def sweep(
    path: Path,
    folder: Path,
    extra: tuple[Path, ...],
    exclude: tuple[Path, ...],
    split_path: Path,
    runs: Path,
    cache: Path,
    **options: Any,
) -> None:
    """Make all the runs of a sweep FILE, as `train` makes one; given again, the command goes on.

    A finished run is not repeated, an interrupted one goes on after its last whole epoch, and failed ones
    are told of at the end. Options change the file's [base]; what a run sets for itself stays.

    \b
    Example:
      python -m training sweep training/sweeps/distillation.toml --data ../shared/data/ham10000 \\
          --teachers models/mobilenet_v2 --size 96 --epochs 4 --runs runs/distillation
    """
    planned = variants(read_sweep(path), options)
    lab = Lab(folder, extra, exclude, split_path, runs, cache)
    for variant in planned:
        lab.frame(variant)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = run_sweep(planned, lab.learn, runs)
    except KeyboardInterrupt:
        click.echo(f"\nStopped. The same command goes on with the run in progress in {runs}.", err=True)
        raise
    table = outcomes(study, planned)
    write_tables(table, read_sweep(path).grid, runs)
    failed = table[table["state"] == "failed"]
    if len(failed):
        told = "; ".join(
            f"{run} ({error})" for run, error in zip(failed["run"], failed["error"], strict=True)
        )
        raise DataError(
            f"{len(failed)} of {len(table)} runs failed, the same command tries them again: {told}"
        )
    click.echo(f"{len(table)} runs, told of in {runs / 'SWEEP.md'}. Next: `python -m training compare`.")
