"""A comparison as files: ``index.html``, ``REPORT.md``, ``compare.json`` and three pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import pandas as pd

from lesion.measures.blocks import Flat
from training.comparison.pages import as_picture, render
from training.comparison.pictures import draw_forest, draw_learning, draw_pareto
from training.comparison.tables import (
    MALIGNANCY,
    Models,
    cost_table,
    diagnosis_sections,
    difference_section,
    measures_table,
)
from training.report.content import Picture, Report, Section
from training.report.style import STYLE

MAKER = "`python -m training compare`"
FOREST = ("forest.svg", "AUROC with 95% intervals", "The dotted line is the first model's.")
PARETO = (
    "pareto.svg",
    "AUROC against latency",
    "A disc's area is the file's size. The dashed line joins the models that no other beats in both.",
)
LEARNING = ("learning.svg", "Learning curves", "A ring marks the epoch whose weights were kept.")


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
        else "Accuracy, balanced accuracy, precision, recall, specificity and F1 of malignancy rest on "
        "thresholds that were fitted on these same lesions; the validation part also chose each run's "
        "best epoch. So these numbers are somewhat too good; the test part was not touched."
    )
    forest, pareto, learning = (
        [pictures[plan[0]]] if plan[0] in pictures else [] for plan in (FOREST, PARETO, LEARNING)
    )
    verdicts = measures_table("Malignant against benign", models, MALIGNANCY)
    sections = [
        Section("malignancy", "Malignancy", [], forest, [verdicts]),
        *diagnosis_sections(models),
        *([difference_section(reference, differences)] if differences else []),
        Section("cost", "Cost", [COST_TEXT], pareto, [cost_table(models)]),
        *([Section("learning", "Learning", [], learning, [])] if learning else []),
    ]
    return Report(f"Comparison of {len(models)} models", text, sections)


COST_TEXT = (
    "Latency is the median time of one image on one thread of ONNX Runtime, in a fresh process, decoding not "
    "counted; memory is the most that this process held; images a second are for batches of 16 on one "
    "thread. Parameters are the numbers in the exported graph, batch normalisation folded in. Epochs and "
    "training time, with validation, are those of the last run alone: what the weights that it began from "
    "and its teachers took is not counted."
)


def _part(about: Flat) -> str:
    return {"val": "validation part", "test": "test part"}[str(about["part"])]
