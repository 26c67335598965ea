"""Where model bundles lie, and how one is named on a command line."""

from __future__ import annotations

from pathlib import Path

from lesion.bundle import MANIFEST
from lesion.errors import UnknownModel

__all__ = ["DEFAULT_MODEL", "model_names", "model_path", "models_dir"]

DEFAULT_MODEL = "mobilenet_v2"


def models_dir() -> Path:
    """Return the folder of the bundles that come with the program: ``models`` beside the package."""
    return Path(__file__).resolve().parents[1] / "models"


def model_names(root: Path) -> list[str]:
    """Return the names of the bundles in ``root``, usable or not, in alphabetical order."""
    return sorted(manifest.parent.name for manifest in root.glob(f"*/{MANIFEST}"))


def model_path(name: str, root: Path) -> Path:
    """Return the folder of the bundle called ``name``: one of ``root``, or else a path.

    Raises:
        UnknownModel: neither is there.
    """
    for folder in (root / name, Path(name).expanduser()):
        if (folder / MANIFEST).is_file():
            return folder
    known = ", ".join(model_names(root)) or "none"
    raise UnknownModel(f"There is no model {name!r}: name one of {root} ({known}) or the folder of a bundle.")
