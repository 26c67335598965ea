"""What a report says: its sections, each with text, pictures and tables that follow from the evidence.

Text is plain: the same words stand in ``REPORT.md``, in ``index.html`` and on the served page, which draws
``report.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

from lesion.labels import DISCLAIMER, NAMES
from lesion.measures.reading import estimate, show_estimate, sources
from training.evidence.reading import disturbances, gap_sentence
from training.report import explanations
from training.report.abstention import (
    REFUSAL_COLUMNS,
    SET_COLUMNS,
    has_sets,
    refusal_rows,
    refusal_sentences,
    set_rows,
    set_sentences,
)
from training.report.evidence import Evidence
from training.report.facts import easy_sentence, practice_sentence
from training.report.judged import JUDGED_COLUMNS, judged_rows, judged_sentences
from training.report.learning import run_sentences
from training.report.mistakes import diagnoses_of, right_share
from training.report.plots import PLOTS
from training.report.untold import COLUMNS, untold_rows, untold_sentences

Sizes = Mapping[str, tuple[int, int]]
"""Width and height in CSS pixels of the pictures that were drawn, by file name."""


class Picture(msgspec.Struct, frozen=True):
    """A picture in CSS pixels, and how to read it; a ``wide`` one is not to be shrunk to a phone's width."""

    file: str
    width: int
    height: int
    title: str
    reading: str
    wide: bool


class Table(msgspec.Struct, frozen=True):
    """A table of words."""

    title: str
    columns: list[str]
    rows: list[list[str]]


class Section(msgspec.Struct, frozen=True):
    """A part of the report; ``id`` is unique in it."""

    id: str
    title: str
    text: list[str]
    pictures: list[Picture]
    tables: list[Table]


class Report(msgspec.Struct, frozen=True):
    """A whole report."""

    title: str
    text: list[str]
    sections: list[Section]


class Plan(NamedTuple):
    """What a section holds where there is evidence for it."""

    id: str
    title: str
    plots: tuple[str, ...]
    text: Callable[[Evidence], list[str]] = lambda _: []
    tables: Callable[[Evidence], list[Table]] = lambda _: []


def write_report(evidence: Evidence, sizes: Sizes) -> Report:
    """Return all that the evidence allows to say around pictures of such sizes."""
    manifest, metrics = evidence.manifest, evidence.metrics
    text = [
        DISCLAIMER,
        f"Measured on the test part of {metrics['data']}: {metrics['n_lesions']} lesions that the model "
        f"had never seen, {metrics['n_malignant']} of them malignant, one photo of each. Thresholds and "
        "calibration were fixed before, on other lesions. Malignant is the positive class; intervals "
        "are 95% intervals.",
    ]
    sections = [_section(plan, evidence, sizes) for plan in PLANS]
    kept = [section for section in sections if section.pictures or section.tables]
    return Report(f"Report: {manifest.name} {manifest.version}", text, kept)


def _section(plan: Plan, evidence: Evidence, sizes: Sizes) -> Section:
    pictures = [
        Picture(name, *sizes[name], PLOTS[name].title, PLOTS[name].reading, PLOTS[name].wide)
        for name in plan.plots
        if name in sizes
    ]
    return Section(plan.id, plan.title, plan.text(evidence), pictures, plan.tables(evidence))


def _easy(evidence: Evidence) -> list[str]:
    sentence = easy_sentence(evidence)
    return [sentence] if sentence else []


def _practice(evidence: Evidence) -> list[str]:
    sentence = practice_sentence(evidence.manifest.training, evidence.metrics)
    return [sentence] if sentence else []


def _gaps(evidence: Evidence) -> list[str]:
    point = evidence.manifest.default_operating_point
    return [gap_sentence(evidence.metrics, source, point) for source in sources(evidence.metrics)]


def _trade(evidence: Evidence) -> list[str]:
    return [
        f"The setting {point.name} would miss about {round(100 * point.miss_rate)} of 100 malignant lesions "
        f"and flag about {round(100 * point.false_alarm_rate)} of 100 benign ones."
        for point in evidence.points
    ]


def _failures(evidence: Evidence) -> list[Table]:
    columns = ["Diagnosis", "Lesions", *(f"at {point.name}" for point in evidence.points)]
    blocks = {"Malignant lesions missed": "sensitivity", "Benign lesions flagged": "specificity"}
    tables = []
    for title, measure in blocks.items():
        rows = [_wrong_row(evidence, code, measure) for code in diagnoses_of(evidence, measure)]
        tables.append(Table(title, columns, rows))
    return tables + [table for table in _confident(evidence) if table.rows]


