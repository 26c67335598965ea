"""From a run to a bundle: learner, graph, and the proof that they agree."""

from __future__ import annotations

import json
import logging
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec
import pandas as pd
from tqdm import tqdm

from lesion.bundle import HISTORY, MODEL, PICKLE, WEIGHTS, Bundle, save
from lesion.errors import DataError, ParityError
from lesion.preprocess import to_tensor
from training.bundling import half
from training.bundling.blending import write_blend
from training.bundling.folder import new_bundle
from training.bundling.lineage import whole_history
from training.bundling.manifests import HAM10000_LICENCE, new_manifest
from training.bundling.models import PARITY_TOLERANCE, parity_difference, write_onnx, write_pickle
from training.dataset import data, split
from training.dataset.cache import read_squares
from training.dataset.clinical import clinical_rows
from training.dataset.trained_ids import TRAINED_IDS
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.fit import interrupted
from training.learning.learner import make_net
from training.learning.progress import RECORD
from training.options import FOLDER, data_option, split_option

logger = logging.getLogger(__name__)

FEWEST_PARITY_IMAGES, PARITY_IMAGES = 32, 64


def export_run(
    run: Path,
    to: Path,
    parity: pd.DataFrame,
    licence: str | None = None,
    in_half: bool = False,
    start_share: float = 0.0,
) -> tuple[Bundle, float]:
    """Write the bundle of a run and compare learner and graph on real images.

    Args:
        run: a folder that ``train`` filled.
        to: the bundle's folder; a bundle that it held is replaced once the new one is proven.
        parity: rows of at least 32 images to compare on.
        licence: that of the model; ``None`` takes HAM10000's where that was learned from.
        in_half: whether to store the weights once, in half precision, instead of in ``model.pkl`` and
            ``model.onnx``; see :mod:`training.bundling.half`.
        start_share: how much of the weights that the run began from stays, 0 or more and below 1; see
            :mod:`training.bundling.blending`.

    Returns:
        The bundle, with temperature 1 and no operating points, and the largest difference of
        probabilities between the learner under fastai and ``model.onnx``.

    Raises:
        DataError: the run is not complete, the images are too few, ``to`` holds something else, or there is
            nothing to blend with.
        ParityError: the two differ by :data:`PARITY_TOLERANCE` or more.
    """
    record = _record(run)
    config = msgspec.convert(record["config"], TrainConfig)
    _warn_if_interrupted(run, config)
    if len(parity) < FEWEST_PARITY_IMAGES:
        raise DataError(f"The proof needs {FEWEST_PARITY_IMAGES} images, there are {len(parity)}: add some.")
    with new_bundle(to) as built, TemporaryDirectory() as scratch:
        weights = run / progress.BEST
        if start_share:
            blend = Path(scratch) / progress.BEST
            write_blend(weights, config, start_share, blend)
            weights = blend
        difference = _build(weights, config, built, parity, in_half)
        _write_beside(run, built)
        save(Bundle(built, new_manifest(built.name, config, record, licence, start_share)))
    return Bundle.load(to), difference


def export_graph(run: Path, to: Path) -> Bundle:
    """Write the graph of a run into a new folder, as a bundle to measure and not to serve: nothing is proven.

    Raises:
        DataError: the run is not complete.
    """
    record = _record(run)
    config = msgspec.convert(record["config"], TrainConfig)
    net = make_net(config, str(run / progress.BEST))
    with new_bundle(to) as built:
        write_onnx(net, config.size, built / MODEL)
        _write_beside(run, built)
        save(Bundle(built, new_manifest(run.name, config, record, None)))
    return Bundle.load(to)


def _write_beside(run: Path, built: Path) -> None:
    """Write what a bundle keeps of its run: the epochs behind its weights, and what it learned from."""
    history = whole_history(run)
    if history is not None:
        history.to_csv(built / HISTORY, index=False, lineterminator="\n")
    if (run / TRAINED_IDS).is_file():
        shutil.copyfile(run / TRAINED_IDS, built / TRAINED_IDS)


def _build(weights: Path, config: TrainConfig, to: Path, parity: pd.DataFrame, in_half: bool) -> float:
    """Write both models into a folder and return their :func:`parity_difference`."""
    if in_half:
        # First of all, so that learner and graph are made of the same rounded numbers.
        config = half.write_weights(weights, config, to)
        weights = to / WEIGHTS
    with tqdm(total=3, desc=f"Writing {PICKLE}", unit="step", leave=False) as bar:
        net = write_pickle(weights, config, to / PICKLE)
        bar.update()
        bar.set_description(f"Writing {MODEL}")
        write_onnx(net, config.size, to / MODEL, weights if in_half else None)
        bar.update()
        bar.set_description(f"Comparing them on {len(parity)} images")
        tensor = to_tensor(list(read_squares(parity["path"], config.size)))
        spec = config.clinical
        beside = clinical_rows(parity, spec) if spec else None
        difference = parity_difference(to / PICKLE, to / MODEL, tensor, beside)
    if difference >= PARITY_TOLERANCE:
        raise ParityError(f"Probabilities differ by up to {difference:.2g}, so no bundle was written.")
    if in_half:
        (to / PICKLE).unlink()
    return difference


def _warn_if_interrupted(run: Path, config: TrainConfig) -> None:
    # Where the state is damaged, the best weights may still be whole.
    with suppress(DataError):
        if left := interrupted(run, config):
            done, planned = left
            logger.warning(
                f"{run} was interrupted after {done} of {planned} epochs, and the same `train` command goes "
                "on with it: this is the best of what it learned so far."
            )


def _record(run: Path) -> dict[str, Any]:
    if not (run / progress.BEST).is_file() or not (run / RECORD).is_file():
        raise DataError(f"No finished run in {run}: train one first with `python -m training train`.")
    record: dict[str, Any] = json.loads((run / RECORD).read_text())
    return record


@click.command("export")
@click.argument("run", type=FOLDER)
@click.option("--to", type=FOLDER, required=True, help="Folder of the bundle.")
@data_option
@split_option
@click.option(
    "--half", "in_half", is_flag=True, help="Store the weights once, in float16; `rebuild` makes model.pkl."
)
@click.option(
    "--start-share",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    show_default=True,
    help="Share of the weights that the run began from, blended with its own.",
)
@click.option("--licence", help=f"Licence of the model.  [default with HAM10000: {HAM10000_LICENCE}]")
def export_command(
    run: Path,
    to: Path,
    folder: Path,
    split_path: Path,
    in_half: bool,
    start_share: float,
    licence: str | None,
) -> None:
    """Export a run as a bundle, and prove that fastai and ONNX Runtime agree on real images.

    \b
    Example:
      python -m training export runs/mobilenet_v2-dx-192 \\
          --to models/mobilenet_v2 --data ../shared/data/ham10000
    """
    frame = split.with_parts(data.read_folder(folder), split.read_split(split_path))
    # Validation photos first; where they are few, others do as well, since nothing is measured on them.
    sample = frame.sort_values("part", key=lambda part: part != "val", kind="stable").head(PARITY_IMAGES)
    _, difference = export_run(run, to, sample, licence, in_half, start_share)
    click.echo(f"{to}: largest difference of probabilities {difference:.1e} on {len(sample)} images")
    click.echo("Next: `python -m training calibrate`, then `evaluate`, then `card`.")
