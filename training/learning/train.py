"""Train a learner: phase by phase, best weights kept, resumable after any interruption."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec
import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.callback.training import GradientAccumulation
from fastai.learner import Learner
from fastai.torch_core import set_seed
from safetensors.torch import load_file

from lesion.errors import DataError
from lesion.samples import listed_ids
from training.dataset import data, split
from training.dataset.cache import cached_squares
from training.dataset.crops import lesion_boxes
from training.dataset.trained_ids import TRAINED_IDS, add_inherited, write_trained_ids
from training.evidence.predict import both_classes
from training.learning import distributed, phases, progress
from training.learning.arithmetic import FastConvolutions
from training.learning.augment import ImageMixUp
from training.learning.checks import (
    ancestor,
    check_ancestor,
    check_clinical,
    check_labels,
    check_same_run,
    check_sides,
)
from training.learning.config import TrainConfig, config_options, load_config
from training.learning.curves import plot_lr_find
from training.learning.distil import Distillation, Hints, load_teachers
from training.learning.ema import Ema
from training.learning.learner import data_loaders, make_learner
from training.learning.memory import check_memory, told_when_exhausted
from training.learning.schedules import schedule
from training.nets.network import FEATURE_GROUPS, LesionNet, check_start
from training.options import (
    FOLDER,
    cache_option,
    data_option,
    exclude_option,
    extra_option,
    split_option,
)

LIBRARIES = ("torch", "torchvision", "fastai", "numpy", "pandas", "pillow", "scikit-learn", "timm")


def training_frame(
    folder: Path, extra: Sequence[Path], exclude: Sequence[Path], split_path: Path, config: TrainConfig
) -> pd.DataFrame:
    """Return the rows to learn from: part ``train``, and ``val`` (one photo a lesion).

    ``folder`` is divided by the split; of ``extra`` folders the rows that their source does not keep for
    validation or test join the training part. Other photos of held-out lesions, known copies of them,
    images that the page shows as samples, and those of ``exclude``, are left out.

    Raises:
        DataError: a folder cannot be read, the split leaks, no image of some class is left to learn from,
            the validation part lacks malignant or benign lesions, a label does not tell what the task is
            about, or an age, sex or site that is to be learned from cannot be used.
    """
    internal = split.with_parts(data.read_folder(folder), split.read_split(split_path))
    check_sides(internal, split.read_pairs(folder))
    held_out = internal[internal["part"] != "train"]
    banned = set(held_out["image_id"]) | split.copies_of_held_out() | listed_ids()
    banned |= {image_id for path in exclude for image_id in data.image_files(path)}
    train = internal[internal["part"] == "train"]
    if extra:
        others = data.read_folders(extra)
        others = others[~others["lesion_id"].isin(held_out["lesion_id"])]
        train = pd.concat([train, others[others["part"].isin(["", "train"])].assign(part="train")])
    train = train[~train["image_id"].isin(banned)].drop_duplicates("image_id")
    if config.limit is not None:
        train = train.sample(min(config.limit, len(train)), random_state=config.seed)
    if train.empty:
        raise DataError(f"The split leaves no image of {folder} to learn from: make one for this folder.")
    val = both_classes(internal[internal["part"] == "val"], f"The validation part of {folder}")
    frame = pd.concat([train, data.one_per_lesion(val)], ignore_index=True)
    check_labels(frame, config.task)
    check_clinical(frame, config)
    return frame


def train(
    frame: pd.DataFrame, config: TrainConfig, run: Path, cache: Path, teachers: Sequence[LesionNet] = ()
) -> Learner:
    """Train on ``frame`` into the folder ``run``, going on where an earlier call was interrupted.

    The folder then holds the best weights by validation AUROC of malignancy, the history with its curves,
    and the state for resuming; the configuration and provenance are written by :func:`describe`.
    ``teachers`` are those of the configuration, see :func:`training.learning.distil.load_teachers`.
    """
    # Each process augments in a way of its own; they start from the first one's weights.
    set_seed(config.seed + distributed.rank())
    boxes = distributed.in_turn(lambda: lesion_boxes(frame, cache) if config.crop == "lesion" else None)
    squares = distributed.in_turn(lambda: cached_squares(frame, max(config.size, config.teacher_size), cache))
    learner = make_learner(data_loaders(frame, squares, config, boxes), frame, config, run)
    check_memory(learner.model, config, learner.dls.device)
    learner.add_cbs(_callbacks(learner, config, teachers))
    with told_when_exhausted(config, run), distributed.together(learner):
        _fit(learner, config, run)
    best = distributed.first(lambda: load_file(run / progress.BEST))
    # Hints stay behind: the network alone was saved.
    learner.model.load_state_dict(best, strict=not config.hint_weight)
    return learner


def _fit(learner: Learner, config: TrainConfig, run: Path) -> None:
    """Go through the phases, from where an earlier call was interrupted."""
    lr = _learning_rate(learner, config, run)
    state = distributed.first(lambda: _load_state(run))
    if state:
        # Whatever phase comes next starts from these: the head's may have ended just before the interruption.
        learner.model.load_state_dict(state["model"])
        progress.restore_random_state(learner, state)
    todo = phases.plan(config.freeze, config.frozen_epochs, config.epochs, FEATURE_GROUPS + 1)
    first = [phase.name for phase in todo].index(state["phase"]) if state else 0
    for phase in todo[first:]:
        _fit_phase(learner, config, run, phase, lr, state if phase == todo[first] else None)


def _callbacks(learner: Learner, config: TrainConfig, teachers: Sequence[LesionNet]) -> list[Callback]:
    """Return what the configuration adds to fastai's loop; hints are attached to the network here."""
    found: list[Callback] = [FastConvolutions(config)]
    if config.mixup:
        found.append(ImageMixUp(config.mixup))
    if teachers:
        found.append(Distillation(teachers, config))
        if config.hint_weight:
            learner.model.hints = Hints(learner.model, teachers[0])
    if config.accumulate > 1:
        found.append(GradientAccumulation(config.batch_size * config.accumulate))
    return found


