"""Compare this lab's training loop with the plain fastai loop: the same nets and images, in the same run.

    python -m benchmarks.train_speed

trains small backbones by both loops in turn, epoch by epoch, so that a change of the machine's mood meets
both, and writes docs/benchmarks/train.md and docs/benchmarks/train.json. A ratio is taken within a round, and
the median over the rounds is reported. The plain loop reads JPEGs from disk as fastai's tutorials do:
``ImageDataLoaders.from_df`` with ``Resize`` and ``aug_transforms``, its own number of workers, float32.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import numpy as np
import pandas as pd
import torch
from fastai.callback.core import Callback, CancelValidException
from fastai.learner import Learner
from fastai.vision.augment import Resize, aug_transforms
from fastai.vision.data import ImageDataLoaders
from torch import nn
from tqdm import tqdm

from benchmarks.options import rewrite_option
from benchmarks.outcome import Circumstances, circumstances, ratio, recorded, write
from benchmarks.running import ROOT
from lesion.drawings import KINDS, drawing
from training.dataset import data
from training.dataset.cache import cached_squares
from training.learning.arithmetic import FastConvolutions, takes_bfloat16
from training.learning.config import TrainConfig
from training.learning.labels import classes_of
from training.learning.learner import make_learner
from training.learning.loaders import data_loaders
from training.nets.building import build

REPORT = ROOT / "docs" / "benchmarks" / "train.md"
BACKBONES = ("mobilenet_v2", "resnet18", "efficientnet_b0")
LIBRARIES = ("fastai", "numpy", "pillow", "torch", "torchvision")
TARGET = 1.5
"""Times the plain loop's images a second, for the small backbones."""
DRAWINGS, PHOTOGRAPHS = "this project's drawings of lesions", "photographs"
PLAIN, FLOAT32, DEFAULT = "plain fastai", "this lab, float32", "this lab"
PHOTO = (600, 450)
"""Width and height of HAM10000's images."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One backbone at one size, and images a second of each loop, round by round."""

    arch: str
    size: int
    bfloat16: bool
    rates: dict[str, list[float]]

    def ratios(self, loop: str) -> list[float]:
        """Return the rates of a loop over those of the plain one, round by round."""
        return [a / b for a, b in zip(self.rates[loop], self.rates[PLAIN], strict=True)]


class Outcome(Circumstances, frozen=True, kw_only=True):
    """Every number measured, and under which circumstances."""

    threads: int
    images: int
    batch_size: int
    cache_rate: float
    cases: list[Case]
    pictures: str = DRAWINGS


class Stopwatch(Callback):  # type: ignore[misc]
    """Seconds of a training epoch, from asking for its first batch to its last step; nothing is validated."""

    def before_train(self) -> None:
        self.start = time.perf_counter()

    def after_train(self) -> None:
        self.seconds = time.perf_counter() - self.start

    def before_validate(self) -> None:
        raise CancelValidException


def drawn_photos(folder: Path, count: int) -> pd.DataFrame:
    """Draw that many lesions as JPEGs into a folder, and return their table as that of a data folder."""
    codes = classes_of("dx")
    for i in tqdm(range(count), desc="Drawing", unit="image"):
        image = drawing(KINDS[i % len(KINDS)], seed=i, size=PHOTO)
        to = folder / codes[i % len(codes)] / f"{i}.jpg"
        to.parent.mkdir(parents=True, exist_ok=True)
        image.save(to, quality=92)
    return data.read_folder(folder)


def plain_learner(frame: pd.DataFrame, config: TrainConfig) -> Learner:
    """Return the learner that fastai's documentation leads to, with the same net and batches."""
    table = pd.DataFrame({"path": frame["path"], "dx": frame["dx"], "val": frame["part"] == "val"})
    loaders = ImageDataLoaders.from_df(
        table,
        path="/",
        valid_col="val",
        item_tfms=Resize(config.size),
        batch_tfms=aug_transforms(flip_vert=True),
        bs=config.batch_size,
    )
    return Learner(loaders, new_net(config, len(loaders.vocab)), loss_func=nn.CrossEntropyLoss())


