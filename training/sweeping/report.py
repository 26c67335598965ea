"""What a sweep found, in words and pictures: Markdown beside ``sweep.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from lesion.measures.blocks import Flat
from lesion.measures.reading import NOTHING
from training.comparison.pages import as_picture, markdown
from training.comparison.pictures import draw_forest, draw_heat_map
from training.comparison.tables import DIFFERENCES, show, signed
from training.report.content import Picture, Report, Section, Table
from training.report.style import STYLE
from training.sweeping.record import BASELINE, Outcome, SweepRecord, write_record

MAKER = "`python -m training sweep`"
LEFT_OUT = "left_out."
ON_LEFT_OUT = {"auroc": "AUROC of malignancy", "melanoma_auroc": "AUROC of melanoma against all others"}
COSTS = {"epochs": "epochs", "n_images": "training images"}
MEASURED = (
    "Measured on the validation part of {data}: {n} lesions, one photo of each, {n_malignant} of them "
    "malignant. That part also chose the best epoch of each run, so that all are somewhat too good; the test "
    "part was not touched. Intervals are 95% intervals of a bootstrap over lesions ({bootstrap_resamples} "
    "resamples)."
)
ONCE = (
    "Each run was made once: chance in the training itself is in no interval, and differences as small as it "
    "prove nothing. Nothing was corrected for the number of comparisons."
)
BASE = "What a run does not set for itself: {settings}; all else as `python -m training train` has it."
BETTER = f"Positive: better than the run `{BASELINE}`, measured on the same resamples of lesions."
ELSEWHERE = (
    "Measured on all lesions of the source, none of which was learned from: what a hospital that is not in "
    "the training data would see. Intervals are 95% intervals of a bootstrap over lesions."
)


def sweep_files(record: SweepRecord, stem: str) -> dict[str, str]:
    """Return every file of the report: ``<stem>.md``, ``<stem>.json`` and pictures, name -> text."""
    with mpl.rc_context(STYLE):
        made = {
            name: as_picture(f"{stem}-{name}.svg", figure, title, reading)
            for name, figure, title, reading in _drawn(record)
        }
    pictures = {name: picture for name, (picture, _) in made.items()}
    report = Report(title_of(record), _text(record), _sections(record, pictures))
    files = {picture.file: text for picture, text in made.values()}
    return files | {f"{stem}.md": markdown(report, MAKER), f"{stem}.json": write_record(record)}


def title_of(record: SweepRecord) -> str:
    """Return what the sweep asks, or how many runs it has."""
    return record.title or f"Sweep of {len(record.runs)} runs"


def base_sentence(record: SweepRecord) -> str:
    """Return what the runs have in common."""
    return BASE.format(settings=_settings(record.base))


def left_out_table(record: SweepRecord) -> Table | None:
    """Return how the runs do on the source that each left out; ``None`` where none left one out."""
    rows = [
        [str(found["source"]), run.run, f"{found['n']} ({found['n_malignant']})"]
        + [show(found, key) for key in ON_LEFT_OUT]
        + [show(run.numbers, "auroc"), signed(run.numbers, f"difference.external.{found['source']}.auroc")]
        for run, found in _left_out(record)
    ]
    columns = ["source left out", "run", "lesions (malignant)", *ON_LEFT_OUT.values(), "validation AUROC"]
    columns += [f"held-out lesions of the source: AUROC less that of {BASELINE}"]
    return Table("On the source left out", columns, rows) if rows else None


def _drawn(record: SweepRecord) -> Iterator[tuple[str, Figure, str, str]]:
    """Yield name, figure, title and reading of each picture that there is something for."""
    better = {run.run: run.numbers for run in record.finished if "difference.auroc" in run.numbers}
    if better:
        measures = {f"difference.{key}": name for key, name in _compared(record).items()}
        figure = draw_forest(better, measures, line=0.0)
        title, reading = f"Differences from the run {BASELINE}", "Right of the dotted line is better."
        yield "differences", figure, title, reading
    cells = _cells(record)
    if len(cells):
        rows, columns = record.grid
        figure = draw_heat_map(cells, rows, columns, (record.grid[rows], record.grid[columns]))
        reading = "The best cell is framed; one without a result is empty."
        yield "heatmap", figure, "Validation AUROC of malignancy", reading
    left = {
        f"{run.run}: {place}": numbers
        for run, found in _left_out(record)
        for place, numbers in (("validation part", run.numbers), (f"{found['source']}", found))
    }
    if left:
        reading = "Of each run, the validation part of its own sources and the source that it never saw."
        yield "left-out", draw_forest(left, ON_LEFT_OUT), "On the source left out", reading


def _cells(record: SweepRecord) -> pd.DataFrame:
    """The runs of a grid of two settings; nothing for any other sweep."""
    known = [run for run in record.finished if set(record.grid) <= run.settings.keys()]
    if len(record.grid) != 2:
        return pd.DataFrame()
    return pd.DataFrame(
        [{**{key: run.settings[key] for key in record.grid}, "auroc": run.numbers["auroc"]} for run in known]
    )


def _text(record: SweepRecord) -> list[str]:
    about, base = record.about, base_sentence(record)
    if not about:
        return [base]
    elsewhere = [
        f"On {source}: {about[f'external.{source}.n']} lesions that none of these runs learned from, "
        f"{about[f'external.{source}.n_malignant']} of them malignant."
        for source in _sources(about)
    ]
    return [base, MEASURED.format(**about), *elsewhere, ONCE]


def _sections(record: SweepRecord, pictures: Mapping[str, Picture]) -> list[Section]:
    drawn = {name: [pictures[name]] if name in pictures else [] for name in ("differences", "heatmap")}
    sections = [Section("runs", "Runs", [], drawn["heatmap"], [_runs(record)])]
    if drawn["differences"]:
        table = _differences(record)
        title = f"Differences from {BASELINE}"
        sections.append(Section("differences", title, [BETTER], drawn["differences"], [table]))
    if left_out := left_out_table(record):
        sections.append(
            Section("left-out", "Sources left out", [ELSEWHERE], [pictures["left-out"]], [left_out])
        )
    failed = [[run.run, run.error] for run in record.runs if run.error]
    if failed:
        sections.append(Section("failed", "Failed", [], [], [Table("Failed runs", ["run", "why"], failed)]))
    return sections


def _compared(record: SweepRecord) -> dict[str, str]:
    """The measures by which runs are compared: keys and names."""
    elsewhere = {f"external.{source}.auroc": f"AUROC on {source}" for source in _sources(record.about)}
    return DIFFERENCES | elsewhere


def _sources(about: Flat) -> list[str]:
    """The other sources that were measured on, by their keys ``external.<source>.n``."""
    return list(dict.fromkeys(key.split(".")[1] for key in about if key.startswith("external.")))


def _runs(record: SweepRecord) -> Table:
    measures = _compared(record)
    rows = [
        [run.run, _settings(run.settings), *(show(run.numbers, key) for key in measures)]
        + [f"{run.numbers[key]:,.0f}" if key in run.numbers else NOTHING for key in COSTS]
        for run in record.finished
    ]
    return Table("Finished runs", ["run", "what it sets", *measures.values(), *COSTS.values()], rows)


def _differences(record: SweepRecord) -> Table:
    measures = _compared(record)
    rows = [
        [
            run.run,
            *(signed(run.numbers, f"difference.{key}") for key in measures),
            f"{run.numbers['difference.auroc_p']:.3f}",
        ]
        for run in record.finished
        if "difference.auroc" in run.numbers
    ]
    columns = ["run", *measures.values(), "p, AUROC of malignancy"]
    return Table("Paired differences", columns, rows)


def _left_out(record: SweepRecord) -> list[tuple[Outcome, Flat]]:
    """The runs that left a source out, with what was measured on it, keys without their prefix."""
    return [
        (run, {key.removeprefix(LEFT_OUT): value for key, value in run.numbers.items() if LEFT_OUT in key})
        for run in record.finished
        if f"{LEFT_OUT}source" in run.numbers
    ]


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_word(value)}" for name, value in settings.items())


def _word(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
