"""Compile the pinned requirements files from pyproject.toml, keeping the versions that still fit.

    python -m tools.compile_requirements [--upgrade] [UV OPTION…]

`requirements.txt` (all that the product needs) is compiled first and constrains the other two, so that a
package has one version everywhere.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVERYTHING = "requirements.txt"
TARGETS: dict[str, tuple[str, ...]] = {
    EVERYTHING: ("record", "redis", "training"),
    "requirements-server.txt": ("record", "redis"),
    "requirements-dev.txt": ("record", "redis", "training", "dev"),
}
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    # One version of a package for every Python and platform, rather than the newest for each.
    "--fork-strategy=fewest",
    "--annotation-style=line",
    # What is installed is what was compiled, whatever an index or a mirror sends.
    "--generate-hashes",
    "--no-emit-index-url",
    "--custom-compile-command=make requirements",
)


def compile_all(root: Path, options: Sequence[str] = ()) -> None:
    """Write each requirements file in `root` from the pyproject.toml there; raises CalledProcessError."""
    for target, extras in TARGETS.items():
        constraint = () if target == EVERYTHING else ("--constraint", EVERYTHING)
        named = [f"--extra={extra}" for extra in extras]
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *named, *constraint]
        subprocess.run([*command, *OPTIONS, *options, "--output-file", target], cwd=root, check=True)


if __name__ == "__main__":
    compile_all(ROOT, sys.argv[1:])
