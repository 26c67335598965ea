"""``python -m training train``: train a learner, or go on with an interrupted run."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from training.dataset import split
from training.learning import distributed, progress
from training.learning.alone import alone_in
from training.learning.config import config_options, load_config
from training.learning.distil import load_teachers
from training.learning.fit import train
from training.learning.frame import training_frame
from training.learning.record import describe
from training.nets.building import check_start
from training.options import (
    FOLDER,
    cache_option,
    data_option,
    exclude_option,
    extra_option,
    split_option,
)


@click.command("train")
@data_option
@extra_option
@exclude_option
@split_option
@click.option("--run", type=FOLDER, help="Run folder.  [default: runs/ARCH-TASK-SIZE]")
@cache_option
@click.option("--config", "path", type=FOLDER, help="TOML file of overrides.")
@config_options
def train_command(
    folder: Path,
    extra: tuple[Path, ...],
    exclude: tuple[Path, ...],
    split_path: Path,
    run: Path | None,
    cache: Path,
    path: Path | None,
    **options: Any,
) -> None:
    """Train a learner on a data folder. An interrupted run goes on when the command is given again.

    \b
    Example:
      python -m training train --data ../shared/data/ham10000 \\
          --arch mobilenet_v2 --weights ../shared/weights/mobilenet_v2-imagenet.safetensors
      torchrun --nproc-per-node 2 -m training train --data ../shared/data/ham10000
    """
    config = load_config(path, options)
    check_start(config.arch, config.weights)
    run = run or Path("runs") / f"{config.arch}-{config.task}-{config.size}"
    with distributed.joined(), ExitStack() as held:
        frame = distributed.first(lambda: training_frame(folder, extra, exclude, split_path, config))
        teachers = load_teachers(config, split.split_sha256(split_path))
        distributed.first(lambda: held.enter_context(alone_in(run)))
        distributed.first(lambda: describe(frame, config, split_path, run))
        counts = frame["part"].value_counts()
        _tell(f"Learning from {counts['train']} images, validating on {counts['val']} lesions, in {run}")
        try:
            train(frame, config, run, cache, teachers)
        except KeyboardInterrupt:
            _tell(f"\nStopped. The same command goes on after the last whole epoch in {run}.", err=True)
            raise
        best = distributed.first(lambda: progress.best_so_far(run))
        _tell(f"Best validation AUROC {best:.4f}; weights in {run / progress.BEST}")


def _tell(words: str, err: bool = False) -> None:
    """Say something once, however many processes there are."""
    if distributed.is_first():
        click.echo(words, err=err)
