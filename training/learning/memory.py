"""Whether a training step fits into memory, and what to say when it did not."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch
from torch import nn

from lesion.errors import DataError
from training.learning.config import TrainConfig

CGROUPS = Path("/sys/fs/cgroup")
"""Where Linux tells a container what it may use and does use."""
ACCOUNTS = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "total_inactive_file",
    ),
)
"""Limit, use, and that part of the use which is given back at need, of control groups of version 2 and 1.

Linux kernel, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
"""
STATE_BYTES = 16
"""Bytes a parameter: itself, its gradient, and the two moments of Adam, each a float32."""
IMAGES = 2
"""Images sent through a network's shadow; batch normalisation takes no less."""
EXHAUSTED = re.compile("can't allocate memory|not enough memory|out of memory", re.IGNORECASE)
"""What torch says without an exception of its own, on a CPU."""


def check_memory(
    net: nn.Module, config: TrainConfig, device: torch.device, teachers: Sequence[nn.Module] = ()
) -> None:
    """Refuse a training whose steps need more memory than there is.

    Raises:
        DataError: the least that a step needs, see :func:`step_bytes`, is more than what is available.
    """
    needed, free = step_bytes(net, config, teachers), available(device)
    if needed > free:
        raise DataError(
            f"A step of {config.batch_size} images of {config.size} pixels needs at least "
            f"{needed / 1e9:.1f} GB of memory{', its teachers included' if teachers else ''}, and "
            f"{free / 1e9:.1f} GB are free: choose a smaller --batch-size (--accumulate makes up for it)"
            f"{', fewer --teachers, a smaller --teacher-size' if teachers else ''} or a smaller --size."
        )


def step_bytes(net: nn.Module, config: TrainConfig, teachers: Sequence[nn.Module] = ()) -> int:
    """Return the least that a training step must hold.

    That is the parameters with their state, all kept for backward, the teachers' weights and the larger
    images that they see. They judge the images before the network does, so that of what they need in passing
    and what it keeps the larger counts. What else the kernels need in passing comes on top.
    """
    share = 1.0 if config.precision == "float32" else 0.5
    held = STATE_BYTES * sum(each.numel() for each in net.parameters() if each.requires_grad)
    held += sum(int(tensor.nbytes) for teacher in teachers for tensor in teacher.state_dict().values())
    if config.shown > config.size:
        held += config.batch_size * 3 * config.shown**2 * torch.float32.itemsize
    at_once = [kept_bytes(net, config.size), *(passing_bytes(teacher, config.shown) for teacher in teachers)]
    return held + int(share * max(at_once) * config.batch_size)


def kept_bytes(net: nn.Module, size: int) -> float:
    """Return the bytes an image that autograd keeps of a training network's forward pass in float32."""
    shadow = _shadow(net).train()
    own = {parameter.untyped_storage()._cdata for parameter in shadow.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept.setdefault(tensor.untyped_storage()._cdata, tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        shadow(_images(size))
    return sum(each.untyped_storage().nbytes() for place, each in kept.items() if place not in own) / IMAGES


def passing_bytes(net: nn.Module, size: int) -> float:
    """Return the bytes an image of the input and output of the layer where these are largest, in float32."""
    shadow, found = _shadow(net).eval(), [0]

    def look(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        # A layer that works in place has one array for both.
        places = {
            each.untyped_storage()._cdata: each.untyped_storage().nbytes() for each in (*inputs, output)
        }
        found.append(sum(places.values()))

    for layer in shadow.modules():
        if not any(layer.children()):
            layer.register_forward_hook(look)
    with torch.no_grad():
        shadow(_images(size))
    return max(found) / IMAGES


def _shadow(net: nn.Module) -> nn.Module:
    """Return a copy of a network that has shapes and no numbers."""
    return copy.deepcopy(net).to("meta")


def _images(size: int) -> torch.Tensor:
    return torch.empty(IMAGES, 3, size, size, device="meta")


def available(device: torch.device) -> int:
    """Return the bytes that are free on a GPU, or to this process on a CPU."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    free = int(psutil.virtual_memory().available)
    return max(0, min([free, *_left_to_container()]))


def _left_to_container() -> Iterator[int]:
    """Yield what the limit of this process's container leaves, if it has one."""
    for limit, used, stat, spare in ACCOUNTS:
        try:
            most = (CGROUPS / limit).read_text().strip()
            parts = dict(line.split() for line in (CGROUPS / stat).read_text().splitlines())
            held = int((CGROUPS / used).read_text()) - int(parts.get(spare, 0))
        except (OSError, ValueError):
            continue
        if most.isdigit():
            yield int(most) - held


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
