from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.wheels import MACHINES, Wheel, wheel

PIP = """
import sys
from pathlib import Path
folder = next(word.partition("=")[2] for word in sys.argv if word.startswith("--dest="))
if "--platform=manylinux_2_28_{}" in sys.argv and "--no-deps" in sys.argv:
    Path(folder, "small-1.whl").write_bytes(b"0" * 1_500_000)
else:
    sys.exit("No matching distribution found")
"""


@pytest.mark.parametrize("machine", MACHINES)
def test_what_pip_finds_is_told(machine: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    (tmp_path / "pip.py").write_text(PIP.format("aarch64"))
    python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    found = wheel(str(python), "small==1", machine)
    if machine == "ARM":
        assert found == Wheel(package="small==1", machine="ARM", file="small-1.whl", size_mb=1.5)
    else:
        assert found.file is None
