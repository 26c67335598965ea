"""Whether a training step fits into memory, and what to say when it did not."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch
from torch import nn

from lesion.errors import DataError
from training.learning.config import TrainConfig

LIMIT = Path("/sys/fs/cgroup/memory.max")
"""What a container may use (Linux kernel, Documentation/admin-guide/cgroup-v2.rst)."""
STATE_BYTES = 16
"""Bytes a parameter: itself, its gradient, and the two moments of Adam, each a float32."""
EXHAUSTED = re.compile("can't allocate memory|not enough memory|out of memory", re.IGNORECASE)
"""What torch says without an exception of its own, on a CPU."""


def check_memory(net: nn.Module, config: TrainConfig, device: torch.device) -> None:
    """Refuse a training whose steps need more memory than there is.

    Raises:
        DataError: the least that a step needs, see :func:`step_bytes`, is more than what is available.
    """
    needed, free = step_bytes(net, config), available(device)
    if needed > free:
        raise DataError(
            f"A step of {config.batch_size} images of {config.size} pixels needs at least "
            f"{needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free: choose a smaller "
            "--batch-size (--accumulate makes up for it) or a smaller --size."
        )


def step_bytes(net: nn.Module, config: TrainConfig) -> int:
    """Return the least that a training step must hold: parameters, their state, and all kept for backward.

    Two images are sent through a copy of the network that has shapes and no numbers, and what autograd would
    keep is added up; what the kernels need in passing comes on top.
    """
    shadow = copy.deepcopy(net).to("meta").train()
    own = {parameter.untyped_storage()._cdata for parameter in shadow.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept.setdefault(tensor.untyped_storage()._cdata, tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        shadow(torch.empty(2, 3, config.size, config.size, device="meta"))
    saved = sum(tensor.untyped_storage().nbytes() for place, tensor in kept.items() if place not in own)
    share = 1.0 if config.precision == "float32" else 0.5
    parameters = sum(parameter.numel() for parameter in shadow.parameters() if parameter.requires_grad)
    return STATE_BYTES * parameters + int(share * saved / 2 * config.batch_size)


def available(device: torch.device) -> int:
    """Return the bytes that are free on a GPU, or to this process on a CPU."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    limit = LIMIT.read_text().strip() if LIMIT.is_file() else "max"
    free = int(psutil.virtual_memory().available)
    return min(free, int(limit)) if limit.isdigit() else free


@contextmanager
def told_when_exhausted(config: TrainConfig, run: Path) -> Iterator[None]:
    """Turn running out of memory into a DataError that says how to go on."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError | torch.OutOfMemoryError) and not EXHAUSTED.search(str(error)):
            raise
        raise DataError(
            f"Memory ran out with --batch-size {config.batch_size} and --size {config.size}. Finished epochs "
            f"are kept in {run}: the same command with a smaller --batch-size goes on after them; a smaller "
            "--size needs a new --run."
        ) from error
