"""What can be known to be wrong before a training begins: each check raises one sentence, or passes."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from lesion.bundle import MANIFEST, Bundle
from lesion.errors import DataError
from training.dataset import split
from training.dataset.clinical import clinical_rows
from training.dataset.files import named
from training.learning.config import TrainConfig
from training.learning.learner import classes_of, label
from training.learning.progress import RECORD

logger = logging.getLogger(__name__)

FREE = {"batch_size", "accumulate", "precision"}
"""Fields that an interrupted run may go on with another value of: memory may have been what ended it."""
LIKE_DATA = {"data_sha256": "the images or their labels", "split_sha256": "the split"}


def check_labels(frame: pd.DataFrame, task: str) -> None:
    """Refuse labels that do not tell what the task is about, and classes without an image to learn from.

    A class without a validation lesion is a warning: early stopping and calibration need but the malignant
    and the benign, and in small data the rarest diagnosis easily has none.
    """
    labels = frame["dx"].map(lambda dx: label(dx, task))
    vague = sorted(frame["dx"][~labels.isin(classes_of(task))].unique())
    if vague:
        raise DataError(f"{named(vague)} is no diagnosis: learn from such labels with --task malignancy.")
    lacking = [code for code in classes_of(task) if code not in set(labels[frame["part"] == "train"])]
    if lacking:
        raise DataError(
            f"There is no image of {named(lacking)} to learn from: add some with --extra"
            f"{', or learn with --task malignancy' if task == 'dx' else ''}."
        )
    unseen = [code for code in classes_of(task) if code not in set(labels[frame["part"] == "val"])]
    if unseen:
        logger.warning(f"The validation part holds no lesion of {named(unseen)}: how these fare is not seen.")


def check_clinical(frame: pd.DataFrame, config: TrainConfig) -> None:
    """Refuse ages, sexes and sites that cannot be used, where they are to be learned from."""
    if spec := config.clinical:
        clinical_rows(frame, spec)


def check_sides(frame: pd.DataFrame, pairs: pd.DataFrame | None) -> None:
    """Refuse a split that puts photos of one lesion, or of a pair listed as one, on several sides."""
    groups = split.group_lesions(frame, pairs)
    torn = frame["lesion_id"][frame.groupby(groups)["part"].transform("nunique") > 1].unique()
    if len(torn):
        raise DataError(
            f"The split leaks: {named(torn)} have photos on several sides. Make one by lesion with "
            "`python -m training split`, and see `python -m training audit` for more."
        )


def ancestor(weights: str) -> Path | None:
    """Return the run or bundle that a file of weights lies in; ``None`` for weights of another origin."""
    if weights in ("imagenet", "none"):
        return None
    folder = Path(weights).parent
    return folder if any((folder / name).is_file() for name in (RECORD, MANIFEST)) else None


def check_ancestor(folder: Path | None, record: dict[str, Any]) -> None:
    """Refuse to start from a run or bundle that may have learned from what this run holds out."""
    if folder is None:
        return
    if (folder / RECORD).is_file():
        earlier = json.loads((folder / RECORD).read_bytes())
    else:
        earlier = msgspec.to_builtins(Bundle.load(folder).manifest.training)
    if earlier["split_sha256"] != record["split_sha256"] and set(earlier["data"]) & set(record["data"]):
        raise DataError(
            f"{folder} learned from the same data under another split, so that it may know lesions that are "
            "held out here: start from other weights."
        )


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
        libraries = dict(earlier["libraries"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} was written by another version of the lab: name a new --run.") from error
    now = {**record["config"], **{key: record[key] for key in LIKE_DATA}}
    changed = [name for name in now if before[name] != now[name] and name not in FREE]
    if changed:
        told = [LIKE_DATA.get(name, f"{name} ({before[name]} there, {now[name]} here)") for name in changed]
        raise DataError(
            f"{run} holds another run, which differs in {named(told)}: name a new folder with --run, or "
            "delete this one."
        )
    other = [name for name, here in record["libraries"].items() if libraries.get(name, here) != here]
    if other:
        logger.warning(f"{run} began with other versions of {named(other)}; it goes on with those of now.")
