"""The network: normalisation, a backbone's feature maps, average pooling and one linear layer.

Because the head is pooling and one linear layer, the same layer applied at every location gives the exact
class evidence map (B. Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016):
its mean over the locations plus the bias is the logit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
import torchvision
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torchvision.ops.misc import Conv2dNormActivation

from lesion.errors import DataError

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Normalise(nn.Module):
    """ImageNet normalisation of RGB in 0..1, inside the network so that it cannot be done twice."""

    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised batch [N, 3, S, S]."""
        return (x - self.mean) / self.std


class LesionNet(nn.Module):
    """Images [N, 3, S, S] in 0..1 to logits [N, C]."""

    def __init__(
        self, features: nn.Sequential, n_features: int, n_classes: int, dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.normalise = Normalise()
        self.features = features
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(n_features, n_classes)
        )

    @property
    def linear(self) -> nn.Linear:
        """The layer that turns averaged features into logits."""
        layer = self.head[-1]
        if not isinstance(layer, nn.Linear):
            raise TypeError("the head must end with a linear layer")
        return layer

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits."""
        logits: Tensor = self.head(self.features(self.normalise(x)))
        return logits

    def outputs(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return all that a bundle's engine gives, without dropout.

        That is logits [N, C], cam [N, C, h, w] (its mean plus the bias is the logit), embedding [N, D].
        """
        maps = self.features(self.normalise(x))
        cam = nn.functional.conv2d(maps, self.linear.weight[:, :, None, None])
        embedding = maps.mean(dim=(2, 3))
        return self.linear(embedding), cam, embedding


class ServedNet(nn.Module):
    """The network as a graph is made of it: a module whose call gives all outputs."""

    def __init__(self, net: LesionNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, cam and embedding, see :meth:`LesionNet.outputs`."""
        return self.net.outputs(x)


def _mobilenet_v2(pretrained: bool) -> tuple[nn.Sequential, int]:
    return torchvision.models.mobilenet_v2(weights="DEFAULT" if pretrained else None).features, 1280


def _densenet161(pretrained: bool) -> tuple[nn.Sequential, int]:
    features = torchvision.models.densenet161(weights="DEFAULT" if pretrained else None).features
    # torchvision applies this last activation inside DenseNet.forward, so cutting the net loses it.
    features.add_module("relu5", nn.ReLU(inplace=True))
    return features, 2208


BACKBONES: dict[str, Callable[[bool], tuple[nn.Sequential, int]]] = {
    "densenet161": _densenet161,
    "mobilenet_v2": _mobilenet_v2,
}


def build(arch: str, weights: str, n_classes: int, dropout: float = 0.2) -> LesionNet:
    """Build a network by name.

    Args:
        arch: a key of :data:`BACKBONES`.
        weights: ``imagenet`` (torchvision's hub), ``none``, or a ``.safetensors`` file: either a whole
            network saved by ``train`` or the features of the backbone alone.
        n_classes: number of classes C.
        dropout: share of the embedding dropped while training.

    Raises:
        DataError: the architecture is unknown, the hub cannot be reached, or the file does not exist, is
            damaged or does not fit the architecture.
    """
    if arch not in BACKBONES:
        raise DataError(f"There is no backbone {arch}: choose one of {', '.join(sorted(BACKBONES))}.")
    try:
        features, n_features = BACKBONES[arch](weights == "imagenet")
    except OSError as error:  # what urllib raises without a connection is one
        raise DataError(
            f"The ImageNet weights of {arch} cannot be fetched ({error}): connect, or give --weights a file."
        ) from error
    if weights in ("imagenet", "none"):
        return LesionNet(features, n_features, n_classes, dropout)
    if not Path(weights).is_file():
        raise DataError(f"No weights at {weights}: give imagenet, none, or a .safetensors file.")
    try:
        state = load_file(weights)
    except SafetensorError as error:
        raise DataError(f"{weights} is no .safetensors file, or a damaged one: {error}.") from error
    if arch == "mobilenet_v2" and "features.1.conv.3.weight" in state:
        _expand_first_bottleneck(features)
    net = LesionNet(features, n_features, n_classes, dropout)
    _take_weights(net, state, f"{weights} does not fit {arch}")
    return net


def _take_weights(net: LesionNet, state: dict[str, Tensor], complaint: str) -> None:
    """Load all features, and the head where it is there and has as many classes."""
    wanted = net.state_dict()
    if "head.3.weight" in state and state["head.3.weight"].shape != wanted["head.3.weight"].shape:
        state = {key: value for key, value in state.items() if not key.startswith("head.")}
    absent = [key for key in wanted if key.startswith("features.") and key not in state]
    wrong = [key for key in state if key not in wanted or wanted[key].shape != state[key].shape]
    if absent or wrong:
        raise DataError(
            f"{complaint}: {len(absent)} arrays lack, {len(wrong)} are unknown or of another shape."
        )
    net.load_state_dict(state, strict=False)


def _expand_first_bottleneck(features: nn.Sequential) -> None:
    """Give MobileNetV2's first bottleneck the 1x1 expansion that the paper's reference nets have.

    torchvision leaves it out because it does not widen; weights converted from other libraries carry it.
    """
    block = features.get_submodule("1")
    expansion = Conv2dNormActivation(32, 32, kernel_size=1, activation_layer=nn.ReLU6)
    block.conv = nn.Sequential(expansion, *block.get_submodule("conv").children())


def parameter_groups(net: LesionNet) -> list[list[nn.Parameter]]:
    """Split the parameters for discriminative rates: first half of the features, second half, head."""
    children = list(net.features.children())
    middle = len(children) // 2
    groups: list[list[nn.Module]] = [children[:middle], children[middle:], [net.head]]
    return [[p for module in group for p in module.parameters()] for group in groups]
