"""Colours as they would look under white light, inside the network so that serving cannot forget it."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

Constancy = Literal["none", "shades_of_grey"]
POWER = 6
DARKEST = 1e-3
"""Least estimate of a channel, so that a channel without light is not divided by zero."""


class ShadesOfGrey(nn.Module):
    """Divide each image's channels by its light, estimated as their Minkowski mean with p = 6.

    G. Finlayson, E. Trezzi, "Shades of grey and colour constancy", Color Imaging Conference 2004. A grey
    light leaves an image as it is; brightness is kept, and nothing is cut off above 1.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return images [N, 3, S, S] under white light, from images in 0..1."""
        light = x.pow(POWER).mean(dim=(2, 3), keepdim=True).clamp(min=DARKEST**POWER).pow(1 / POWER)
        return x * (light.square().mean(dim=1, keepdim=True).sqrt() / light)
