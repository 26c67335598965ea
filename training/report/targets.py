"""What this project set out to reach, and what its bundles did: misses stand beside hits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lesion.bundle import Bundle
from lesion.measures.reading import NOTHING, Metrics
from training.report.readme import checked_metrics


class Target(NamedTuple):
    """A number of ``metrics.json`` that is to be at least, or at most, so much."""

    title: str
    key: str
    bound: float
    at_most: bool = False
    percent: bool = False

    def wanted(self) -> str:
        """Return the bound as it is printed."""
        return f"{'≤' if self.at_most else '≥'} {self.shown(self.bound, 2)}"

    def reached(self, metrics: Metrics) -> str:
        """Return what was reached, with its interval where it has one, and whether that is enough."""
        if self.key not in metrics:
            return NOTHING
        value = metrics[self.key]
        enough = value <= self.bound if self.at_most else value >= self.bound
        ends = [
            self.shown(metrics[key]) for end in ("low", "high") if (key := f"{self.key}_{end}") in metrics
        ]
        interval = f" ({' to '.join(ends)})" if ends else ""
        return f"{self.shown(value)}{interval}, {'reached' if enough else '**missed**'}"

    def shown(self, value: float, digits: int = 3) -> str:
        """Return a number as it is printed."""
        return f"{100 * value:.{digits - 2}f} %" if self.percent else f"{value:.{digits}f}"


TARGETS = (
    Target("AUROC, malignant against benign", "auroc", 0.94),
    Target(
        "melanoma against nevus: sensitivity at a specificity of 92.6 %",
        "melanoma_nevus.sensitivity_at_specificity_0_926",
        0.82,
        percent=True,
    ),
    Target("seven diagnoses: macro AUROC", "dx.auroc.macro", 0.96),
    Target("seven diagnoses: balanced accuracy", "dx.balanced_accuracy", 0.75, percent=True),
    Target("ECE after calibration", "ece_after", 0.03, at_most=True),
    Target("ISIC 2017, validation part: AUROC of melanoma", "external.isic2017.melanoma_auroc", 0.80),
)


def targets_table(bundles: Mapping[str, Bundle]) -> str:
    """Return the targets as Markdown, a column for what each evaluated bundle reached.

    Raises:
        BundleNotReady: the metrics of a bundle are of another model or calibration.
    """
    metrics = {name: checked_metrics(bundle) for name, bundle in bundles.items() if bundle.manifest.evaluated}
    header = [
        "held-out lesions of HAM10000, if not said otherwise",
        "target",
        *(f"`{name}`" for name in metrics),
    ]
    rows = [
        [target.title, target.wanted(), *(target.reached(found) for found in metrics.values())]
        for target in TARGETS
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, ["---"] * len(header), *rows))
