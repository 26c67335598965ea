"""Distillation: a student learns from the softened probabilities, and the feature maps, of its teachers.

G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network", arXiv:1503.02531, for the
probabilities; A. Romero et al., "FitNets: hints for thin deep nets", ICLR 2015, for the feature maps. The
teachers see the very images that the student sees, augmentation and all (L. Beyer et al., "Knowledge
distillation: a good teacher is patient and consistent", CVPR 2022), at a larger size where asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import torch
from fastai.callback.core import Callback
from fastai.learner import load_learner
from fastai.torch_core import get_model
from torch import Tensor, nn
from torch.nn import functional

from lesion.bundle import PICKLE, Bundle
from lesion.errors import DataError
from training.dataset.files import named
from training.learning.arithmetic import takes_bfloat16
from training.learning.config import TrainConfig
from training.learning.learner import make_net
from training.learning.progress import BEST, RECORD
from training.learning.record import read_learned
from training.nets.network import LesionNet

HINT_STRIDES = (8, 16, 32)
"""Reductions of the image at whose last feature maps hints are given."""


class Hints(nn.Module):
    """Linear maps from a student's feature maps to those of its teacher, learned with the student."""

    def __init__(self, student: LesionNet, teacher: LesionNet) -> None:
        super().__init__()
        self.own, self.theirs = Watched(student.features), Watched(teacher.features)
        self.shared = sorted(self.own.channels.keys() & self.theirs.channels.keys())
        pairs = {s: (self.own.channels[s], self.theirs.channels[s]) for s in self.shared}
        self.projections = nn.ModuleDict({str(s): nn.Conv2d(*pair, 1) for s, pair in pairs.items()})

    def forward(self) -> Tensor:
        """Return the mean squared distance of the maps last seen, the teacher's standardised; forget them.

        Kept, they would hold a whole graph of gradients, which a moving average of the weights cannot copy.
        """
        losses = []
        for stride in self.shared:
            own = self.projections[str(stride)](self.own.maps[stride]).float()
            theirs = functional.adaptive_avg_pool2d(self.theirs.maps[stride].float(), own.shape[-2:])
            theirs = functional.batch_norm(theirs, None, None, training=True)
            losses.append(functional.mse_loss(own, theirs))
        self.own.maps.clear()
        self.theirs.maps.clear()
        return torch.stack(losses).mean()


class Watched:
    """The feature maps that a network last made, at the last layer of each of :data:`HINT_STRIDES`."""

    def __init__(self, features: nn.Sequential) -> None:
        self.maps: dict[int, Tensor] = {}
        self.channels: dict[int, int] = {}
        ends = stage_ends(features)
        for stride, (i, channels) in ends.items():
            self.channels[stride] = channels
            features[i].register_forward_hook(self._keep(stride))

    def _keep(self, stride: int) -> Any:
        def keep(module: nn.Module, inputs: Any, maps: Tensor) -> None:
            self.maps[stride] = maps

        return keep


