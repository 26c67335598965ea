"""Whether a package can be installed on a machine of another kind: what pip finds there, without building."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec

__all__ = ["GLIBC", "MACHINES", "PYTHON", "Wheel", "wheel"]

MACHINES = {"x86-64": "x86_64", "ARM": "aarch64"}
"""Kinds of processor, and what wheels call them."""
PYTHON = "3.11"
"""That of the container."""
GLIBC = 36
"""Minor version of glibc 2 that may be needed: that of Debian 12."""
OLDEST = 17
NONE = "No matching distribution found"
"""What pip says where the index has no such file."""
AWAY = ("Retrying", "connection", "timed out", "Could not fetch")
"""What pip says too where the index did not answer, and it knows of no file for that."""


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """The file that installs a package, ``name==version``, on a kind of machine; None where there is none."""

    package: str
    machine: str
    file: str | None
    size_mb: float = 0.0


def wheel(python: str, package: str, machine: str) -> Wheel:
    """Have the pip of an interpreter download a package for a machine of :data:`MACHINES`, and throw it away.

    Raises ClickException where pip fails in another way than by finding none: that tells of no wheel.
    """
    name = MACHINES[machine]
    platforms = [f"manylinux2014_{name}", *(f"manylinux_2_{n}_{name}" for n in range(OLDEST, GLIBC + 1))]
    with TemporaryDirectory() as folder:
        command = [
            *(python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary=:all:", f"--python-version={PYTHON}", f"--dest={folder}"),
            *(f"--platform={platform}" for platform in platforms),
            package,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        files = list(Path(folder).glob("*.whl"))
        if not files and _none(done.stderr):
            return Wheel(package=package, machine=machine, file=None)
        if done.returncode or not files:
            raise click.ClickException(
                f"pip could not look for {package} on {machine}:\n{done.stderr[-2_000:]}"
            )
        return Wheel(
            package=package, machine=machine, file=files[0].name, size_mb=files[0].stat().st_size / 1e6
        )


def _none(said: str) -> bool:
    return NONE in said and not any(word.lower() in said.lower() for word in AWAY)
