"""What a bundle that takes age, sex and site is worth to people who tell none of it."""

from __future__ import annotations

from lesion.measures.reading import NOTHING, Metrics, estimate, share, show_estimate, show_share
from lesion.roc import UNTOLD
from training.report.evidence import Evidence

COLUMNS = ["measure", "told where it is recorded", "nothing told"]


def untold_sentences(evidence: Evidence) -> list[str]:
    """Return how the table is to be read; nothing for a bundle of the image alone."""
    if evidence.manifest.clinical is None:
        return []
    lost = show_estimate(estimate(evidence.metrics, f"{UNTOLD}auroc_loss"))
    return [
        "Everything else here is measured with age, sex and site told where they are recorded. These are "
        "the same lesions, at the same temperature and thresholds, with none of it told; whoever tells "
        f"nothing is shown the right column. Telling nothing costs an AUROC of {lost}."
    ]


def untold_rows(evidence: Evidence) -> list[list[str]]:
    """Return the main measures as told and with nothing told; nothing for a bundle of the image alone."""
    if evidence.manifest.clinical is None:
        return []
    metrics = evidence.metrics
    areas = [
        [name, *(show_estimate(estimate(metrics, f"{prefix}{key}")) for prefix in ("", UNTOLD))]
        for key, name in {"auroc": "AUROC", "auprc": "AUPRC"}.items()
    ]
    errors = [
        [name, _number(metrics, f"{key}_after"), _number(metrics, f"{UNTOLD}{key}")]
        for key, name in {"ece": "ECE", "brier": "Brier score"}.items()
    ]
    rates = [
        [
            f"{side} at {point.name}",
            *(
                show_share(share(metrics, f"{prefix}operating_point.{point.name}.{side}"))
                for prefix in ("", UNTOLD)
            ),
        ]
        for point in evidence.points
        for side in ("sensitivity", "specificity")
    ]
    return areas + errors + rates


def _number(metrics: Metrics, key: str) -> str:
    return f"{metrics[key]:.3f}" if key in metrics else NOTHING
