"""What can be known to be wrong before a training begins: each check raises one sentence, or passes."""

from __future__ import annotations

import logging

import pandas as pd

from lesion.errors import DataError
from training.dataset import split
from training.dataset.clinical import clinical_rows
from training.dataset.files import named
from training.learning.config import TrainConfig
from training.learning.labels import classes_of, label

logger = logging.getLogger(__name__)


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
