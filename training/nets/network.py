"""The network: normalisation, a backbone's feature maps, average pooling and one linear layer.

Because the head is pooling and one linear layer, the same layer applied at every location gives the exact
class evidence map (B. Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016):
its mean over the locations plus the bias is the logit. Age, sex and site, where a network takes them, are
added to the logits and touch neither features nor map.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.nets.clinical_branch import ClinicalBranch
from training.nets.constancy import Constancy, ShadesOfGrey

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
