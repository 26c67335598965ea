"""Where a network starts: the weights of an earlier run, of another library, or of a backbone alone."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from lesion.errors import DataError

# The classifiers of torchvision and timm, which are for other classes than these.
FOREIGN_HEADS = ("classifier.", "fc.", "head.", "pre_logits.")
# Files of DenseNet from before torch 0.4 are still what torchvision's hub gives out.
OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.(\d\.)")


def read_state(path: Path) -> dict[str, Tensor]:
    """Read the arrays of a ``.safetensors`` file or of a state dict that torch saved; no code is run.

    Raises:
        DataError: the file cannot be read, is damaged, or holds something else.
    """
    try:
        state = load_file(path) if path.suffix == ".safetensors" else _read_torch(path)
    except (OSError, SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"{path} holds no weights, or damaged ones ({reason}): give a .safetensors file or a state dict."
        ) from error
    return state


def _read_torch(path: Path) -> dict[str, Tensor]:
    state: Any = torch.load(path, map_location="cpu", weights_only=True)
    for key in ("state_dict", "model"):
        state = state.get(key, state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError("it is no dictionary of arrays")
    return state


def take_weights(net: nn.Module, state: dict[str, Tensor], complaint: str) -> None:
    """Load all features, and the head where it is there and has as many classes; so the clinical branch.

    Args:
        net: a :class:`training.nets.network.LesionNet`.
        state: arrays of such a network, of its features alone, or of the whole network of torchvision or
            timm that the features are from.
        complaint: how the message begins if they do not fit.

    Raises:
        DataError: arrays of the features lack, are unknown, or have another shape.
    """
    wanted = net.state_dict()
    named = {_name(key, wanted): value for key, value in state.items()}
    named.pop("", None)
    if "head.3.weight" in named and named["head.3.weight"].shape != wanted["head.3.weight"].shape:
        named = {key: value for key, value in named.items() if not key.startswith(("head.", "clinical."))}
    if not any(key.startswith("clinical.") for key in wanted):
        named = {key: value for key, value in named.items() if not key.startswith("clinical.")}
    absent = [key for key in wanted if key.startswith("features.") and key not in named]
    # A count of steps that only batch norm without momentum reads, and that older files lack.
    absent = [key for key in absent if not key.endswith("num_batches_tracked")]
    wrong = [key for key in named if key not in wanted or wanted[key].shape != named[key].shape]
    if absent or wrong:
        raise DataError(
            f"{complaint}: {len(absent)} arrays lack, {len(wrong)} are unknown or of another shape."
        )
    net.load_state_dict(named, strict=False)


def _name(key: str, wanted: dict[str, Tensor]) -> str:
    """Return the name that an array has here: its own if nothing is known of it, empty for other heads."""
    key = OLD_DENSENET.sub(r"\1\2", key)
    # ConvNeXt's last normalisation, which torchvision counts to the classifier.
    candidates = (key, f"features.{key}", key.replace("classifier.0.", "features.norm."))
    known = next((name for name in candidates if name in wanted), key)
    return "" if known == key and key not in wanted and key.startswith(FOREIGN_HEADS) else known
