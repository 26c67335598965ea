"""The README's table of numbers: what every evaluated bundle reached, side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lesion.bundle import Bundle
from lesion.errors import BundleNotReady
from lesion.measures.reading import (
    NOTHING,
    Metrics,
    estimate,
    learned_relatives,
    show_estimate,
    show_share,
    sources,
)
from lesion.roc import UNTOLD

BALANCED = {
    "dx.balanced_accuracy": "balanced accuracy, the most probable one answering",
    "dx.balanced_accuracy_equal_priors": "the same, by the probability over the share of the validation part",
}
NUMBERS = re.compile(r"(<!-- numbers:begin -->\n).*?(<!-- numbers:end -->)", re.DOTALL)


def readme_numbers(bundles: Mapping[str, Bundle]) -> str:
    """Return the README's table: a column for each evaluated bundle, a row for each main measure."""
    metrics = {name: checked_metrics(bundle) for name, bundle in bundles.items() if bundle.manifest.evaluated}
    if not metrics:
        return "No bundle has been evaluated yet.\n"
    columns = [_readme_column(bundles[name], found) for name, found in metrics.items()]
    labels = list(dict.fromkeys(label for column in columns for label in column))
    header = ["", *(f"`{name}`" for name in metrics)]
    body = [[label, *(column.get(label, NOTHING) for column in columns)] for label in labels]
    lines = [header, ["---"] * len(header), *body]
    note = (
        "Intervals are 95% intervals: Wilson's for shares (with counts), a bootstrap over lesions for AUROC "
        "and balanced accuracy."
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{note}\n"


def with_numbers(page: str, numbers: str) -> str:
    """Return a page with ``numbers`` between its markers; unchanged where it has none."""
    return NUMBERS.sub(lambda match: f"{match[1]}{numbers}{match[2]}", page)


def checked_metrics(bundle: Bundle) -> Metrics:
    """Return the metrics after comparing them with the manifest that they are to explain."""
    manifest = bundle.manifest
    if not manifest.evaluated or "metrics.json" not in manifest.files:
        raise BundleNotReady(
            f"{bundle.path} was never evaluated: run `python -m training evaluate` on it first."
        )
    metrics = bundle.metrics()
    stated = {"model_sha256": manifest.files.get(manifest.graph), "temperature": manifest.temperature}
    stated |= {
        f"operating_point.{point.name}.threshold": point.threshold for point in manifest.operating_points
    }
    if any(metrics.get(key) != value for key, value in stated.items()):
        raise BundleNotReady(
            f"metrics.json of {bundle.path} is of another model or calibration: evaluate it again."
        )
    return metrics


def _readme_column(bundle: Bundle, metrics: Metrics) -> dict[str, str]:
    column = {
        "Held-out lesions (malignant)": f"{metrics['n_lesions']} ({metrics['n_malignant']})",
        "AUROC, malignant against benign": show_estimate(estimate(metrics, "auroc")),
    }
    for point in bundle.manifest.operating_points:
        column[f"`{point.name}`: sensitivity"] = show_share(point.sensitivity)
        column[f"`{point.name}`: specificity"] = show_share(point.specificity)
    if f"{UNTOLD}auroc" in metrics:
        told_nothing = show_estimate(estimate(metrics, f"{UNTOLD}auroc"))
        column["AUROC where age, sex and site are not told"] = told_nothing
    column["ECE before and after calibration"] = f"{metrics['ece_before']:.3f}, {metrics['ece_after']:.3f}"
    if "dx.auroc.macro" in metrics:
        for key, name in BALANCED.items():
            column[f"Seven diagnoses: {name}"] = show_estimate(estimate(metrics, key))
        column["Seven diagnoses: macro AUROC"] = f"{metrics['dx.auroc.macro']:.3f}"
    for source, prefix in sources(metrics).items():
        kin = learned_relatives(metrics, source)
        known = f"; other images of {' and '.join(kin)} were learned from" if kin else ""
        size = f"{metrics[f'{prefix}n']} lesions, {metrics[f'{prefix}n_malignant']} malignant"
        name = f"Images from elsewhere ({source}: {size}{known})"
        column[f"{name}: AUROC"] = show_estimate(estimate(metrics, f"{prefix}auroc"))
        if f"{prefix}melanoma_auroc" in metrics:
            melanoma = estimate(metrics, f"{prefix}melanoma_auroc")
            column[f"{source}: AUROC of melanoma against all others"] = show_estimate(melanoma)
    return column
