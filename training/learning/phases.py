"""Which parts of a network learn, and for how long: the plan of a run before its first step."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Freeze = Literal["head", "gradual", "none"]


class Phase(NamedTuple):
    """A part of a run with one schedule of the learning rate.

    Attributes:
        name: what the history and the state for resuming call it.
        thawed: how many parameter groups learn, counted from the head.
        epochs: how long.
        last: whether the run ends with it, early if it no longer improves.
    """

    name: str
    thawed: int
    epochs: int
    last: bool = False


def plan(freeze: Freeze, frozen_epochs: int, epochs: int, n_groups: int) -> list[Phase]:
    """Return the phases of a run, one at least; those without an epoch are left out.

    - ``none``: everything learns from the start, for ``epochs``.
    - ``head``: the head alone for ``frozen_epochs``, then everything for ``epochs``.
    - ``gradual``: the head alone, then one more group at a time from the last layers to the first, each
      for ``frozen_epochs``, then everything for ``epochs`` (J. Howard, S. Ruder, "Universal Language Model
      Fine-tuning for Text Classification", ACL 2018, section 3.3).
    """
    steps = {"none": 0, "head": 1, "gradual": n_groups - 1}[freeze]
    names = ["head", *(f"last-{thawed}" for thawed in range(2, n_groups))]
    frozen = [Phase(names[i], i + 1, frozen_epochs) for i in range(steps)] if frozen_epochs else []
    *before, last = [*frozen, *([Phase("all", n_groups, epochs)] if epochs else [])]
    return [*before, last._replace(last=True)]


def rates(head: float, ratio: float, n_groups: int) -> NDArray[Any]:
    """Return one learning rate a group, from the first layers to the head, in equal steps of their logarithm.

    Args:
        head: rate of the head.
        ratio: rate of the head over that of the first layers.
        n_groups: number of groups, at least two.
    """
    return np.geomspace(head / ratio, head, n_groups)
