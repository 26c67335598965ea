"""What a run learns from and is validated on, as one table."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lesion.errors import DataError
from training.dataset import data, split
from training.dataset.files import named
from training.evidence.predict import both_classes
from training.learning.checks import check_clinical, check_labels, check_sides
from training.learning.config import TrainConfig

logger = logging.getLogger(__name__)


def training_frame(
    folder: Path, extra: Sequence[Path], exclude: Sequence[Path], split_path: Path, config: TrainConfig
) -> pd.DataFrame:
    """Return the rows to learn from: part ``train``, and ``val`` (one photo a lesion).

    ``folder`` is divided by the split; of ``extra`` folders the rows that their source does not keep for
    validation or test join the training part. Other photos of held-out lesions, known copies of them,
    images that the page shows as samples, and those of ``exclude``, are left out. How many of ``extra`` are,
    since their ids were there before, is a warning: ids that are file names may be those of other photos.

    Raises:
        DataError: a folder cannot be read, the split leaks, no image of some class is left to learn from,
            the validation part lacks malignant or benign lesions, a label does not tell what the task is
            about, or an age, sex or site that is to be learned from cannot be used.
    """
    internal = split.with_parts(data.read_folder(folder), split.read_split(split_path))
    check_sides(internal, split.read_pairs(folder))
    held_out = internal[internal["part"] != "train"]
    banned = set(held_out["image_id"]) | split.never_learned_from(exclude)
    train = internal[internal["part"] == "train"]
    if extra:
        others = _new_ones([data.read_folder(each) for each in extra], internal, held_out)
        train = pd.concat([train, others[others["part"].isin(["", "train"])].assign(part="train")])
    train = train[~train["image_id"].isin(banned)]
    if config.limit is not None:
        train = train.sample(min(config.limit, len(train)), random_state=config.seed)
    if train.empty:
        raise DataError(f"The split leaves no image of {folder} to learn from: make one for this folder.")
    val = both_classes(internal[internal["part"] == "val"], f"The validation part of {folder}")
    frame = pd.concat([train, data.one_per_lesion(val)], ignore_index=True)
    check_labels(frame, config.task)
    check_clinical(frame, config)
    return frame


def _new_ones(extra: Sequence[pd.DataFrame], internal: pd.DataFrame, held_out: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of further folders that are new images, and of lesions that are not held out."""
    rows = pd.concat(extra, ignore_index=True)
    there = rows["image_id"].isin(internal["image_id"]) | rows.duplicated("image_id")
    there |= rows["lesion_id"].isin(held_out["lesion_id"])
    if there.any():
        logger.warning(
            f"{there.sum()} of {len(rows)} images of --extra have the id of an image that was there before, "
            f"or of a lesion that is held out, and are left out: {named(rows.loc[there, 'image_id'], 3)}. "
            "Where they are other photos, give them ids of their own."
        )
    return rows[~there]