def _losses(evidence: Evidence) -> list[Table]:
    """What each disturbance is, and what it costs by the paired bootstrap."""
    metrics = evidence.metrics
    rows = [
        [f"{kind}, {level}: {metrics[f'{prefix}meaning']}", _together(show_estimate(lost))]
        for kind, levels in disturbances(metrics).items()
        for level, prefix in levels.items()
        if (lost := estimate(metrics, f"{prefix}auroc_loss"))
    ]
    columns = ["Disturbance", "AUROC lost"]
    return [Table("What each disturbance costs", columns, rows)] if rows else []


def _explained(evidence: Evidence) -> list[Table]:
    tables = [
        Table("Do the maps follow the model?", explanations.FAITH_COLUMNS, explanations.faith_rows(evidence)),
        Table("Where the evidence lies", explanations.PLACE_COLUMNS, explanations.place_rows(evidence)),
        Table("What a precision costs", explanations.COST_COLUMNS, explanations.cost_rows(evidence)),
    ]
    return [table for table in tables if table.rows]


def _declined(evidence: Evidence) -> list[str]:
    return refusal_sentences(evidence) + judged_sentences(evidence)


def _refused(evidence: Evidence) -> list[Table]:
    tables = [
        Table("What is refused of pictures that show no lesion", REFUSAL_COLUMNS, refusal_rows(evidence)),
        Table("With and without the lesions that it declines", JUDGED_COLUMNS, judged_rows(evidence)),
    ]
    return [
        msgspec.structs.replace(table, rows=[[row[0], *map(_together, row[1:])] for row in table.rows])
        for table in tables
        if table.rows
    ]


def _sets(evidence: Evidence) -> list[Table]:
    if not has_sets(evidence):
        return []
    rows = [[row[0], *map(_together, row[1:])] for row in set_rows(evidence)]
    return [Table("Is the right diagnosis in the set?", SET_COLUMNS, rows)]


def _untold(evidence: Evidence) -> list[Table]:
    rows = untold_rows(evidence)
    return [Table("Told and not told", COLUMNS, rows)] if rows else []


def _wrong_row(evidence: Evidence, code: str, measure: str) -> list[str]:
    found = [right_share(evidence, code, point.name, measure) for point in evidence.points]
    wrong = [_together(f"{one.n - one.k} ({1 - one.value:.1%})") for one in found]
    return [f"{NAMES.get(code, code)} ({code})", str(found[0].n), *wrong]


def _confident(evidence: Evidence) -> list[Table]:
    titles = {
        "missed": "Malignant lesions with the lowest probability",
        "alarm": "Benign lesions with the highest probability",
    }
    columns = ["Image", "Diagnosis", "Probability of malignancy"]
    return [Table(title, columns, _errors(evidence, kind)) for kind, title in titles.items()]


def _errors(evidence: Evidence, kind: str) -> list[list[str]]:
    fields = ("image_id", "dx", "probability")
    images, codes, probabilities = (evidence.series(f"error.{kind}.{{:02}}.{name}") for name in fields)
    return [
        [str(image), NAMES.get(str(dx), str(dx)), f"{probability:.1%}"]
        for image, dx, probability in zip(images, codes, probabilities, strict=True)
    ]


def _together(words: str) -> str:
    """Keep a number and its interval on one line."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


PLANS = (
    Plan(
        "ranking",
        "Telling malignant from benign",
        ("roc.svg", "precision_recall.svg", "thresholds.svg"),
        _trade,
    ),
    Plan("verdicts", "Right and wrong verdicts", ("verdicts.svg", "confusion.svg")),
    Plan("probabilities", "What the probability is worth", ("histogram.svg", "reliability.svg")),
    Plan("failures", "Where it fails", ("missed.svg",), tables=_failures),
    Plan("untold", "Without age, sex and site", (), untold_sentences, _untold),
    Plan("subgroups", "For whom it works", ("subgroups.svg",), _easy),
    Plan("elsewhere", "Images from elsewhere", ("external.svg",), _gaps),
    Plan("robustness", "Disturbed pictures", ("robustness.svg",), _practice, _losses),
    Plan("refused", "Pictures unlike the data", ("refused.svg",), _declined, _refused),
    Plan("sets", "Among which diagnoses", ("sets.svg",), set_sentences, _sets),
    Plan(
        "explanations",
        "Whether explanations are right",
        ("explanations.svg", "explanation_examples.svg"),
        explanations.sentences,
        _explained,
    ),
    Plan("learning", "How it learned", ("learning.svg",), run_sentences),
)
