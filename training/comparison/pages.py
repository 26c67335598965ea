"""A report on several models: the page of a bundle's report, and Markdown that says the same."""

from __future__ import annotations

from training.report.content import Report
from training.report.render import environment


def render(report: Report, maker: str) -> dict[str, str]:
    """Return the report as ``index.html`` with its style sheet and as ``REPORT.md``.

    ``maker`` is the command that writes it.
    """
    templates = environment()
    page = templates.get_template("report.html.j2").render(report=report, maker=maker)
    style = templates.get_template("report.css").render()
    return {"index.html": page, "report.css": style, "REPORT.md": markdown(report, maker)}


def markdown(report: Report, maker: str) -> str:
    """Return the report as Markdown."""
    text = environment().get_template("comparison.md.j2").render(report=report, maker=maker)
    return text.rstrip() + "\n"
