from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from benchmarks.wheels import MACHINES, Wheel, wheel

PIP = """
import sys
from pathlib import Path
folder = next(word.partition("=")[2] for word in sys.argv if word.startswith("--dest="))
if "--platform=manylinux_2_28_{}" in sys.argv and "--no-deps" in sys.argv:
    Path(folder, "small-1.whl").write_bytes(b"0" * 1_500_000)
else:
    sys.exit({!r})
"""
NONE = "ERROR: No matching distribution found for small==1"


def python_with(said: str, folder: Path) -> str:
    """An interpreter whose pip finds the package for ARM alone, and says this of others."""
    python = folder / "python"
    (folder / "pip.py").write_text(PIP.format("aarch64", said))
    python.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return str(python)


@pytest.mark.parametrize("machine", MACHINES)
def test_what_pip_finds_is_told(machine: str, tmp_path: Path) -> None:
    found = wheel(python_with(NONE, tmp_path), "small==1", machine)
    if machine == "ARM":
        assert found == Wheel(package="small==1", machine="ARM", file="small-1.whl", size_mb=1.5)
    else:
        assert found.file is None


@pytest.mark.parametrize(
    "said", [f"WARNING: Retrying (Retry(total=0)) after connection broken\n{NONE}", "ReadTimeoutError", ""]
)
def test_a_download_that_fails_is_no_wheel_that_is_missing(said: str, tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="small==1 on x86-64"):
        wheel(python_with(said, tmp_path), "small==1", "x86-64")
