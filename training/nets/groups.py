"""The parameters of a network in groups from the first layers to the head: what thaws and learns together."""

from __future__ import annotations

from torch import nn

from training.nets.network import LesionNet

FEATURE_GROUPS = 3


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
