"""``run.json``: what a run is made of, and whether what is found in a folder, or begun from, goes with it."""

from __future__ import annotations

import json
import logging
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from lesion.bundle import MANIFEST, PICKLE, WEIGHTS, Bundle, sha256
from lesion.errors import DataError
from training.dataset import data, split
from training.dataset.files import named
from training.dataset.trained_ids import TRAINED_IDS, add_inherited, known, read_hashes, write_trained_ids
from training.learning import distributed
from training.learning.config import TrainConfig
from training.learning.progress import RATE, RECORD, has_learned

logger = logging.getLogger(__name__)

LIBRARIES = ("torch", "torchvision", "fastai", "numpy", "pandas", "pillow", "scikit-learn", "timm")
FREE = {"batch_size", "accumulate", "precision"}
"""Fields that an interrupted run may go on with another value of: memory may have been what ended it."""
LIKE_DATA = {"data_sha256": "the images or their labels", "split_sha256": "the split"}


def describe(frame: pd.DataFrame, config: TrainConfig, split_path: Path, run: Path) -> dict[str, Any]:
    """Write ``run.json``: configuration, data, split, what else was read, library versions; return it.

    Beside it, ``trained_ids.txt`` lists what was learned from, or validated on, as hashes. A run that ended
    before its first epoch did gives way to another.

    Raises:
        DataError: the folder holds a run with another configuration or other data, the run starts from
            weights that may have learned from what it holds out, or one of its files is not there.
    """
    rows = frame[frame["part"] == "train"]
    record = {
        "config": msgspec.to_builtins(config),
        "data": sorted(rows["source"].unique().tolist()),
        "data_sha256": data.fingerprint(frame),
        "split_sha256": split.split_sha256(split_path),
        "files_sha256": {str(path): _digest(path) for path in files(config)},
        "processes": distributed.count(),
        "n_images": len(rows),
        "n_lesions": int(rows["lesion_id"].nunique()),
        "by_dx": rows["dx"].value_counts().sort_index().to_dict(),
        "libraries": {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()},
    }
    start = ancestor(config.weights)
    check_ancestor(start, record, held_out(frame, split_path))
    if has_learned(run):
        check_same_run(record, run)
    elif _other_run(record, run):
        (run / RATE).unlink(missing_ok=True)
    run.mkdir(parents=True, exist_ok=True)
    (run / RECORD).write_text(json.dumps(record, indent=2) + "\n")
    write_trained_ids(frame, run / TRAINED_IDS)
    add_inherited(run / TRAINED_IDS, [*([start] if start else []), *map(Path, config.teachers)])
    return record


def files(config: TrainConfig) -> list[Path]:
    """Return the files that make a run besides its images: what it starts from, its teachers, its costs.

    Of a teacher, a run or a bundle, that is the one with its weights.
    """
    found = [] if config.weights in ("imagenet", "none") else [Path(config.weights)]
    for teacher in map(Path, config.teachers):
        found.append(teacher / (WEIGHTS if (teacher / WEIGHTS).is_file() else PICKLE))
    return [*found, Path(config.costs)] if config.costs else found


def check_files(config: TrainConfig) -> None:
    """Raise what :func:`describe` would for one of :func:`files` that is not there."""
    for path in files(config):
        if not path.is_file():
            raise DataError(f"{path}, which the run is made of, cannot be read: there is no such file.")


def _digest(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        raise DataError(f"{path}, which the run is made of, cannot be read: {error.strerror}.") from error


class Learned(NamedTuple):
    """What a run or bundle learned: its task, its sources, and the SHA-256 of the split that divides them."""

    task: str
    data: tuple[str, ...]
    split_sha256: str


def read_learned(folder: Path) -> Learned | None:
    """Return what a run or bundle learned; ``None`` for a folder that is neither."""
    if (folder / RECORD).is_file():
        record = json.loads((folder / RECORD).read_bytes())
        task = msgspec.convert(record["config"], TrainConfig).task
        return Learned(task, tuple(record["data"]), record["split_sha256"])
    if (folder / MANIFEST).is_file():
        manifest = Bundle.load(folder).manifest
        return Learned(manifest.task, manifest.training.data, manifest.training.split_sha256)
    return None


def ancestor(weights: str) -> Path | None:
    """Return the run or bundle that a file of weights lies in; ``None`` for weights of another origin."""
    if weights in ("imagenet", "none"):
        return None
    folder = Path(weights).parent
    return folder if any((folder / name).is_file() for name in (RECORD, MANIFEST)) else None


def held_out(frame: pd.DataFrame, split_path: Path) -> pd.DataFrame:
    """Return image and lesion ids of what a run must not know: the split's held-out parts, and its own."""
    parts = pd.concat([split.read_split(split_path), frame])
    return parts.loc[parts["part"] != "train", ["image_id", "lesion_id"]]


def check_ancestor(folder: Path | None, record: dict[str, Any], unknown: pd.DataFrame) -> None:
    """Refuse to start from a run or bundle that may have learned from what this run holds out.

    One of the same split has not. Another is asked whether it lists any of the rows ``unknown``, see
    :func:`held_out`; where it has no list, the names of its sources say it.
    """
    earlier = None if folder is None else read_learned(folder)
    if folder is None or earlier is None or earlier.split_sha256 == record["split_sha256"]:
        return
    ids = folder / TRAINED_IDS
    same = set(earlier.data) & set(record["data"])
    if known(unknown, read_hashes(ids)).any() if ids.is_file() else same:
        raise DataError(
            f"{folder} learned from the same data under another split, so that it may know lesions that are "
            "held out here: start from other weights."
        )


def _other_run(record: dict[str, Any], run: Path) -> bool:
    try:
        check_same_run(record, run)
    except DataError:
        return True
    return False


def check_same_run(record: dict[str, Any], run: Path) -> None:
    """Refuse to go on with a run that began otherwise; the message says in what.

    Fields of the configuration that are newer than the run count as their defaults. Other libraries are
    no obstacle, only a warning.
    """
    path = run / RECORD
    if not path.exists():
        return
    try:
        earlier = json.loads(path.read_bytes())
        config = msgspec.to_builtins(msgspec.convert(earlier["config"], TrainConfig))
        before = {**config, **{key: earlier[key] for key in LIKE_DATA}}
        libraries, digests = dict(earlier["libraries"]), dict(earlier["files_sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} was written by another version of the lab: name a new --run.") from error
    now = {**record["config"], **{key: record[key] for key in LIKE_DATA}}
    changed = [name for name in now if before[name] != now[name] and name not in FREE]
    told = [LIKE_DATA.get(name, f"{name} ({before[name]} there, {now[name]} here)") for name in changed]
    told += [
        f"what {name} holds"
        for name, here in record["files_sha256"].items()
        if digests.get(name, here) != here
    ]
    if told:
        raise DataError(
            f"{run} holds another run, which differs in {named(told)}: name a new folder with --run, or "
            "delete this one."
        )
    other = [name for name, here in record["libraries"].items() if libraries.get(name, here) != here]
    if other:
        logger.warning(f"{run} began with other versions of {named(other)}; it goes on with those of now.")
