"""Forest plots: several sets of lesions side by side, a line for each, a panel for each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lesion.measures.reading import Metrics, estimate, share, sources
from training.evidence.reading import COLUMN_NAMES, disturbances, groups, is_few
from training.report.evidence import Evidence
from training.report.style import BLUE, GREY, PAPER, VERMILION, Found, arms


class Row(NamedTuple):
    """A line: its label, and the prefix of its keys (a heading has none); ``few`` draws it hollow."""

    label: str
    prefix: str | None = None
    few: bool = False


Panels = Mapping[str, Callable[[str], Found | None]]


def draw_subgroups(evidence: Evidence) -> Figure:
    """Draw the test part by sex, age, body site, confirmation, source and resolution."""
    metrics = evidence.metrics
    rows = [_set_of_lesions(metrics, "all", "")]
    for column, name in COLUMN_NAMES.items():
        found = groups(metrics, column)
        if found:
            rows += [Row(name), *(_set_of_lesions(metrics, *item) for item in found.items())]
    return forest(rows, _quality(evidence))


def draw_external(evidence: Evidence) -> Figure:
    """Draw the test part against other sources."""
    metrics = evidence.metrics
    here = _set_of_lesions(metrics, f"{metrics['data']} (test part)", "")
    rows = [here, *(_set_of_lesions(metrics, *item) for item in sources(metrics).items())]
    return forest(rows, _quality(evidence))


def draw_robustness(evidence: Evidence) -> Figure:
    """Draw the same lesions under each disturbance: how well they are ranked, how many verdicts change."""
    metrics = evidence.metrics
    rows = [Row("undisturbed", "")]
    for kind, levels in disturbances(metrics).items():
        rows += [Row(kind), *(Row(level, prefix) for level, prefix in levels.items())]
    return forest(
        rows,
        {
            "AUROC": lambda prefix: estimate(metrics, f"{prefix}auroc"),
            "share of verdicts that change": lambda prefix: share(metrics, f"{prefix}flips"),
        },
    )


def _quality(evidence: Evidence) -> Panels:
    metrics, point = evidence.metrics, evidence.manifest.default_operating_point

    def at_point(name: str) -> Callable[[str], Found | None]:
        return lambda prefix: share(metrics, f"{prefix}operating_point.{point}.{name}")

    return {
        "AUROC": lambda prefix: estimate(metrics, f"{prefix}auroc"),
        f"sensitivity\nat {point}": at_point("sensitivity"),
        f"specificity\nat {point}": at_point("specificity"),
    }


def _set_of_lesions(metrics: Metrics, label: str, prefix: str) -> Row:
    counts = f"{metrics[f'{prefix}n_malignant']} + {metrics[f'{prefix}n_benign']}"
    return Row(f"{label}  ({counts})", prefix, is_few(metrics, prefix))


def forest(rows: Sequence[Row], panels: Panels) -> Figure:
    """Draw a line for each row and a panel for each way to find its value; a dashed line is that of all."""
    figure = Figure(figsize=(7.6, 1.0 + 0.24 * len(rows)), layout="constrained")
    drawn = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (title, find) in zip(drawn, panels.items(), strict=True):
        _panel(axes, rows, find)
        axes.set_xlabel(title)
        axes.set_xlim(min(0.4, axes.get_xlim()[0]) if title == "AUROC" else -0.02, 1.02)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
    first = figure.axes[0]
    first.set_yticks(range(len(rows)), [row.label for row in rows])
    for tick, row in zip(first.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row.prefix is None else "normal")
    first.set_ylim(len(rows) - 0.4, -0.6)
    return figure


def _panel(axes: Axes, rows: Iterable[Row], find: Callable[[str], Found | None]) -> None:
    lines = [
        (line, row.few, found)
        for line, row in enumerate(rows)
        if row.prefix is not None and (found := find(row.prefix)) is not None
    ]
    for few, colour, face in ((False, BLUE, BLUE), (True, GREY, PAPER)):
        at = [line for line, is_so, _ in lines if is_so == few]
        shown = [found for _, is_so, found in lines if is_so == few]
        if shown:
            values = [found.value for found in shown]
            axes.errorbar(
                values, at, xerr=arms(*shown), fmt="o", color=colour, markerfacecolor=face, markersize=5
            )
    overall = find("")
    if overall is not None:
        axes.axvline(overall.value, color=VERMILION, linestyle="--", linewidth=1)
