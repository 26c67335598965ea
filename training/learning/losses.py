"""The loss: cross entropy or focal loss, weights for rare classes, and what confusions cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import torch
from fastai.losses import BaseLoss, CrossEntropyLossFlat
from torch import Tensor, nn
from torch.nn import functional

from lesion.errors import DataError
from training.learning.config import TrainConfig
from training.learning.sampling import inverse_frequency


class Classifying(BaseLoss):  # type: ignore[misc]
    """A loss of logits, with what fastai asks of one."""

    y_int = True  # mixup may interpolate between two calls

    def activation(self, x: Tensor) -> Tensor:
        """Return probabilities."""
        return functional.softmax(x, dim=-1)

    def decodes(self, x: Tensor) -> Tensor:
        """Return the most probable class."""
        return x.argmax(dim=-1)


class Focal(nn.Module):
    """Cross entropy times (1 - p)^gamma, with p the probability of the truth; the mean is by class weight.

    T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017, equation 5. fastai's own takes p
    from the weighted cross entropy, so that a heavy class is focused on p^weight.
    """

    def __init__(self, gamma: float, weight: Tensor) -> None:
        super().__init__()
        self.gamma, self.reduction = gamma, "mean"
        self.register_buffer("weight", weight)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of logits [N, C] for classes [N]."""
        surprise = functional.cross_entropy(logits, targets, reduction="none")
        weights = self.get_buffer("weight")[targets]
        losses: Tensor = weights * (1 - torch.exp(-surprise)) ** self.gamma * surprise
        return losses if self.reduction == "none" else losses.sum() / weights.sum()


class FocalFlat(Classifying):
    """:class:`Focal` for fastai."""

    def __init__(self, gamma: float, weight: Tensor) -> None:
        super().__init__(Focal, gamma, weight)


class CostSensitive(nn.Module):
    """A loss plus the expected cost of the answer, the sum over classes j of cost[truth, j] * p_j.

    C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, for the expected cost; as a term of
    the loss it is differentiable and leaves the likelihood to keep the probabilities honest.
    """

    def __init__(self, base: nn.Module, costs: Tensor) -> None:
        super().__init__()
        self.base, self.reduction = base, "mean"
        self.register_buffer("costs", costs)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of logits [N, C] for classes [N]."""
        self.base.reduction = self.reduction  # type: ignore[assignment]
        expected = (self.get_buffer("costs")[targets] * logits.softmax(dim=1)).sum(dim=1)
        likelihood: Tensor = self.base(logits, targets)
        return likelihood + (expected if self.reduction == "none" else expected.mean())


class CostSensitiveFlat(Classifying):
    """:class:`CostSensitive` for fastai."""

    def __init__(self, base: BaseLoss, costs: Tensor) -> None:
        # The module itself, so that its class weights go where the costs go.
        super().__init__(CostSensitive, base.func, costs)


def make_loss(labels: Sequence[str], classes: Sequence[str], config: TrainConfig) -> BaseLoss:
    """Return the loss of a run.

    Args:
        labels: the training images' classes, for the class weights n^-``loss_power``.
        classes: the ordered classes.
        config: which loss.

    Raises:
        DataError: the cost matrix cannot be read or is not one of these classes.
    """
    weight = None
    if config.loss_power:
        found = inverse_frequency(labels, config.loss_power)
        # A class without an image has nothing to weigh.
        weight = torch.tensor([found.get(code, 1.0) for code in classes])
    if config.loss == "focal":
        base = FocalFlat(config.focal_gamma, torch.ones(len(classes)) if weight is None else weight)
    else:
        base = CrossEntropyLossFlat(weight=weight, label_smoothing=config.label_smoothing)
    return CostSensitiveFlat(base, read_costs(Path(config.costs), classes)) if config.costs else base


def read_costs(path: Path, classes: Sequence[str]) -> Tensor:
    """Read a cost matrix [C, C]: a CSV with the classes as first column (truth) and as header (answer).

    Raises:
        DataError: it cannot be read, its classes are others, or a cost is negative or lacks.
    """
    try:
        table = pd.read_csv(path, index_col=0)
        matrix = table.loc[list(classes), list(classes)].astype(float)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"{path} is no cost matrix of {', '.join(classes)}, as first column and as header: {error}."
        ) from error
    if matrix.isna().any(axis=None) or (matrix < 0).any(axis=None):
        raise DataError(f"{path} lacks a cost or holds a negative one: give 0 or more for every pair.")
    return torch.tensor(matrix.to_numpy(), dtype=torch.float32)
