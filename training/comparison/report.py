"""A comparison as files: ``index.html``, ``REPORT.md``, ``compare.json`` and three pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd

from lesion.labels import DIAGNOSES, NAMES
from training.comparison.pages import as_picture, render
from training.comparison.pictures import draw_forest, draw_learning, draw_pareto
from training.evidence.measure import Flat
from training.evidence.reading import NOTHING, estimate, share, show_estimate
from training.report.content import Picture, Report, Section, Table
from training.report.style import STYLE

Models = Mapping[str, Flat]

MAKER = "`python -m training compare`"
FOREST = ("forest.svg", "AUROC with 95% intervals", "The dotted line is the first model's.")
PARETO = (
    "pareto.svg",
    "AUROC against latency",
    "A disc's area is the file's size. The dashed line joins the models that no other beats in both.",
)
LEARNING = ("learning.svg", "Learning curves", "A ring marks the epoch whose weights were kept.")

MALIGNANCY = {
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "precision": "precision",
    "recall": "recall (sensitivity)",
    "specificity": "specificity",
    "f1": "F1",
}
DIAGNOSIS = {
    "dx.auroc.macro": "macro AUROC",
    "dx.accuracy": "accuracy",
    "dx.balanced_accuracy": "balanced accuracy (macro recall)",
    "dx.precision.macro": "macro precision",
    "dx.f1.macro": "macro F1",
}
OF_CLASS = {"auroc": "AUROC", "precision": "precision", "recall": "recall", "f1": "F1"}
DIFFERENCES = {
    "auroc": "AUROC of malignancy",
    "dx.auroc.macro": "macro AUROC of the diagnoses",
    "dx.balanced_accuracy": "balanced accuracy of the diagnoses",
}
COST = {
    "architecture": ("architecture", "{}"),
    "size": ("input, px", "{}"),
    "parameters": ("parameters, millions", "{:,.2f}"),
    "file_mb": ("file, MB", "{:.1f}"),
    "latency_ms": ("latency, ms", "{:.1f}"),
    "images_per_second": ("images a second", "{:.1f}"),
    "peak_memory_mb": ("peak memory, MB", "{:.0f}"),
    "n_images": ("training images", "{:,}"),
    "epochs": ("epochs", "{}"),
    "training_seconds": ("training time, min", "{:.1f}"),
    "training_images_per_second": ("training images a second", "{:.1f}"),
}
UNITS = {"parameters": 1e6, "training_seconds": 60.0}


def render_comparison(
    about: Flat, models: Models, differences: Models, histories: Mapping[str, pd.DataFrame]
) -> dict[str, str]:
    """Return every file of the report, name -> text.

    Args:
        about: ``data``, ``part``, ``n``, ``n_malignant`` and what else the numbers rest on.
        models: what was measured of each, the reference first.
        differences: how much better than the reference each other one is.
        histories: the epochs of those whose training is known.
    """
    with mpl.rc_context(STYLE):
        drawn = [(FOREST, draw_forest(models)), (PARETO, draw_pareto(models))]
        if histories:
            drawn.append((LEARNING, draw_learning(histories)))
        made = [as_picture(file, figure, title, reading) for (file, title, reading), figure in drawn]
    page = _page(about, models, differences, {picture.file: picture for picture, _ in made})
    found: dict[str, Any] = {"about": about, "models": dict(models), "differences": dict(differences)}
    numbers = {"compare.json": json.dumps(found, indent=1, allow_nan=False) + "\n"}
    return {picture.file: text for picture, text in made} | render(page, MAKER) | numbers


def _page(about: Flat, models: Models, differences: Models, pictures: Mapping[str, Picture]) -> Report:
    reference = next(iter(models))
    text = [
        f"Measured on the {_part(about)} of {about['data']}: {about['n']} lesions, one photo of each, "
        f"{about['n_malignant']} of them malignant. All models ran on the same ONNX engine.",
        "Intervals are 95% intervals: Wilson's for proportions, else of a bootstrap over lesions "
        f"({about['bootstrap_resamples']} resamples). Temperature and threshold (largest Youden index) of "
        "every model were fitted on the validation part.",
    ]
    text.append(
        "The test part was asked for: these numbers are for reporting. Whoever chooses a model by them needs "
        "other lesions to say how good it is."
        if about["part"] == "test"
        else "The validation part also chose each run's best epoch, so that these numbers are somewhat too "
        "good; the test part was not touched."
    )
    forest, pareto, learning = (
        [pictures[plan[0]]] if plan[0] in pictures else [] for plan in (FOREST, PARETO, LEARNING)
    )
    verdicts = _measures("Malignant against benign", models, MALIGNANCY)
    sections = [
        Section("malignancy", "Malignancy", [], forest, [verdicts]),
        *_diagnoses(models),
        *([_differences(reference, differences)] if differences else []),
        Section("cost", "Cost", [COST_TEXT], pareto, [_cost(models)]),
        *([Section("learning", "Learning", [], learning, [])] if learning else []),
    ]
    return Report(f"Comparison of {len(models)} models", text, sections)


COST_TEXT = (
    "Latency is the median time of one image on one thread of ONNX Runtime, in a fresh process, decoding not "
    "counted; memory is the most that this process held; images a second are for batches of 16 on one "
    "thread. Parameters are the numbers in the exported graph, batch normalisation folded in. Training time "
    "includes validation."
)


def _part(about: Flat) -> str:
    return {"val": "validation part", "test": "test part"}[str(about["part"])]


def _measures(title: str, models: Models, measures: Mapping[str, str]) -> Table:
    rows = [[name, *(show(found, key) for key in measures)] for name, found in models.items()]
    return Table(title, ["model", *measures.values()], rows)


def _diagnoses(models: Models) -> list[Section]:
    """All diagnoses together, then each alone; nothing where no model tells them apart."""
    known = {name: found for name, found in models.items() if "dx.accuracy" in found}
    if not known:
        return []
    rows = [
        [f"{NAMES[code]} ({found[f'dx.n.{code}']})", name]
        + [show(found, f"dx.{measure}.{code}") for measure in OF_CLASS]
        for code in DIAGNOSES
        for name, found in known.items()
        if f"dx.n.{code}" in found
    ]
    each = Table("Each diagnosis against the others", ["diagnosis (n)", "model", *OF_CLASS.values()], rows)
    return [
        Section(
            "diagnoses", "Diagnoses", [], [], [_measures("The most probable answers", known, DIAGNOSIS), each]
        )
    ]


def _differences(reference: str, differences: Models) -> Section:
    text = (
        f"Positive: better than {reference}. Both are measured on the same resamples of lesions; p is "
        "two-sided, and not corrected for the number of comparisons."
    )
    tables = [
        Table(
            title,
            ["model", "difference", "p", "share of resamples in which it is better"],
            [
                [name, _signed(found, key), f"{found[f'{key}_p']:.3f}", f"{found[f'{key}_better']:.1%}"]
                for name, found in differences.items()
                if key in found
            ],
        )
        for key, title in DIFFERENCES.items()
    ]
    kept = [table for table in tables if table.rows]
    return Section("differences", f"Differences from {reference}", [text], [], kept)


def _cost(models: Models) -> Table:
    def cell(found: Flat, key: str, form: str) -> str:
        if key not in found:
            return NOTHING
        return form.format(float(found[key]) / UNITS[key] if key in UNITS else found[key])

    rows = [
        [name, *(cell(found, key, form) for key, (_, form) in COST.items())] for name, found in models.items()
    ]
    return Table("Cost", ["model", *(title for title, _ in COST.values())], rows)


def show(found: Flat, key: str) -> str:
    """Return ``0.931 (0.909 to 0.951)``, a proportion with its counts; ``n/a`` where there is none."""
    shown = show_estimate(estimate(found, key))
    proportion = share(found, key) if f"{key}_n" in found else None
    return shown if proportion is None else f"{shown[:-1]}; {proportion.k} of {proportion.n})"


def _signed(found: Flat, key: str) -> str:
    one = estimate(found, key)
    return NOTHING if one is None else f"{one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
