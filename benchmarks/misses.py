"""What was tried where a target is missed: notes by hand, which the pages take over.

They lie in ``benchmarks/tried``, a Markdown file for a page or a part of one. Each is a list that names the
targets in bold, as the page does but for their bounds:

    - **memory at its peak**: smaller batches, which changed nothing.

``records.toml`` beside them tells of each file which record it was written about: of another one its notes
may be wrong, so that they are neither shown nor taken for told.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.outcome import Circumstances

__all__ = ["remind", "tried", "untold"]

TRIED = Path(__file__).with_name("tried")
RECORDS = "records.toml"
BULLET = re.compile(r"^(?=- \*\*)", re.MULTILINE)


def tried(name: str, record: Circumstances, missed: Sequence[str]) -> str:
    """Return the part of a page with its notes on missed targets; empty where there are none."""
    notes = [each for each in _notes(name, record) if any(_names(each, one) for one in missed)]
    return "\n\n### What was tried\n\n" + "\n".join(notes) if notes else ""


def untold(name: str, record: Circumstances, missed: Sequence[str]) -> list[str]:
    """Return the missed targets that no note on this record names."""
    notes = _notes(name, record)
    return [one for one in dict.fromkeys(missed) if not any(_names(each, one) for each in notes)]


def remind(name: str, record: Circumstances, missed: Sequence[str]) -> None:
    """Ask for the notes that a page lacks."""
    if names := untold(name, record, missed):
        click.echo(
            f"Say in benchmarks/tried/{name}.md what was tried on: {'; '.join(names)}. "
            f'Then let {RECORDS} there say: {name} = "{record.when}"',
            err=True,
        )


def _names(note: str, target: str) -> bool:
    return f"**{target}**" in note


def _notes(name: str, record: Circumstances) -> list[str]:
    """Return the notes of a file, if they are on this record."""
    path, records = TRIED / f"{name}.md", TRIED / RECORDS
    if not (path.is_file() and records.is_file()):
        return []
    if tomllib.loads(records.read_text()).get(name) != record.when:
        return []
    return [each.strip() for each in BULLET.split(path.read_text()) if each.startswith("- **")]
