"""Tables as documentation and reports have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["table"]


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False) -> str:
    """Return a Markdown table; with ``numbers``, columns after the first are aligned to the right."""
    rule = ["---", *["---:" if numbers else "---"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(map(_escaped, line))} |" for line in (header, rule, *rows))


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|")
