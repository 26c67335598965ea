"""Data loaders over cached squares: the rows of each epoch in batches, augmented, and those of validation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.data.block import CategoryBlock, DataBlock, TransformBlock
from fastai.data.core import DataLoaders
from fastai.data.transforms import IndexSplitter, IntToFloatTensor
from fastai.torch_core import default_device
from numpy.typing import NDArray

from lesion.cpus import available_cpus
from training.dataset.clinical import clinical_rows
from training.dataset.crops import Box
from training.learning import distributed
from training.learning.augment import batch_transforms
from training.learning.config import TrainConfig
from training.learning.labels import classes_of, label, training_labels
from training.learning.learner import ClinicalOf, LabelOf, OpenSquare
from training.learning.sampling import SampledDL, epoch_draw


def data_loaders(
    frame: pd.DataFrame,
    squares: NDArray[np.uint8],
    config: TrainConfig,
    boxes: Sequence[Box | None] | None = None,
) -> DataLoaders:
    """Build data loaders over the rows of ``frame`` (row i belongs to ``squares[i]``), parts train and val.

    An item is a row number; ``learn.predict`` may give any photo instead, see :class:`OpenSquare`. A batch is
    images and labels, with clinical vectors between them where the configuration has them as inputs. Of
    fewer training images than make a batch, all are one batch. Each epoch's training rows are drawn as the
    configuration's ``sampling`` says. ``boxes`` are those of :func:`training.dataset.crops.lesion_boxes`.
    """
    classes = classes_of(config.task)
    labels = [label(dx, config.task) for dx in frame["dx"]]
    photo = TransformBlock(type_tfms=OpenSquare(config.size, squares, boxes), batch_tfms=IntToFloatTensor)
    spec = config.clinical
    beside = (TransformBlock(type_tfms=ClinicalOf(spec, clinical_rows(frame, spec))),) if spec else ()
    block = DataBlock(
        blocks=(photo, *beside, CategoryBlock(vocab=list(classes), sort=False)),
        splitter=IndexSplitter(np.flatnonzero(frame["part"] == "val").tolist()),
        get_y=LabelOf(labels),
        batch_tfms=batch_transforms(config),
        dl_type=SampledDL,
    )
    train = frame["part"] != "val"
    draw = epoch_draw(training_labels(frame, config.task), frame.loc[train, "source"].tolist(), config)
    shown = len(draw(random.Random(0))) if draw else int(train.sum())
    return block.dataloaders(
        list(range(len(labels))),
        # A drawn epoch may be shorter than a batch, of which the loader would drop it all.
        bs=min(config.batch_size, shown // distributed.count()),
        val_bs=2 * config.batch_size,
        dl_kwargs=({"draw": draw}, {}),
        **_loading(default_device()),
    )


def _loading(device: torch.device) -> dict[str, Any]:
    """Return who reads the batches: the loop itself, or processes ahead of an accelerator.

    A row costs a copy from the memory map and a label, 0.2 ms, which on a processor is lost in the step's
    tens of milliseconds, but would be a fifth of an accelerator's. Augmentation comes after the transfer.
    """
    if device.type == "cuda":
        return {"num_workers": min(4, available_cpus()), "pin_memory": True}
    return {"num_workers": 0}
