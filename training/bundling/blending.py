"""The weights of a fine-tuned run blended with those that it began from.

M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022: on the straight line between the two
there are often weights that do better than both, on the images learned from last and on others.
"""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from lesion.errors import DataError
from training.learning.config import TrainConfig


def write_blend(weights: Path, config: TrainConfig, share: float, to: Path) -> None:
    """Write (1 - share) * ``weights`` + share * what the run began from; counters stay those of the run.

    Args:
        weights: those of the run.
        config: the run's configuration, whose ``weights`` is what it began from.
        share: that of the start, above 0 and below 1.
        to: file to write.

    Raises:
        DataError: the run began from no file with all weights of the same network.
    """
    state, start = load_file(weights), _read(config.weights)
    if {name: value.shape for name, value in start.items()} != {n: value.shape for n, value in state.items()}:
        raise DataError(f"{config.weights} holds another network than the run that began from it.")
    blend = {
        name: value.lerp(start[name], share) if value.is_floating_point() else value
        for name, value in state.items()
    }
    save_file(blend, to)


def _read(path: str) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise DataError(
            f"The run began from {path}, which is no file of weights that `train` wrote: "
            "there is nothing to blend it with."
        ) from error
