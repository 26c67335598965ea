"""The exponential moving average of the weights: where asked for, it is what is validated and kept."""

from __future__ import annotations

from typing import Any

import torch
from fastai.callback.core import Callback
from fastai.torch_core import get_model
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

State = dict[str, Tensor]


class Ema(Callback):  # type: ignore[misc]
    """Average weights and buffers after each step, and put the average in place while an epoch is judged.

    The decay starts low, min(decay, (1 + n) / (10 + n)) after n steps, so that a short run does not keep
    its first weights.
    """

    order = 70  # after the run's keeper, which saves the average as best and the raw weights for resuming

    def __init__(self, decay: float, averaged: State | None = None, steps: int = 0) -> None:
        self.decay, self.start, self.steps = decay, averaged, steps
        self.raw: State | None = None

    def before_fit(self) -> None:
        """Take the weights as they are, or the average that an interrupted run had come to."""
        self.average = AveragedModel(
            get_model(self.learn.model),
            avg_fn=lambda mean, new, _: torch.lerp(mean.float(), new.float(), self._share()).to(mean.dtype),
            use_buffers=True,
        )
        self.average.n_averaged += 1  # so that the first update averages, where torch would copy
        if self.start is not None:
            self.average.module.load_state_dict(self.start)

    def after_step(self) -> None:
        """Add the new weights to the average."""
        self.steps += 1
        self.average.update_parameters(get_model(self.learn.model))

    def before_validate(self) -> None:
        """Put the average in place."""
        self.raw = _copy(get_model(self.learn.model).state_dict())
        get_model(self.learn.model).load_state_dict(self.average.module.state_dict())

    def after_epoch(self) -> None:
        """Go on with the raw weights."""
        if self.raw is not None:
            get_model(self.learn.model).load_state_dict(self.raw)
            self.raw = None

    def state(self) -> dict[str, Any]:
        """Return what a resumed run needs: the average and the number of steps behind it."""
        return {"averaged": _copy(self.average.module.state_dict()), "steps": self.steps}

    def _share(self) -> float:
        return 1 - min(self.decay, (1 + self.steps) / (10 + self.steps))


def _copy(state: State) -> State:
    return {key: value.detach().clone() for key, value in state.items()}