def own_learner(frame: pd.DataFrame, config: TrainConfig, cache: Path) -> Learner:
    """Return this lab's learner."""
    squares = cached_squares(frame, config.size, cache)
    learner = make_learner(data_loaders(frame, squares, config), frame, config, cache)
    learner.add_cb(FastConvolutions(config))
    return learner


def new_net(config: TrainConfig, n_classes: int) -> nn.Module:
    """Return the configured network as it starts."""
    return build(config.arch, "none", n_classes, config.dropout)


def epoch_rate(learner: Learner) -> float:
    """Train for one epoch and return its images a second."""
    watch = Stopwatch()
    with learner.no_bar(), learner.no_logging():
        learner.fit(1, lr=1e-4, cbs=watch)
    loader = learner.dls.train
    return float(len(loader) * loader.bs / watch.seconds)


def measure_case(frame: pd.DataFrame, config: TrainConfig, cache: Path, rounds: int, bar: tqdm) -> Case:  # type: ignore[type-arg]
    """Train with every loop in turn; the first epoch of each, unmeasured, warms up."""
    float32 = msgspec.structs.replace(config, precision="float32")
    bfloat16 = takes_bfloat16(config, torch.device("cpu"))
    loops: dict[str, Learner] = {
        PLAIN: plain_learner(frame, config),
        FLOAT32: own_learner(frame, float32, cache),
        DEFAULT: own_learner(frame, config, cache),
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for n in range(rounds + 1):
        for name in list(loops)[:: 1 if n % 2 else -1]:
            bar.set_description(f"{config.arch} {config.size} px, {name}")
            rate = epoch_rate(loops[name])
            bar.update()
            if n:
                rates[name].append(rate)
    return Case(arch=config.arch, size=config.size, bfloat16=bfloat16, rates=rates)


def measure(
    frame: pd.DataFrame,
    sizes: tuple[int, ...],
    archs: tuple[str, ...],
    batch_size: int,
    rounds: int,
    cache: Path,
) -> tuple[list[Case], float]:
    """Measure every backbone at every size; also return how many images a second the cache is filled with."""
    start = time.perf_counter()
    for size in sizes:
        cached_squares(frame, size, cache)
    filled = len(sizes) * len(frame) / (time.perf_counter() - start)
    configs = [
        TrainConfig(arch=arch, size=size, batch_size=batch_size, weights="none")
        for size in sizes
        for arch in archs
    ]
    with tqdm(total=3 * (rounds + 1) * len(configs), unit="epoch") as bar:
        return [measure_case(frame, config, cache, rounds, bar) for config in configs], filled


def report(outcome: Outcome) -> str:
    """Return the Markdown page."""
    rows = [row(case) for case in outcome.cases]
    rounds = len(outcome.cases[0].rates[PLAIN])
    return f"""# Training: this lab's loop and the plain fastai loop

<!-- Generated by `{outcome.command}`; change the script, not this page. -->

Images a second of a training epoch, by this lab's loop and by the plain one: `ImageDataLoaders.from_df` over
JPEGs of 600x450 pixels ({outcome.pictures}), `Resize`, `aug_transforms`, fastai's own number
of workers and optimiser, float32.
Both train the same nets with batches of {outcome.batch_size} on {outcome.threads} threads; this lab's
loop augments more (colour and sharpness besides). It is shown in float32 too, since its default,
`--precision auto`, computes in bfloat16 where the machine has that and the net gains.

{outcome.paragraph()}

Medians over {rounds} round{"s" * (rounds > 1)} of {outcome.images} images; the loops ran in turn, epoch by
epoch. The ratio is this lab's number over the plain one's, taken within each round: its median, and in
brackets its smallest and largest.

| net | pixels | plain fastai | this lab, float32 | ratio | this lab | ratio |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}

{reached(outcome.cases)}

Before its first epoch this lab reduces every image once, {outcome.cache_rate:.0f} a second here, and keeps
the copies for later runs. Every number of every round is in `{REPORT.stem}.json`.
"""


def reached(cases: Sequence[Case]) -> str:
    """Return which nets reached the target beside the plain loop, and which missed it."""
    told = []
    for name, words in ((DEFAULT, "as it is by default"), (FLOAT32, "in float32")):
        medians = {f"{case.arch} at {case.size}": np.median(case.ratios(name)) for case in cases}
        missed = [f"{net} ({value:.2f})" for net, value in medians.items() if value < TARGET]
        told.append(f"{words}, {'missed by ' + ', '.join(missed) if missed else 'reached by all'}")
    return f"The target is {TARGET} times the plain loop: {'; '.join(told)}.\nOn a GPU it was not measured."


def row(case: Case) -> str:
    """Return one line of the table."""
    plain, float32, default = (f"{np.median(case.rates[name]):.3g}" for name in (PLAIN, FLOAT32, DEFAULT))
    kind = "bfloat16" if case.bfloat16 else "float32"
    return (
        f"| {case.arch} | {case.size} | {plain} | {float32} | {ratio(case.ratios(FLOAT32))} "
        f"| {default} ({kind}) | {ratio(case.ratios(DEFAULT))} |"
    )


def photos(folder: Path | None, count: int, scratch: Path) -> pd.DataFrame:
    """Return that many rows of a data folder, or drawings; the last tenth is a validation part, unused."""
    if folder is None:
        frame = drawn_photos(scratch / "drawings", count)
    else:
        frame = data.read_folder(folder)
        frame = frame.sample(min(count, len(frame)), random_state=0, ignore_index=True)
    held_out = len(frame) // 10
    return frame.assign(part=["train"] * (len(frame) - held_out) + ["val"] * held_out)


@click.command()
@click.option("--data", "folder", type=click.Path(path_type=Path), help="Data folder.  [default: drawings]")
@click.option(
    "--images", default=256, show_default=True, help="Images, of which nine in ten are learned from."
)
@click.option("--size", "sizes", multiple=True, default=(128, 224), show_default=True, help="Side in pixels.")
@click.option("--arch", "archs", multiple=True, default=BACKBONES, show_default=True, help="Backbone.")
@click.option("--batch-size", default=32, show_default=True, help="Images a step.")
@click.option("--rounds", default=3, show_default=True, help="Epochs of each loop.")
@rewrite_option
@click.option("--out", default=str(REPORT), help="Where to write the page; the numbers go beside it as JSON.")
def main(
    folder: Path | None,
    images: int,
    sizes: tuple[int, ...],
    archs: tuple[str, ...],
    batch_size: int,
    rounds: int,
    rewrite: bool,
    out: str,
) -> None:
    """Measure both loops and write the report.

    Example: python -m benchmarks.train_speed --data data/ham10000 --size 128
    """
    if rewrite:
        Path(out).write_text(report(recorded(Path(out), Outcome)))
        return
    begun = circumstances("benchmarks.train_speed", LIBRARIES)
    with tempfile.TemporaryDirectory() as scratch:
        frame = photos(folder, images, Path(scratch))
        cases, filled = measure(frame, sizes, archs, batch_size, rounds, Path(scratch) / "cache")
    outcome = Outcome(
        **begun,
        threads=torch.get_num_threads(),
        images=int((frame["part"] == "train").sum()),
        batch_size=batch_size,
        cache_rate=filled,
        cases=cases,
        pictures=PHOTOGRAPHS if folder else DRAWINGS,
    )
    text = report(outcome)
    write(Path(out), text, outcome)
    click.echo(text)


if __name__ == "__main__":
    main()
