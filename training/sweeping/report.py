"""What a sweep found: ``sweep.csv``, ``SWEEP.md`` and, for a grid of two settings, ``heatmap.svg``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd

from training.comparison.pages import as_picture, markdown
from training.comparison.pictures import draw_heat_map
from training.evidence.reading import NOTHING
from training.report.content import Report, Section, Table
from training.report.style import STYLE

LEFT_OUT = "left_out."
INTERVALS = {"auroc": "AUROC of malignancy", "melanoma_auroc": "AUROC of melanoma against all others"}
HEAT_MAP = (
    "heatmap.svg",
    "Validation AUROC of malignancy",
    "The best cell is framed; one without a result is empty.",
)


def write_tables(table: pd.DataFrame, grid: Mapping[str, Sequence[Any]], to: Path) -> None:
    """Write what is known of the runs.

    Args:
        table: a row a run, see :func:`training.sweeping.sweep.outcomes`.
        grid: the settings that were combined, with their values.
        to: folder of the runs.
    """
    table.to_csv(to / "sweep.csv", index=False, lineterminator="\n")
    pictures = []
    finished = table[table["state"] == "finished"]
    if len(grid) == 2 and finished[list(grid)].notna().all(axis=1).any():
        rows, columns = grid
        cells = finished[finished[[rows, columns]].notna().all(axis=1)]
        file, title, reading = HEAT_MAP
        with mpl.rc_context(STYLE):
            figure = draw_heat_map(cells, rows, columns, (grid[rows], grid[columns]))
            picture, svg = as_picture(file, figure, title, reading)
        (to / file).write_text(svg)
        pictures.append(picture)
    text = (
        "AUROC of malignancy on the validation part, which also chose the best epoch of each run. For "
        "intervals, and for differences, give the folders to `python -m training compare`."
    )
    sections = [Section("runs", "Runs", [text], pictures, [_runs(table)]), *_left_out(finished)]
    report = Report(f"Sweep of {len(table)} runs", [], sections)
    (to / "SWEEP.md").write_text(markdown(report, "`python -m training sweep`"))


def _runs(table: pd.DataFrame) -> Table:
    names = [str(name) for name in table if not str(name).startswith(LEFT_OUT)]
    return Table("All runs", names, [[_cell(value) for value in row] for row in table[names].to_numpy()])


def _left_out(table: pd.DataFrame) -> list[Section]:
    """The runs by the source that they did not learn from; nothing where no run left one out."""
    if f"{LEFT_OUT}source" not in table:
        return []
    rows: list[list[str]] = []
    for row in table[table[f"{LEFT_OUT}source"].notna()].to_dict("records"):
        found = {str(key).removeprefix(LEFT_OUT): value for key, value in row.items() if LEFT_OUT in str(key)}
        counts = [str(int(found["n"])), str(int(found["n_malignant"]))]
        measured = [_interval(found, key) for key in INTERVALS]
        rows.append([found["source"], row["run"], *counts, *measured, _cell(row["auroc"])])
    text = (
        "Measured on all lesions of the source, none of which was learned from: what a hospital that is not "
        "in the training data would see. Intervals are 95% intervals of a bootstrap over lesions."
    )
    columns = ["source left out", "run", "lesions", "malignant", *INTERVALS.values(), "validation AUROC"]
    return [
        Section("left-out", "Sources left out", [text], [], [Table("On the source left out", columns, rows)])
    ]


def _interval(found: Mapping[str, Any], key: str) -> str:
    if key not in found or pd.isna(found[key]):
        return NOTHING
    return f"{found[key]:.3f} ({found[f'{key}_low']:.3f} to {found[f'{key}_high']:.3f})"


def _cell(value: Any) -> str:
    """Return a setting or a number as people write it; empty where a run has none."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if pd.isna(value):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
