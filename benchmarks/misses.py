"""What was tried where a target is missed: notes by hand, which the pages take over.

They lie in ``benchmarks/tried``, a Markdown file for a page or a part of one. Each is a list that names the
targets in bold, as the page does but for their bounds:

    - **memory at its peak**: smaller batches, which changed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

__all__ = ["remind", "tried", "untold"]

TRIED = Path(__file__).with_name("tried")


def tried(name: str, missed: Sequence[str]) -> str:
    """Return the part of a page with its notes; empty where no target is missed, or nobody wrote any."""
    text = _notes(name)
    return f"\n\n### What was tried\n\n{text}" if missed and text else ""


def untold(name: str, missed: Sequence[str]) -> list[str]:
    """Return the missed targets that the notes do not name."""
    return [each for each in dict.fromkeys(missed) if f"**{each}**" not in _notes(name)]


def remind(name: str, missed: Sequence[str]) -> None:
    """Ask for the notes that a page lacks."""
    if names := untold(name, missed):
        click.echo(f"Say in benchmarks/tried/{name}.md what was tried on: {'; '.join(names)}.", err=True)


def _notes(name: str) -> str:
    path = TRIED / f"{name}.md"
    return path.read_text().strip() if path.is_file() else ""
