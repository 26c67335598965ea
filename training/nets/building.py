"""A network by name: its backbone, the parts of its head, and the weights it starts from."""

from __future__ import annotations

from pathlib import Path

from torch import nn
from torchvision.ops.misc import Conv2dNormActivation

from lesion.clinical import ClinicalSpec
from lesion.errors import DataError
from training.nets.backbones import BACKBONES
from training.nets.clinical_branch import ClinicalBranch
from training.nets.constancy import Constancy
from training.nets.network import LesionNet
from training.nets.weights import read_state, take_weights

EXPANSION = {"features.1.conv.3.weight", "1.conv.3.weight"}
"""What only a MobileNetV2 has whose first bottleneck expands, see :func:`_expand_first_bottleneck`."""


def build(
    arch: str,
    weights: str,
    n_classes: int,
    dropout: float = 0.2,
    constancy: Constancy = "none",
    clinical: ClinicalSpec | None = None,
    withheld: float = 0.0,
) -> LesionNet:
    """Build a network by name.

    Args:
        arch: a key of :data:`BACKBONES`.
        weights: ``imagenet`` (the library's hub), ``none``, or a file, see :mod:`training.nets.weights`: a
            whole network saved by ``train``, the features of the backbone, or a state dict of the library.
        n_classes: number of classes C.
        dropout: share of the embedding dropped while training.
        constancy: what is done about the colour of the light, see :mod:`training.nets.constancy`.
        clinical: what the network takes beside the image; ``None`` for nothing.
        withheld: share of that withheld while training.

    Raises:
        DataError: the architecture is unknown, the hub cannot be reached, or the file does not exist, is
            damaged or does not fit the architecture.
    """
    check_start(arch, weights)
    backbone = BACKBONES[arch]
    state = {} if weights in ("imagenet", "none") else read_state(Path(weights))
    try:
        features = backbone.features(weights == "imagenet")
    except OSError as error:  # what urllib raises without a connection is one
        raise DataError(
            f"The ImageNet weights of {arch} cannot be fetched ({error}): connect, or give --weights a file."
        ) from error
    if arch == "mobilenet_v2" and EXPANSION & state.keys():
        _expand_first_bottleneck(features)
    branch = ClinicalBranch(clinical, n_classes, withheld) if clinical else None
    net = LesionNet(features, backbone.width, n_classes, dropout, constancy, branch)
    if state:
        take_weights(net, state, f"{weights} does not fit {arch}")
    return net


def check_start(arch: str, weights: str) -> None:
    """Raise what :func:`build` would, as far as it can be known without building."""
    if arch not in BACKBONES:
        raise DataError(f"There is no backbone {arch}: choose one of {', '.join(sorted(BACKBONES))}.")
    if weights not in ("imagenet", "none") and not Path(weights).is_file():
        raise DataError(f"No weights at {weights}: give imagenet, none, or a file.")


def _expand_first_bottleneck(features: nn.Sequential) -> None:
    """Give MobileNetV2's first bottleneck the 1x1 expansion that the paper's reference nets have.

    torchvision leaves it out because it does not widen; weights converted from other libraries carry it.
    """
    block = features.get_submodule("1")
    expansion = Conv2dNormActivation(32, 32, kernel_size=1, activation_layer=nn.ReLU6)
    block.conv = nn.Sequential(expansion, *block.get_submodule("conv").children())
