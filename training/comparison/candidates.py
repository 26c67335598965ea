"""What is compared: run folders and bundles, all of them made bundles, so that all are measured alike."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import HISTORY, MANIFEST, WEIGHTS, Bundle, sha256
from lesion.errors import DataError
from lesion.manifest import SCHEMA_VERSION
from training.bundling.export import export_graph
from training.dataset import data
from training.dataset.trained_ids import TRAINED_IDS
from training.evidence.predict import predict
from training.learning.progress import BEST, RECORD
from training.learning.record import read_learned
from training.report.learning import stages

INPUT_COLUMNS = ["image_id", "age", "sex", "localization"]


class Candidate(msgspec.Struct, frozen=True):
    """A model to compare: its name in the report, the bundle to measure, and its training as far as kept.

    ``history`` has a row an epoch, see :mod:`training.learning.progress`; ``None`` where there is none.
    """

    name: str
    bundle: Bundle
    history: pd.DataFrame | None


def open_candidates(folders: Sequence[Path], cache: Path) -> list[Candidate]:
    """Open run folders and bundle folders; the graph of a run is written once, into ``cache``.

    A folder that is named again counts once, so that ``runs/baseline runs/*`` puts the baseline first.

    Raises:
        DataError: a folder is neither, or was trained on another split than the first.
    """
    paths = list(dict.fromkeys(folders))
    splits = {path: _split_of(path) for path in paths}
    for path, split in splits.items():
        if split != splits[paths[0]]:
            raise DataError(
                f"{path} was trained on another split than {paths[0]}, so that one may know what the other "
                "is measured on: compare models of one split."
            )
    progress = tqdm(zip(_names(paths), paths, strict=True), total=len(paths), desc="Opening", unit="model")
    return [Candidate(name, _bundle(path, cache), read_history(path)) for name, path in progress]


def cached_logits(bundle: Bundle, frame: pd.DataFrame, cache: Path, title: str) -> NDArray[np.float32]:
    """Return the logits of ``frame``, [N, C], asked of the bundle once and kept in ``cache``.

    The file is named by a hash over the graph, the images and what else goes into the network.
    """
    # The second where the first refers to it.
    run = (bundle.manifest.graph, WEIGHTS)
    graph = {name: hash_ for name, hash_ in bundle.manifest.files.items() if name in run}
    inputs = pd.util.hash_pandas_object(frame[INPUT_COLUMNS], index=False).to_numpy().tobytes()
    key = hashlib.sha256(f"{graph} {data.fingerprint(frame)}".encode() + inputs).hexdigest()[:16]
    path = cache / f"logits-{key}.npy"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        with partial.open("wb") as stream:
            np.save(stream, predict(bundle, frame, title))
        partial.rename(path)
    logits: NDArray[np.float32] = np.load(path)
    return logits


def read_history(folder: Path) -> pd.DataFrame | None:
    """Return the history in a run or bundle, of a bundle that of its last run; ``None`` without any."""
    path = folder / HISTORY
    return stages(pd.read_csv(path))[-1] if path.is_file() else None


def graph_of_run(run: Path, cache: Path) -> Bundle:
    """Return the bundle with a run's graph, written into ``cache`` where its weights changed since."""
    made_of = [sha256(run / name) for name in (BEST, RECORD, TRAINED_IDS) if (run / name).is_file()]
    key = hashlib.sha256(f"{SCHEMA_VERSION} {made_of}".encode()).hexdigest()[:16]
    folder = cache / f"graph-{key}"
    return Bundle.load(folder) if (folder / MANIFEST).is_file() else export_graph(run, folder)


def _bundle(path: Path, cache: Path) -> Bundle:
    return Bundle.load(path) if (path / MANIFEST).is_file() else graph_of_run(path, cache)


def _split_of(path: Path) -> str:
    """Return the SHA-256 of the split that a run or bundle was trained on, before anything long is done."""
    learned, is_bundle = read_learned(path), (path / MANIFEST).is_file()
    if learned is None or not (is_bundle or (path / BEST).is_file()):
        raise DataError(f"{path} is neither a run with weights nor a bundle: name a folder of either kind.")
    return learned.split_sha256


def _names(paths: Sequence[Path]) -> list[str]:
    """Return the folders' own names; with the folder above where two would be called alike."""
    names = [path.resolve().name for path in paths]
    return [
        name if names.count(name) == 1 else f"{path.resolve().parent.name}/{name}"
        for name, path in zip(names, paths, strict=True)
    ]
