"""``python -m training sweep``: many runs from one file, resumable, measured alike, with a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import optuna

from lesion.errors import DataError
from training.dataset import data
from training.evidence.unseen import named_sources
from training.learning.config import config_options
from training.options import (
    FOLDER,
    cache_option,
    data_option,
    exclude_option,
    extra_option,
    split_option,
)
from training.sweeping.journal import outcomes, run_sweep
from training.sweeping.lab import Lab
from training.sweeping.measure import measure_runs
from training.sweeping.record import SweepRecord
from training.sweeping.report import sweep_files
from training.sweeping.variants import base_settings, read_sweep, variants


@click.command("sweep")
@click.argument("path", metavar="FILE", type=FOLDER)
@data_option
@extra_option
@exclude_option
@click.option(
    "--external", type=FOLDER, multiple=True, help="Data of another source to measure on; repeatable."
)
@split_option
@click.option("--runs", type=FOLDER, required=True, help="Folder of the runs, a folder each.")
@cache_option
@config_options
def sweep(
    path: Path,
    folder: Path,
    extra: tuple[Path, ...],
    exclude: tuple[Path, ...],
    external: tuple[Path, ...],
    split_path: Path,
    runs: Path,
    cache: Path,
    **options: Any,
) -> None:
    """Make all the runs of a sweep FILE, as `train` makes one; given again, the command goes on.

    A finished run is not repeated, an interrupted one goes on after its last whole epoch, and failed ones
    are told of at the end. Options change the file's [base]; what a run sets for itself stays. Then all are
    measured alike on the validation part, and held against the run named baseline, if there is one.

    \b
    Example:
      python -m training sweep training/sweeps/distillation.toml --data ../shared/data/ham10000 \\
          --teachers models/mobilenet_v2 --size 96 --epochs 4 --runs runs/distillation
    """
    file = read_sweep(path)
    planned = variants(file, options)
    lab = Lab(folder, extra, exclude, split_path, runs, cache)
    for variant in planned:
        lab.frame(variant)
    for source in named_sources(external).values():
        data.read_folder(source)  # a wrong folder is to be known before the training
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = run_sweep(planned, lab.learn, runs)
    except KeyboardInterrupt:
        click.echo(f"\nStopped. The same command goes on with the run in progress in {runs}.", err=True)
        raise
    about, found = measure_runs(
        outcomes(study, planned), runs, folder, external, split_path, cache / "compare"
    )
    record = SweepRecord(file.title, base_settings(file, options), file.grid, about, found)
    for name, text in sweep_files(record, "sweep").items():
        (runs / name).write_text(text)
    failed = [f"{each.run} ({each.error})" for each in found if each.error]
    if failed:
        raise DataError(
            f"{len(failed)} of {len(found)} runs failed, the same command tries them again: "
            f"{'; '.join(failed)}"
        )
    click.echo(f"{len(found)} runs, told of in {runs / 'sweep.md'}.")
