"""From a run to a bundle: learner, graph, and the proof that they agree."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec
import numpy as np
import onnx
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import MANIFEST, MODEL, PICKLE, WEIGHTS, Bundle, save
from lesion.calibrate import probabilities
from lesion.engine import FastaiEngine, OnnxEngine
from lesion.errors import DataError, ParityError
from lesion.preprocess import to_tensor
from training.bundling import half
from training.bundling.manifests import HAM10000_LICENCE, new_manifest
from training.dataset import data, split
from training.dataset.cache import read_squares
from training.dataset.clinical import clinical_rows
from training.dataset.trained_ids import TRAINED_IDS
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.labels import classes_of
from training.learning.learner import make_learner, make_net
from training.learning.loaders import data_loaders
from training.learning.progress import HISTORY, RECORD
from training.nets.network import LesionNet, ServedNet
from training.options import FOLDER, data_option, split_option

PARITY_TOLERANCE = 1e-3
FEWEST_PARITY_IMAGES, PARITY_IMAGES = 32, 64
OPSET = 18


def export_run(
    run: Path, to: Path, parity: pd.DataFrame, licence: str | None = None, in_half: bool = False
) -> tuple[Bundle, float]:
    """Write the bundle of a run and compare learner and graph on real images.

    Args:
        run: a folder that ``train`` filled.
        to: the bundle's folder; a bundle that it held is replaced once the new one is proven.
        parity: rows of at least 32 images to compare on.
        licence: that of the model; ``None`` takes HAM10000's where that was learned from.
        in_half: whether to store the weights once, in half precision, instead of in ``model.pkl`` and
            ``model.onnx``; see :mod:`training.bundling.half`.

    Returns:
        The bundle, with temperature 1 and no operating points, and the largest difference of
        probabilities between the learner under fastai and ``model.onnx``.

    Raises:
        DataError: the run is not complete, the images are too few, or ``to`` holds something else.
        ParityError: the two differ by :data:`PARITY_TOLERANCE` or more.
    """
    record = _record(run)
    config = msgspec.convert(record["config"], TrainConfig)
    to = to.absolute()
    check_target(to)
    if len(parity) < FEWEST_PARITY_IMAGES:
        raise DataError(f"The proof needs {FEWEST_PARITY_IMAGES} images, there are {len(parity)}: add some.")
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as scratch:
        built = Path(scratch) / to.name
        difference = _build(run, config, built, parity, in_half)
        _copy_beside(run, built)
        save(Bundle(built, new_manifest(to.name, config, record, licence)))
        replace_bundle(to, built)
    return Bundle.load(to), difference


def replace_bundle(to: Path, built: Path) -> None:
    """Put a finished bundle in the place of the one that ``to`` may hold."""
    if to.exists():
        shutil.rmtree(to)
    built.rename(to)


def export_graph(run: Path, to: Path) -> Bundle:
    """Write the graph of a run into a new folder, as a bundle to measure and not to serve: nothing is proven.

    Raises:
        DataError: the run is not complete.
    """
    record = _record(run)
    config = msgspec.convert(record["config"], TrainConfig)
    net = make_net(config, str(run / progress.BEST))
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as scratch:
        built = Path(scratch) / to.name
        built.mkdir()
        write_onnx(net, config.size, built / "model.onnx")
        _copy_beside(run, built)
        save(Bundle(built, new_manifest(run.name, config, record, None)))
        built.rename(to)
    return Bundle.load(to)


def _copy_beside(run: Path, built: Path) -> None:
    """Copy what a bundle keeps of its run as it is."""
    for name in (HISTORY, TRAINED_IDS):
        if (run / name).is_file():
            shutil.copyfile(run / name, built / name)


def check_target(to: Path) -> None:
    """Refuse to replace anything but a bundle: what ``--to`` names by mistake may be dear to somebody."""
    holds_another_thing = to.is_dir() and any(to.iterdir()) and not (to / MANIFEST).is_file()
    if holds_another_thing or to.is_file():
        raise DataError(f"{to} holds something else than a bundle: name a new folder with --to.")


def _build(run: Path, config: TrainConfig, to: Path, parity: pd.DataFrame, in_half: bool) -> float:
    """Write both models into a new folder and return their :func:`parity_difference`."""
    to.mkdir()
    weights = run / progress.BEST
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


def write_pickle(weights: Path, config: TrainConfig, path: Path) -> LesionNet:
    """Write the fastai learner with these weights as a pickle, without data; return its network."""
    classes = classes_of(config.task)
    parts = ["train"] * len(classes) + ["val"] * len(classes)
    rows = pd.DataFrame({"dx": classes * 2, "part": parts, "source": "none"})
    # fastai sets its loaders up on a real batch; blank images do, since the pickle leaves them behind.
    blank = np.zeros((len(rows), config.size, config.size, 3), dtype=np.uint8)
    learner = make_learner(data_loaders(rows, blank, config), rows, config, path.parent, str(weights))
    learner.model.eval()
    learner.path = Path()
    # Plain pickle holds names, where fastai's cloudpickle would hold code of this Python and its folders.
    learner.export(path.absolute(), pickle_module=pickle)
    net: LesionNet = learner.model
    return net


def write_onnx(net: LesionNet, size: int, path: Path, weights: Path | None = None) -> None:
    """Write the graph: ``image`` [N, 3, S, S] in 0..1 to ``logits``, ``cam`` and ``embedding``, N free.

    A network with a clinical branch has ``clinical`` [N, K] as its second input. With ``weights``, a file of
    the network's own arrays beside ``path``, the graph holds none of them but refers to it.
    """
    example = {"x": torch.rand(2, 3, size, size)}
    if net.branch:
        example["clinical"] = net.branch.unknown.expand(2, -1).clone()
    names = ["logits", "cam", "embedding"]
    program = torch.onnx.export(
        ServedNet(net).eval(),
        tuple(example.values()),
        input_names=["image", "clinical"][: len(example)],
        output_names=names,
        # The vectors are as many as the images, so that one dimension has the name.
        dynamic_shapes={"x": {0: torch.export.Dim("batch", min=1, max=4096)}}
        | ({"clinical": {0: torch.export.Dim.DYNAMIC}} if net.branch else {}),
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        # The optimiser folds batch normalisation into the kernels, which are then no longer the network's.
        optimize=weights is None,
    )
    if program is None:
        raise ParityError("torch exported no graph; read its messages above.")
    graph = program.model_proto if weights is None else half.referring(program.model, weights)
    _forget_sources(graph)
    # Not onnx.save, which would read external weights only to leave them where they are.
    path.write_bytes(graph.SerializeToString())
    onnx.checker.check_model(str(path))


def _forget_sources(graph: onnx.ModelProto) -> None:
    """Drop the stack traces that torch keeps with each node: they name the folders of this machine."""
    for part in (graph.graph, *graph.graph.node, *graph.graph.value_info, *graph.functions):
        del part.metadata_props[:]


def parity_difference(
    learner: Path, graph: Path, tensor: NDArray[np.float32], clinical: NDArray[np.float32] | None = None
) -> float:
    """Return the largest absolute difference of probabilities between the two on a batch of images."""
    shares = [
        probabilities(engine(tensor, clinical).logits, 1.0)
        for engine in (FastaiEngine(learner), OnnxEngine(graph))
    ]
    return float(np.abs(shares[0] - shares[1]).max())


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
@click.option("--licence", help=f"Licence of the model.  [default with HAM10000: {HAM10000_LICENCE}]")
def export_command(
    run: Path, to: Path, folder: Path, split_path: Path, in_half: bool, licence: str | None
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
    _, difference = export_run(run, to, sample, licence, in_half)
    click.echo(f"{to}: largest difference of probabilities {difference:.1e} on {len(sample)} images")
    click.echo("Next: `python -m training calibrate`, then `evaluate`, then `card`.")
