"""What is said to type for a benchmark can be typed: in the documentation, and in the programs' own words."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from benchmarks import fuzz, load, security
from benchmarks.faults import __main__ as faults
from tests.test_docs import ROOT, TEXT, parse

SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "benchmarks").rglob("*.py")))
CALLS = re.findall(r"python3? -m benchmarks\.(\w+)([^`\n]*)", TEXT + SOURCES)
PROGRAMS = {"faults": faults.main, "security": security.main, "fuzz": fuzz.main, "load": load.main}


def test_every_benchmark_that_is_named_is_there() -> None:
    assert PROGRAMS.keys() <= {name for name, _ in CALLS}
    assert [name for name, _ in CALLS if find_spec(f"benchmarks.{name}") is None] == []


@pytest.mark.parametrize(
    ("name", "arguments"), sorted({call for call in CALLS if call[0] in PROGRAMS and call[1]})
)
def test_commands_parse(name: str, arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Parsing opens the files that a command is to write.
    monkeypatch.chdir(tmp_path)
    parse(PROGRAMS[name], shlex.split(arguments.partition(" #")[0]))


def test_an_option_that_is_gone_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(security.main, ["--gone"])
