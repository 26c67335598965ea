"""What an audit found, told in a few lines, or whole in a file of Markdown, HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from lesion.errors import DataError

FIRST = 3
"""Cases of each kind that the summary shows."""
FORMATS = (".md", ".html", ".json")


class Finding(NamedTuple):
    """One kind of trouble: its title, a row for each case, and whether it makes measured numbers wrong."""

    title: str
    cases: pd.DataFrame
    leak: bool = False

    @property
    def level(self) -> str:
        """``ok`` without a case, else ``LEAK`` or ``warning``."""
        return "ok" if self.cases.empty else "LEAK" if self.leak else "warning"

    @property
    def records(self) -> list[dict[str, Any]]:
        """The cases as plain values."""
        told = self.cases.drop(columns="across", errors="ignore")
        return [
            {str(name): value if isinstance(value, float) else str(value) for name, value in row.items()}
            for row in told.to_dict("records")
        ]


class Audit(NamedTuple):
    """The photos looked at, one row each, and the findings, the gravest kinds first."""

    photos: pd.DataFrame
    findings: tuple[Finding, ...]

    @property
    def leaks(self) -> int:
        """The number of cases that make measured numbers wrong."""
        return sum(len(finding.cases) for finding in self.findings if finding.leak)

    @property
    def counts(self) -> list[dict[str, Any]]:
        """Images and lesions by source and part."""
        groups = self.photos.groupby(["source", "part"])
        return [
            {"source": source, "part": part, "images": len(rows), "lesions": int(rows["group"].nunique())}
            for (source, part), rows in groups
        ]


def summary(found: Audit) -> Iterator[str]:
    """Yield the lines that tell how many cases there are of each kind, with the first few."""
    for count in found.counts:
        yield "{source}, {part}: {images} images of {lesions} lesions".format(**count)
    for finding in found.findings:
        yield f"{finding.level:<8}{len(finding.cases):>6}  {finding.title}"
        for record in finding.records[:FIRST]:
            yield f"{'':16}{told(record)}"


def told(record: dict[str, Any]) -> str:
    """Return one case as a line: a pair as ``a (part, dx) = b (part, dx)``, anything else by its fields."""
    if "image_id_a" not in record:
        return "; ".join(f"{name} {value}" for name, value in record.items())
    ends = ["{image_id_%s} ({source_%s}, {part_%s}, {dx_%s})".replace("%s", end) for end in "ab"]
    return " = ".join(end.format(**record) for end in ends) + f", similarity {record['similarity']:.2f}"


def check_report(path: Path) -> None:
    """Raise DataError if a report could not be written as ``path`` asks."""
    if path.suffix.lower() not in FORMATS:
        raise DataError(f"{path} names no kind of report: let it end in {', '.join(FORMATS)}.")


def write_report(found: Audit, path: Path) -> None:
    """Write all cases into a file; its suffix says whether as Markdown, HTML or JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(found, path.suffix.lower()), encoding="utf-8")


def render(found: Audit, suffix: str) -> str:
    """Return the report as ``.md``, ``.html`` or ``.json``."""
    findings = [
        {"title": finding.title, "level": finding.level, "cases": finding.records}
        for finding in found.findings
    ]
    content = {"leaks": found.leaks, "counts": found.counts, "findings": findings}
    if suffix == ".json":
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    environment = Environment(
        loader=PackageLoader("training"),
        undefined=StrictUndefined,
        autoescape=suffix == ".html",
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    return environment.get_template(f"audit{suffix}.j2").render(content)


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value).replace("|", "\\|")
