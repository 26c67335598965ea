"""The files of a report: pictures, and its words as a page, as Markdown and as JSON."""

from __future__ import annotations

import matplotlib as mpl
import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from training.report.content import Report, write_report
from training.report.evidence import Evidence
from training.report.plots import PLOTS
from training.report.style import STYLE
from training.report.svg import css_size, svg_text

MAKER = "`python -m training card` from manifest.json, metrics.json and history.csv"
PAGES = {"index.html": "report.html.j2", "REPORT.md": "REPORT.md.j2", "report.css": "report.css"}


def render_report(evidence: Evidence) -> dict[str, str]:
    """Return every file of the report: name -> text."""
    with mpl.rc_context(STYLE):
        figures = {name: plot.draw(evidence) for name, plot in PLOTS.items() if plot.applies(evidence)}
        pictures = {name: svg_text(figure, PLOTS[name].title) for name, figure in figures.items()}
    report = write_report(evidence, {name: css_size(figure) for name, figure in figures.items()})
    return pictures | _pages(report)


def environment() -> Environment:
    """Return Jinja with this project's templates; what goes into HTML is escaped."""
    found = Environment(
        loader=PackageLoader("training"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["cell"] = lambda text: str(text).replace("|", "\\|")
    return found


def _pages(report: Report) -> dict[str, str]:
    templates = environment()
    pages = {
        name: templates.get_template(template).render(report=report, maker=MAKER).rstrip() + "\n"
        for name, template in PAGES.items()
    }
    data = msgspec.json.format(msgspec.json.encode(report), indent=1).decode()
    return pages | {"report.json": f"{data}\n"}
