"""The tables of a comparison: measures of malignancy and of the diagnoses, differences, and cost."""

from __future__ import annotations

from collections.abc import Mapping

from lesion.labels import DIAGNOSES, NAMES
from lesion.measures.blocks import Flat
from lesion.measures.reading import NOTHING, estimate, share, show_estimate
from training.report.content import Section, Table

Models = Mapping[str, Flat]

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
    "graph": ("graph", "{}"),
    "size": ("input, px", "{}"),
    "parameters": ("parameters, millions", "{:,.2f}"),
    "file_mb": ("file, MB", "{:.1f}"),
    "latency_ms": ("latency, ms", "{:.1f}"),
    "images_per_second": ("images a second", "{:.1f}"),
    "peak_memory_mb": ("peak memory, MB", "{:.0f}"),
    "n_images": ("training images", "{:,}"),
    "epochs": ("epochs of the last run", "{}"),
    "training_seconds": ("training time, min", "{:.1f}"),
    "training_images_per_second": ("training images a second", "{:.1f}"),
}
UNITS = {"parameters": 1e6, "training_seconds": 60.0}


def measures_table(title: str, models: Models, measures: Mapping[str, str]) -> Table:
    """A row a model, a column a measure; ``measures`` has the name of each."""
    rows = [[name, *(show(found, key) for key in measures)] for name, found in models.items()]
    return Table(title, ["model", *measures.values()], rows)


def diagnosis_sections(models: Models) -> list[Section]:
    """All diagnoses together, then each alone; nothing where no model tells them apart."""
    known = {name: found for name, found in models.items() if "dx.accuracy" in found}
    if not known:
        return []
    rows = [
        [f"{NAMES[code]} ({found[f'dx.n.{code}']})", name]
        + [show(found, f"dx.{measure}.{code}") for measure in OF_CLASS]
        for code in DIAGNOSES
        for name, found in known.items()
        if found.get(f"dx.n.{code}")
    ]
    each = Table("Each diagnosis against the others", ["diagnosis (n)", "model", *OF_CLASS.values()], rows)
    together = measures_table("The most probable answers", known, DIAGNOSIS)
    return [Section("diagnoses", "Diagnoses", [], [], [together, each])]


def difference_section(reference: str, differences: Models) -> Section:
    """How much better than the reference each other model is, a table a measure."""
    text = (
        f"Positive: better than {reference}. Both are measured on the same resamples of lesions; p is "
        "two-sided, and not corrected for the number of comparisons."
    )
    tables = [
        Table(
            title,
            ["model", "difference", "p", "share of resamples in which it is better"],
            [
                [name, signed(found, key), f"{found[f'{key}_p']:.3f}", f"{found[f'{key}_better']:.1%}"]
                for name, found in differences.items()
                if key in found
            ],
        )
        for key, title in DIFFERENCES.items()
    ]
    kept = [table for table in tables if table.rows]
    return Section("differences", f"Differences from {reference}", [text], [], kept)


def cost_table(models: Models) -> Table:
    """What each model costs to keep, to run and to train."""

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


def signed(found: Flat, key: str) -> str:
    """Return ``+0.012 (-0.003 to +0.027)``; ``n/a`` where there is none."""
    one = estimate(found, key)
    return NOTHING if one is None else f"{one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
