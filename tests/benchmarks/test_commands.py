"""What is said to type for a benchmark can be typed: in the documentation, and in the programs' own words."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from benchmarks import fuzz, load, security, serve
from benchmarks.faults import __main__ as faults
from tests.test_docs import ROOT, TEXT, parse

SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "benchmarks").rglob("*.py")))
CALLS = re.findall(r"python3? -m (benchmarks(?:\.\w+)+)([^`\n]*)", TEXT + SOURCES)
LEFT_OUT = re.compile(r"benchmarks\.(fuzz_coverage|servers\.|serving\.)")
"""Importing the one has its fuzzer watch all that is imported later; others are for benchmarks to call."""
TYPED = sorted(
    {
        (module, arguments.partition(" #")[0].strip())
        for module, arguments in CALLS
        if arguments and "{" not in arguments and not LEFT_OUT.match(module)
    }
)
MAKES = sorted(set(re.findall(r"make bench ARGS=(\"[^\"]+\"|[^\s`]+)", TEXT)))
PROGRAMS = {
    "benchmarks.faults": faults.main,
    **{each.__name__: each.main for each in (fuzz, load, security, serve)},
}
"""Those that can be imported without what only training has."""


def test_every_benchmark_that_is_named_is_there() -> None:
    named = {module for module, _ in CALLS}
    assert PROGRAMS.keys() <= named
    assert [module for module in named if find_spec(module) is None] == []


@pytest.mark.parametrize(
    ("module", "arguments"),
    [call if call[0] in PROGRAMS else pytest.param(*call, marks=pytest.mark.training) for call in TYPED],
)
def test_commands_parse(module: str, arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Parsing opens the files that a command is to write.
    monkeypatch.chdir(tmp_path)
    parse(PROGRAMS.get(module) or import_module(module).main, shlex.split(arguments))


@pytest.mark.parametrize("arguments", MAKES)
def test_options_of_make_bench_parse(arguments: str) -> None:
    parse(serve.main, shlex.split(arguments.strip('"')))


def test_the_documentation_has_examples() -> None:
    assert len(TYPED) >= 8
    assert len(MAKES) >= 2


def test_an_option_that_is_gone_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(security.main, ["--gone"])
