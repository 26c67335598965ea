"""What must never be committed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000
BINARY = {".onnx", ".pkl", ".safetensors", ".png", ".npz", ".npy", ".woff2", ".heic", ".ico"}
# In parts, so that this file is not what it looks for.
MACHINE_PATHS = re.compile(r"(?<![\w.:/])/(home|root|work|Users|workspace|mnt)" + r"/\w")
REGISTRY_HOSTS = re.compile(
    "|".join(["files.python" + "hosted", "pypi" + r"\.org", "registry" + r"\.npmjs", "deb" + r"\.debian"])
)


def committed() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def own_texts() -> list[Path]:
    return [path for path in committed() if path.suffix not in BINARY and "vendor" not in path.parts]


def test_no_file_is_larger_than_60_megabytes() -> None:
    assert [path for path in committed() if path.stat().st_size > 60 * MEGABYTE] == []


def test_bundles_together_stay_under_100_megabytes() -> None:
    sizes = [path.stat().st_size for path in committed() if path.is_relative_to(ROOT / "models")]
    assert sum(sizes) <= 100 * MEGABYTE


def test_no_photograph_of_a_data_set_is_committed() -> None:
    photographs = re.compile(r"(ISIC_|IMD)\d+.*\.(jpe?g|png|bmp|tiff?|webp|heic)", re.IGNORECASE)
    assert [path for path in committed() if photographs.fullmatch(path.name)] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    found = [(path.name, m.group()) for path in own_texts() for m in MACHINE_PATHS.finditer(path.read_text())]
    assert found == []


def test_no_registry_is_named() -> None:
    assert [path for path in own_texts() if REGISTRY_HOSTS.search(path.read_text())] == []


def test_continuous_check_can_be_run() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
