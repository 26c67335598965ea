"""The fastai learner: data loaders over cached squares, the network, its loss and its metric."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.metrics import AccumMetric
from fastai.optimizer import OptimWrapper
from fastai.vision.core import TensorImage
from fasttransform import Transform
from numpy.typing import NDArray
from PIL import Image
from sklearn.metrics import roc_auc_score
from torch import nn

from lesion.clinical import Clinical, ClinicalSpec, encode
from lesion.decode import decode
from lesion.errors import DataError
from lesion.labels import is_malignant
from lesion.preprocess import square
from training.dataset.cache import TRAINING_LIMITS
from training.dataset.crops import Box, random_crop
from training.learning.config import TrainConfig
from training.learning.labels import classes_of, training_labels
from training.learning.losses import make_loss
from training.nets.building import build
from training.nets.groups import parameter_groups
from training.nets.network import LesionNet

ITEMS = (int, np.integer, Path, str, bytes, Image.Image, np.ndarray)
"""What an item may be: a row number of the cache, or any photo of a user."""


class OpenSquare(Transform):  # type: ignore[misc]
    """Turn an item into the preprocessed square: a row number of the cache, or any photo of a user.

    ``learn.predict`` takes a path, the bytes of a file, a PIL image or an array [H, W, 3], all through
    ``lesion.decode`` and ``lesion.preprocess``. A pickled copy leaves the cache behind.

    Rows with a box, one for each row if there are any, give a random crop around it instead.
    """

    input_types = ITEMS

    def __init__(
        self,
        size: int,
        squares: NDArray[np.uint8] | None = None,
        boxes: Sequence[Box | None] | None = None,
    ) -> None:
        super().__init__()
        self.size, self.squares, self.boxes = size, squares, boxes

    def encodes(self, item: Any) -> TensorImage:  # noqa: D102
        if isinstance(item, int | np.integer) and self.squares is not None:
            box = self.boxes[int(item)] if self.boxes else None
            pixels = random_crop(self.squares[item], box) if box else np.array(self.squares[item])
        else:
            pixels = np.array(square(_open(item), self.size))
        return TensorImage(torch.from_numpy(pixels).permute(2, 0, 1))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "squares": None, "boxes": None}


class ClinicalOf(Transform):  # type: ignore[misc]
    """Turn an item into its clinical vector [K]: that of a row number, or of nothing known for any photo.

    A pickled copy leaves the rows behind.
    """

    input_types = ITEMS

    def __init__(self, spec: ClinicalSpec, rows: NDArray[np.float32] | None = None) -> None:
        super().__init__()
        self.unknown, self.rows = encode(Clinical(), spec), rows

    def encodes(self, item: Any) -> torch.Tensor:  # noqa: D102
        if isinstance(item, int | np.integer) and self.rows is not None:
            return torch.from_numpy(np.array(self.rows[item]))
        return torch.from_numpy(self.unknown.copy())

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "rows": None}


class LabelOf(Transform):  # type: ignore[misc]
    """Turn a row number into the class of that row."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__()
        self.labels = labels

    def encodes(self, row: int) -> str:  # noqa: D102
        return self.labels[row]


class MalignancyAuroc(AccumMetric):  # type: ignore[misc]
    """AUROC of the summed probability of the malignant classes, malignant positive."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        columns = [i for i, code in enumerate(classes) if is_malignant(code)]
        super().__init__(partial(malignancy_auroc, columns=columns), flatten=False)

    @property
    def name(self) -> str:
        """Column of the history."""
        return "auroc"


def malignancy_auroc(logits: torch.Tensor, targets: torch.Tensor, columns: list[int]) -> float:
    """Return the AUROC of the summed probability of the classes ``columns``; NaN if one side is absent.

    Raises:
        DataError: the network has diverged, and its logits are no numbers.
    """
    scores = logits.float().softmax(dim=1)[:, columns].sum(dim=1)
    if scores.isnan().any():
        raise DataError(
            "The training diverged, and the network answers with no numbers: start a new --run with a "
            "smaller --lr. The epochs before are kept."
        )
    truth = torch.isin(targets, torch.tensor(columns, device=targets.device))
    if truth.all() or not truth.any():
        return float("nan")
    return float(roc_auc_score(truth.cpu().numpy(), scores.cpu().numpy()))


def make_learner(
    dls: DataLoaders, frame: pd.DataFrame, config: TrainConfig, path: Path, weights: str | None = None
) -> Learner:
    """Return the learner over the rows of ``frame``.

    ``weights`` overrides those of the configuration (used after training).
    """
    classes = classes_of(config.task)
    return Learner(
        dls,
        make_net(config, weights or config.weights),
        loss_func=make_loss(training_labels(frame, config.task), classes, config),
        opt_func=partial(optimiser, config.optimiser),
        splitter=layer_groups,
        metrics=MalignancyAuroc(classes),
        wd=config.weight_decay,
        path=path,
    )


def make_net(config: TrainConfig, weights: str) -> LesionNet:
    """Return the network of a configuration with these weights, see :func:`training.nets.building.build`."""
    n_classes = len(classes_of(config.task))
    return build(
        config.arch,
        weights,
        n_classes,
        config.dropout,
        config.constancy,
        clinical=config.clinical,
        withheld=config.withheld,
    )


def optimiser(name: str, params: Any, **kwargs: Any) -> OptimWrapper:
    """torch's fused optimisers under fastai's schedules."""
    kinds = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
    return OptimWrapper(params, partial(kinds[name], fused=True), **kwargs)


def layer_groups(net: LesionNet) -> list[list[nn.Parameter]]:
    """Return the network's parameter groups; what hints are compared by learns as fast as the head."""
    *body, head = parameter_groups(net)
    hints = getattr(net, "hints", None)
    return [*body, head + (list(hints.parameters()) if hints else [])]


def _open(item: Any) -> Image.Image:
    if isinstance(item, Image.Image):
        return item.convert("RGB")
    if isinstance(item, np.ndarray):
        return Image.fromarray(item).convert("RGB")
    data = item if isinstance(item, bytes) else Path(item).read_bytes()
    return decode(data, TRAINING_LIMITS)
