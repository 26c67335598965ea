"""One run in several processes, on one host or many: fastai's distributed training, and what it lacks.

``torchrun`` or ``accelerate launch`` starts the processes. Each learns from its share of every epoch's rows
and judges its share of the validation part; gradients are averaged, so that N processes with batches of B
step as one process does with batches of N * B. The first process alone writes the run. With one process,
everything here does nothing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import torch
from accelerate import PartialState
from fastai.distributed import DistributedDL
from fastai.learner import Learner
from fastai.torch_core import distrib_barrier, num_distrib, rank_distrib
from torch import distributed

from lesion.errors import LesionError

__all__ = ["after_lr_find", "count", "each", "first", "in_turn", "is_first", "joined", "rank", "together"]

T = TypeVar("T")

PATIENCE = timedelta(hours=2)
"""How long processes wait for the first, which may be reducing images; death of one ends all at once."""


def count() -> int:
    """Return the number of processes of this run."""
    return max(1, int(num_distrib()))


def rank() -> int:
    """Return the number of this process, from 0."""
    return int(rank_distrib())


def is_first() -> bool:
    """Tell whether this process writes the run."""
    return rank() == 0


@contextmanager
def joined() -> Iterator[None]:
    """Meet the other processes; each gets an accelerator of its own where there are any.

    Accelerators talk by NCCL, processors by gloo.
    """
    if count() == 1:
        yield
        return
    state = PartialState(cpu=not torch.cuda.is_available(), timeout=PATIENCE)
    yield
    # Not after an error: the others may be waiting, and are ended by what started them.
    state.destroy_process_group()


@contextmanager
def together(learner: Learner) -> Iterator[Learner]:
    """Let a learner's fits be those of all processes, by fastai's ``distrib_ctx``.

    Each process normalises its own batches, as with one process; the running means and variances are the
    first one's.
    """
    if count() == 1:
        yield learner
        return
    whole = list(learner.dls.loaders)
    learner.dls.loaders = [SharedDL(loader) for loader in whole]
    # Its own mixed precision stays off: the run's configuration decides, see FastConvolutions.
    with learner.distrib_ctx(sync_bn=False, cpu=not torch.cuda.is_available(), mixed_precision="no"):
        yield learner
    learner.dls.loaders = whole


class SharedDL(DistributedDL):  # type: ignore[misc]
    """One process's share of a loader's rows, which the first process draws.

    fastai adds up to N - 1 rows, so that all shares are of one size, and leaves them out of metrics again.
    Its own loader sends the rows from accelerator to accelerator alone.
    """

    @property
    def rng(self) -> random.Random:
        """The generator that the epochs are drawn with."""
        generator: random.Random = self.dl.rng
        return generator

    def __len__(self) -> int:
        share: int = math.ceil(self.dl.n / self.world_size)
        return share // int(self.bs) if self.drop_last else math.ceil(share / self.bs)

    def _broadcast(self, rows: list[int], rank: int) -> list[int]:
        sent = torch.tensor(rows, device=self.dl.device)
        distributed.broadcast(sent, rank)
        found: list[int] = sent.tolist()
        return found


def first(make: Callable[[], T]) -> T:
    """Let the first process make something, and return it in all.

    Raises:
        LesionError: the first process's, there; the others end without a word.
    """
    if count() == 1:
        return make()
    made: list[Any] = [None, None]
    if is_first():
        try:
            made[0] = make()
        except (LesionError, OSError) as error:
            made[1] = error
    distributed.broadcast_object_list(made)
    if made[1] is not None:
        raise made[1] if is_first() else SystemExit(1)
    result: T = made[0]
    return result


def each(mine: T) -> list[T]:
    """Return what every process has, in their order."""
    if count() == 1:
        return [mine]
    all_of_them: list[Any] = [None] * count()
    distributed.all_gather_object(all_of_them, mine)
    return all_of_them


def after_lr_find() -> None:
    """Meet the first process: fastai lets it alone put the weights back, and wait for the others then."""
    if not is_first():
        distrib_barrier()


def in_turn(make: Callable[[], T]) -> T:
    """Return what ``make`` finds or else makes on disk, such as a cache.

    The first process goes first, then one of every other host, then the rest: so a file is made once,
    whether hosts share a disk or not.
    """
    if count() == 1:
        return make()
    mine = 0 if is_first() else 1 if PartialState().is_local_main_process else 2
    for turn in range(3):
        if turn == mine:
            made = make()
        distrib_barrier()
    return made
