"""What the model is worth as it is served: without the lesions that it declines to judge."""

from __future__ import annotations

from lesion.measures.reading import Metrics, estimate, share, show_estimate, show_share, sources
from lesion.quality import WORKING_SIZE
from training.report.evidence import Evidence

JUDGED_COLUMNS = ["measure", "all lesions", "those that it judges"]
SIDES = ("malignant", "benign")
RATES = ("sensitivity", "specificity")


def judged_sentences(evidence: Evidence) -> list[str]:
    """Return what share of malignant and of benign lesions is declined, why, and of which pictures."""
    metrics = evidence.metrics
    if "judged.n_malignant" not in metrics:
        return []
    told = [
        "All other numbers are of every lesion, also of those that the model declines to judge when it is "
        "served, since their picture is unlike its data or too poor."
    ]
    if "distribution.refused_benign" in metrics:
        told.append(f"As unlike the data it refuses {_both(metrics, 'distribution.refused', '_')}.")
    copies = metrics["judged.n_poor_copies"]
    told.append(
        f"Too poor are {_both(metrics, 'judged.poor')}"
        + (
            f"; {copies} of these {metrics['judged.n_poor']} are reduced copies of fewer than {WORKING_SIZE} "
            "pixels across, which look softer than an upload does."
            if copies
            else "."
        )
    )
    told.append(f"In all it so declines {_both(metrics, 'judged.refused')}.")
    told += [
        f"Of {name} it declines {_both(metrics, f'{prefix}judged.refused')}."
        for name, prefix in _elsewhere(metrics).items()
    ]
    return told


def judged_rows(evidence: Evidence) -> list[list[str]]:
    """Return the main measures of all lesions and of those judged, and the rates of other sources."""
    metrics = evidence.metrics
    if "judged.n_malignant" not in metrics:
        return []
    areas = [["AUROC", *(show_estimate(estimate(metrics, f"{key}auroc")) for key in ("", "judged."))]]
    own = [_row(metrics, "", point.name, side) for point in evidence.points for side in RATES]
    default = evidence.manifest.default_operating_point
    others = [
        _row(metrics, prefix, default, side, f"{name}: ")
        for name, prefix in _elsewhere(metrics).items()
        for side in RATES
    ]
    return areas + own + others


def _row(metrics: Metrics, prefix: str, point: str, side: str, source: str = "") -> list[str]:
    keys = (f"{prefix}{judged}operating_point.{point}.{side}" for judged in ("", "judged."))
    return [f"{source}{side} at {point}", *(show_share(share(metrics, key)) for key in keys)]


def _both(metrics: Metrics, key: str, joined: str = ".") -> str:
    malignant, benign = (show_share(share(metrics, f"{key}{joined}{side}")) for side in SIDES)
    return f"{malignant} of the malignant and {benign} of the benign lesions"


def _elsewhere(metrics: Metrics) -> dict[str, str]:
    found = sources(metrics)
    return {name: prefix for name, prefix in found.items() if f"{prefix}judged.n_malignant" in metrics}
