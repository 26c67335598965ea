"""The network: normalisation, a backbone's feature maps, average pooling and one linear layer.

Because the head is pooling and one linear layer, the same layer applied at every location gives the exact
class evidence map (B. Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016):
its mean over the locations plus the bias is the logit. Age, sex and site, where a network takes them, are
added to the logits and touch neither features nor map.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.ops.misc import Conv2dNormActivation

from lesion.clinical import ClinicalSpec
from lesion.errors import DataError
from training.nets.backbones import BACKBONES
from training.nets.clinical_branch import ClinicalBranch
from training.nets.constancy import Constancy, ShadesOfGrey
from training.nets.weights import read_state, take_weights

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
FEATURE_GROUPS = 3
EXPANSION = {"features.1.conv.3.weight", "1.conv.3.weight"}
"""What only a MobileNetV2 has whose first bottleneck expands, see :func:`_expand_first_bottleneck`."""


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


class NormaliseUnderWhiteLight(Normalise):
    """The same after :class:`ShadesOfGrey`; its arrays have the same names, so weights fit either."""

    def __init__(self) -> None:
        super().__init__()
        self.constancy = ShadesOfGrey()

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised batch [N, 3, S, S]."""
        return super().forward(self.constancy(x))


class LesionNet(nn.Module):
    """Images [N, 3, S, S] in 0..1 to logits [N, C].

    With a ``clinical`` branch, logits are head(image) + branch(vector [N, K]); of images without a vector,
    nothing is known. Without one, vectors are passed over, so that such a network can teach another.
    """

    def __init__(
        self,
        features: nn.Sequential,
        n_features: int,
        n_classes: int,
        dropout: float = 0.2,
        constancy: Constancy = "none",
        clinical: ClinicalBranch | None = None,
    ) -> None:
        super().__init__()
        self.normalise = Normalise() if constancy == "none" else NormaliseUnderWhiteLight()
        self.features = features
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(n_features, n_classes)
        )
        self.clinical = clinical

    @property
    def linear(self) -> nn.Linear:
        """The layer that turns averaged features into logits."""
        layer = self.head[-1]
        if not isinstance(layer, nn.Linear):
            raise TypeError("the head must end with a linear layer")
        return layer

    @property
    def branch(self) -> ClinicalBranch | None:
        """What judges by age, sex and site; learners pickled before there was such a part have none."""
        found: ClinicalBranch | None = getattr(self, "clinical", None)
        return found

    def forward(self, x: Tensor, clinical: Tensor | None = None) -> Tensor:
        """Return the logits."""
        logits: Tensor = self.head(self.features(self.normalise(x)))
        return self._added(logits, clinical)

    def outputs(self, x: Tensor, clinical: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Return all that a bundle's engine gives, without dropout.

        That is logits [N, C], cam [N, C, h, w] (its mean plus the bias, and plus what the clinical branch
        adds, is the logit), embedding [N, D].
        """
        maps = self.features(self.normalise(x))
        cam = nn.functional.conv2d(maps, self.linear.weight[:, :, None, None])
        embedding = maps.mean(dim=(2, 3))
        return self._added(self.linear(embedding), clinical), cam, embedding

    def _added(self, logits: Tensor, clinical: Tensor | None) -> Tensor:
        if self.branch is None:
            return logits
        if clinical is None:
            clinical = self.branch.unknown.expand(len(logits), -1)
        added: Tensor = logits + self.branch(clinical)
        return added


class ServedNet(nn.Module):
    """The network as a graph is made of it: a module whose call gives all outputs."""

    def __init__(self, net: LesionNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, clinical: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, cam and embedding, see :meth:`LesionNet.outputs`."""
        return self.net.outputs(x, clinical)


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


def parameter_groups(net: LesionNet) -> list[list[nn.Parameter]]:
    """Split the parameters, from the first layers to the head, for freezing and for discriminative rates.

    The features are cut between blocks into :data:`FEATURE_GROUPS` parts of about as many layers each; the
    head is the last group.
    """
    groups: list[list[nn.Parameter]] = [[] for _ in range(FEATURE_GROUPS)]
    blocks = _blocks(net.features)
    depths = [sum(p.ndim > 1 for p in block.parameters()) for block in blocks]
    before, total = 0, sum(depths)
    for block, depth in zip(blocks, depths, strict=True):
        middle = before + depth / 2
        groups[min(FEATURE_GROUPS - 1, int(FEATURE_GROUPS * middle / total))].extend(block.parameters())
        before += depth
    head = [net.head, net.branch] if net.branch else [net.head]
    return [*groups, [parameter for part in head for parameter in part.parameters()]]


def _blocks(module: nn.Module) -> list[nn.Module]:
    """Return the parts of a network in the order in which they run; sequences are taken apart."""
    if not isinstance(module, nn.Sequential):
        return [module]
    return [block for child in module.children() for block in _blocks(child)]
