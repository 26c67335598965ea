"""A report on several models: the page of a bundle's report, and Markdown that says the same."""

from __future__ import annotations

from matplotlib.figure import Figure

from training.report.content import Picture, Report
from training.report.render import environment
from training.report.svg import css_size, svg_text


def as_picture(file: str, figure: Figure, title: str, reading: str) -> tuple[Picture, str]:
    """Return a figure as a part of a report, and as the text of its file."""
    width, height = css_size(figure)
    return Picture(file, width, height, title, reading, wide=False), svg_text(figure, title)


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
