"""The part of a network that judges by age, sex and site."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lesion.clinical import Clinical, ClinicalSpec, encode

HIDDEN = 32


class ClinicalBranch(nn.Module):
    """Vectors [N, K] of :func:`lesion.clinical.encode` to what they add to the logits, [N, C].

    While learning, ``withheld`` of the vectors are replaced by that of nothing known, so that the network
    answers well without them too. The last layer begins with zeros: at first the image alone decides.
    """

    unknown: Tensor

    def __init__(self, spec: ClinicalSpec, n_classes: int, withheld: float = 0.0) -> None:
        super().__init__()
        self.withheld = withheld
        self.register_buffer("unknown", torch.from_numpy(encode(Clinical(), spec)))
        last = nn.Linear(HIDDEN, n_classes, bias=False)
        nn.init.zeros_(last.weight)
        self.layers = nn.Sequential(nn.Linear(spec.size, HIDDEN), nn.ReLU(), last)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return what is added to the logits."""
        if self.training and self.withheld:
            hidden = torch.rand(len(vectors), 1, device=vectors.device) < self.withheld
            vectors = torch.where(hidden, self.unknown, vectors)
        added: Tensor = self.layers(vectors)
        return added
