"""Write what the other servers load: the fastai learner of a bundle, and its network for torch alone.

python -m benchmarks.servers.material BUNDLE FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import torch

from lesion.bundle import PICKLE, WEIGHTS, Bundle
from lesion.engine import FastaiEngine
from training.bundling.rebuild import rebuild

NETWORK = "network.pt"


def write_material(bundle: Bundle, folder: Path) -> None:
    """Write ``model.pkl`` and ``network.pt`` into a folder; both hold the weights that the bundle serves.

    Raises:
        BundleError: the bundle was altered, or has no learner.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learner = folder / PICKLE
    if WEIGHTS in bundle.manifest.files:
        rebuild(bundle, learner)
    else:
        shutil.copyfile(bundle.file(PICKLE), learner)
    manifest = bundle.manifest
    stored = {
        "net": FastaiEngine(learner).net,
        "classes": list(manifest.classes),
        "size": manifest.input.size,
    }
    torch.save(stored, folder / NETWORK)


if __name__ == "__main__":
    write_material(Bundle.load(sys.argv[1]), Path(sys.argv[2]))
