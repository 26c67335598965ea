"""What every comparison records and how it is written: circumstances, ratios, a page and its numbers."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
import numpy as np
import psutil

T = TypeVar("T", bound="Circumstances")


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """When, where and with what something was measured. An outcome adds its numbers as further fields.

    ``commit`` is that of the program; None where it has no history, and in records of before it was kept.
    """

    date: str
    command: str
    machine: str
    versions: dict[str, str]
    commit: str | None = None

    @property
    def when(self) -> str:
        """By what notes tell this record from an older or newer one."""
        return f"{self.date}, {self.commit}" if self.commit else self.date

    def paragraph(self) -> str:
        """Return it as a paragraph of Markdown."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        at = f"; commit `{self.commit}`" if self.commit else ""
        return f"`{self.command}` on {self.date}: {self.machine}.\n{versions}{at}."


def command_line(module: str) -> str:
    """Return the command that runs now, as one would type it."""
    return shlex.join(["python", "-m", module, *sys.argv[1:]])


def circumstances(module: str, libraries: Sequence[str]) -> dict[str, Any]:
    """Return the fields of :class:`Circumstances` for a benchmark that runs now as ``python -m module``.

    To be asked before it measures: the commit may be another afterwards.
    """
    return {
        "date": date.today().isoformat(),
        "command": command_line(module),
        "machine": _machine(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in libraries}},
        "commit": commit(),
    }


def commit() -> str | None:
    """Return the commit of the program, with ``-dirty`` where files differ from it; None without git.

    Pages, numbers and notes are no program: one measurement after the other changes them.
    """
    head = _git("rev-parse", "--short", "HEAD")
    if head.returncode:
        return None
    program = (".", ":(exclude)docs/benchmarks", ":(exclude)benchmarks/tried")
    changed = _git("diff", "--quiet", "HEAD", "--", *program).returncode != 0
    return head.stdout.strip() + "-dirty" * changed


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[1]
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)


def ratio(ratios: Sequence[float]) -> str:
    """Return the median of ratios, each taken within a round, with the smallest and the largest."""
    return f"**{np.median(ratios):.2f}** ({min(ratios):.2f} to {max(ratios):.2f})"


def write(page: Path, text: str, outcome: msgspec.Struct) -> None:
    """Write the page, and beside it as JSON every number."""
    page.write_text(text)
    page.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(outcome)) + b"\n")


def recorded(page: Path, kind: type[T]) -> T:
    """Return the numbers beside a page. Raises ClickException where there are none of this release."""
    numbers = page.with_suffix(".json")
    try:
        return msgspec.json.decode(numbers.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError) as error:
        raise click.ClickException(f"{numbers} holds nothing to write a page from: measure first.") from error


def _machine() -> str:
    """Describe the machine in general words."""
    memory = psutil.virtual_memory().total / 2**30
    cores = f"{os.cpu_count()} {platform.machine()} cores ({_processor()})"
    return f"{cores}, {memory:.0f} GiB of memory, {platform.system()}"


def _processor() -> str:
    """Return what the processor calls itself."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.processor() or "unknown")
