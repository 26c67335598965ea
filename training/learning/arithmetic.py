"""How a network is computed: the layout of its arrays in memory, and in which floating point."""

from __future__ import annotations

from contextlib import ExitStack

import torch
from fastai.callback.core import Callback

from training.learning.config import TrainConfig

__all__ = ["FastConvolutions", "takes_bfloat16"]

NATIVE = ("avx512_bf16", "amx_bf16", "bf16")
"""Names under which torch lists a processor's own bfloat16 arithmetic."""

QUICKER_IN_FLOAT32 = {"efficientnet_b0", "efficientnet_b2", "mixnet_xl"}
"""Backbones that bfloat16 slows down on processors (to 0.7 to 0.9 of the speed; others gain 1.0 to 2.0)."""


def takes_bfloat16(config: TrainConfig, device: torch.device) -> bool:
    """Tell whether a run computes in bfloat16 on a device; ``auto`` does where that is native and quicker.

    bfloat16 has float32's range, so that gradients need no scaling.
    """
    if config.precision != "auto":
        return config.precision == "bfloat16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type != "cpu" or config.arch in QUICKER_IN_FLOAT32:
        return False
    abilities = torch.cpu.get_capabilities()
    return any(abilities.get(name) for name in NATIVE)


class FastConvolutions(Callback):  # type: ignore[misc]
    """Channels-last memory, and bfloat16 where the run takes it: the fast paths on CPU as on GPU."""

    order = 10

    def __init__(self, config: TrainConfig) -> None:
        self.config, self.switched = config, ExitStack()

    def before_fit(self) -> None:
        """Lay out the weights channels-last."""
        self.learn.model.to(memory_format=torch.channels_last)

    def before_batch(self) -> None:
        """Lay out the images likewise, and switch the arithmetic."""
        images, *rest = self.xb
        self.learn.xb = (images.contiguous(memory_format=torch.channels_last), *rest)
        enabled = takes_bfloat16(self.config, images.device)
        self.switched.enter_context(torch.autocast(images.device.type, torch.bfloat16, enabled=enabled))

    def after_pred(self) -> None:
        """Leave the fast arithmetic before the loss is computed."""
        self.close()
        self.learn.pred = self.pred.float()

    def close(self) -> None:
        """Leave the fast arithmetic, wherever a batch ended.

        Left on, it would keep its copies of the weights in bfloat16, and whatever learns next in this process
        would compute with those of its first step.
        """
        self.switched.close()