def describe(frame: pd.DataFrame, config: TrainConfig, split_path: Path, run: Path) -> dict[str, Any]:
    """Write ``run.json``: configuration, data, split and library versions; return it.

    Beside it, ``trained_ids.txt`` lists what was learned from, or validated on, as hashes.

    Raises:
        DataError: the folder holds a run with another configuration or other data, or the run starts from
            weights that learned from the same data under another split.
    """
    rows = frame[frame["part"] == "train"]
    record = {
        "config": msgspec.to_builtins(config),
        "data": sorted(rows["source"].unique().tolist()),
        "data_sha256": data.fingerprint(frame),
        "split_sha256": split.split_sha256(split_path),
        "processes": distributed.count(),
        "n_images": len(rows),
        "n_lesions": int(rows["lesion_id"].nunique()),
        "by_dx": rows["dx"].value_counts().sort_index().to_dict(),
        "libraries": {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()},
    }
    start = ancestor(config.weights)
    check_ancestor(start, record)
    check_same_run(record, run)
    run.mkdir(parents=True, exist_ok=True)
    (run / progress.RECORD).write_text(json.dumps(record, indent=2) + "\n")
    write_trained_ids(frame, run / TRAINED_IDS)
    add_inherited(run / TRAINED_IDS, [*([start] if start else []), *map(Path, config.teachers)])
    return record


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
    best, wait = distributed.first(lambda: _best_so_far(run)), 0
    if state:
        learner.opt.load_state_dict(state["optimiser"])
        best, wait = state["best"], state["wait"]
    ema = Ema(config.ema, **((state and state["ema"]) or {})) if config.ema else None
    keeper = progress.RunKeeper(run, phase.name, done, phase.epochs, config.patience, best, wait, ema)
    rhythm = schedule(config, rates, done, phase.epochs, run / progress.HISTORY, phase.name)
    learner.fit(phase.epochs - done, lr=list(rates), cbs=[keeper, rhythm, *([ema] if ema else [])])


def _learning_rate(learner: Learner, config: TrainConfig, run: Path) -> float:
    """Return the configured rate, or find one once and keep it with its plot."""
    kept = run / "lr_find.json"
    if config.lr is not None:
        return config.lr
    if not distributed.first(kept.exists):
        suggestion = learner.lr_find(show_plot=False)
        distributed.after_lr_find()
        if distributed.is_first():
            plot_lr_find(learner.recorder, suggestion.valley, run / "lr_find.png")
            kept.write_text(json.dumps({"lr": suggestion.valley}) + "\n")
    return distributed.first(lambda: float(json.loads(kept.read_text())["lr"]))


def _load_state(run: Path) -> dict[str, Any] | None:
    path = run / progress.LAST
    if not path.exists():
        return None
    # The file is this run's own; it holds the generators' states, which are no tensors.
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)
    return state


def _best_so_far(run: Path) -> float:
    path = run / progress.HISTORY
    return float(pd.read_csv(path)["auroc"].max()) if path.exists() else float("-inf")


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
    with distributed.joined():
        frame = distributed.first(lambda: training_frame(folder, extra, exclude, split_path, config))
        teachers = load_teachers(config, split.split_sha256(split_path))
        distributed.first(lambda: describe(frame, config, split_path, run))
        counts = frame["part"].value_counts()
        _tell(f"Learning from {counts['train']} images, validating on {counts['val']} lesions, in {run}")
        try:
            train(frame, config, run, cache, teachers)
        except KeyboardInterrupt:
            _tell(f"\nStopped. The same command goes on after the last whole epoch in {run}.", err=True)
            raise
        best = distributed.first(lambda: _best_so_far(run))
        _tell(f"Best validation AUROC {best:.4f}; weights in {run / progress.BEST}")


def _tell(words: str, err: bool = False) -> None:
    """Say something once, however many processes there are."""
    if distributed.is_first():
        click.echo(words, err=err)