class Distillation(Callback):  # type: ignore[misc]
    """Let teachers judge each training batch, and add what they say to the loss.

    The loss becomes (1 - w) * loss + w * T^2 * KL(teachers at T || student at T) + hint weight * hints,
    where the teachers' word is the mean of their probabilities at temperature T.
    """

    # After mixup (0), before the accumulation's scaling (6) and the fast arithmetic (10).
    order = 5

    def __init__(self, teachers: Sequence[LesionNet], config: TrainConfig) -> None:
        self.teachers, self.config = teachers, config

    def before_fit(self) -> None:
        """Bring the teachers to where the student learns."""
        for teacher in self.teachers:
            teacher.to(self.dls.device).to(memory_format=torch.channels_last)

    def before_batch(self) -> None:
        """Ask the teachers, then reduce the images to the student's size."""
        images, *rest = self.xb
        if self.training:
            self._ask(images, *rest)
        if images.shape[-1] > self.config.size:
            images = functional.interpolate(images, size=self.config.size, mode="bilinear", antialias=True)
            self.learn.xb = (images, *rest)

    def after_pred(self) -> None:
        """Compare feature maps while the fast arithmetic is on."""
        if self.training and self.config.hint_weight:
            self.hint = get_model(self.learn.model).hints()

    def after_loss(self) -> None:
        """Mix the teachers' word into the loss that is learned from."""
        if not self.training:
            return
        weight, temperature = self.config.distil_weight, self.config.distil_temperature
        said = functional.log_softmax(self.pred / temperature, dim=1)
        apart = functional.kl_div(said, self.taught, reduction="batchmean") * temperature**2
        loss = (1 - weight) * self.learn.loss_grad + weight * apart
        if self.config.hint_weight:
            loss = loss + self.config.hint_weight * self.hint
        self.learn.loss_grad, self.learn.loss = loss, loss.clone()

    @torch.no_grad()
    def _ask(self, images: Tensor, *rest: Tensor) -> None:
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast(
            images.device.type, torch.bfloat16, enabled=takes_bfloat16(self.config, images.device)
        ):
            words = [teacher(images, *rest).float() for teacher in self.teachers]
        shares = [(word / self.config.distil_temperature).softmax(dim=1) for word in words]
        self.taught = torch.stack(shares).mean(dim=0)


def stage_ends(features: nn.Sequential) -> dict[int, tuple[int, int]]:
    """Return for each stride of :data:`HINT_STRIDES` the last layer that works at it, and its channels."""
    found: dict[int, tuple[int, int]] = {}
    maps, was = torch.zeros(1, 3, 64, 64), features.training
    features.eval()
    with torch.no_grad():
        for i, layer in enumerate(features):
            maps = layer(maps)
            if 64 // maps.shape[-1] in HINT_STRIDES:
                found[64 // maps.shape[-1]] = (i, maps.shape[1])
    features.train(was)
    return found


def load_teachers(config: TrainConfig, split_sha256: str) -> list[LesionNet]:
    """Load the networks that a run distils from, frozen.

    Raises:
        DataError: one is neither a run nor a bundle with its learner, tells other classes apart, or learned
            under another split, so that it may know lesions that are held out here.
    """
    check_teachers(config, split_sha256)
    nets = [
        _from_run(path) if (path / RECORD).is_file() else _from_bundle(path)
        for path in map(Path, config.teachers)
    ]
    return [net.eval().requires_grad_(False) for net in nets]


def check_teachers(config: TrainConfig, split_sha256: str) -> None:
    """Raise what :func:`load_teachers` would, as far as it can be known without loading any."""
    for path in map(Path, config.teachers):
        learned = read_learned(path)
        if learned is None:
            raise DataError(f"{path} is no teacher: name the folder of a run or of a bundle.")
        if learned.task != config.task:
            raise DataError(
                f"{path} learned {learned.task} and cannot teach {config.task}: name another teacher."
            )
        if learned.split_sha256 != split_sha256:
            raise DataError(
                f"{path} learned under another split, so that it may know lesions that are held out here: "
                "name a teacher that learned under this one."
            )
        if not (path / RECORD).is_file():
            _check_learner(path)


def _from_run(path: Path) -> LesionNet:
    record = json.loads((path / RECORD).read_text())
    return make_net(msgspec.convert(record["config"], TrainConfig), str(path / BEST))


def _from_bundle(path: Path) -> LesionNet:
    net: LesionNet = load_learner(Bundle.load(path).file(PICKLE)).model
    return net


def _check_learner(path: Path) -> None:
    """Refuse a bundle that is an ensemble."""
    if ensemble := Bundle.load(path).manifest.ensemble:
        members = named(member.name for member in ensemble.members)
        raise DataError(
            f"{path} is an ensemble, a graph without a learner that could teach: name what it was made of, "
            f"{members}, each with --teachers; several teach by their mean."
        )
