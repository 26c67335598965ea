"""What this project set out to reach, and what its bundles did: misses stand beside hits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lesion.bundle import Bundle
from lesion.measures.reading import NOTHING, Metrics
from lesion.registry import DEFAULT_MODEL
from training.report.readme import checked_metrics


class Target(NamedTuple):
    """A number of ``metrics.json`` that is to be at least, or at most, so much.

    ``also`` names another way to answer the same question, by key and words: told beside it, never judged.
    """

    title: str
    key: str
    bound: float
    at_most: bool = False
    percent: bool = False
    also: tuple[str, str] | None = None

    def wanted(self) -> str:
        """Return the bound as it is printed."""
        return f"{'≤' if self.at_most else '≥'} {self.shown(self.bound, 2)}"

    def reached(self, metrics: Metrics) -> str:
        """Return what was reached, with its interval where it has one, and whether that is enough."""
        if self.key not in metrics:
            return NOTHING
        told = f"{self._told(self.key, metrics)}, {'**missed**' if self.missed(metrics) else 'reached'}"
        if self.also and self.also[0] in metrics:
            key, words = self.also
            told += f"; {self._told(key, metrics)} {words}"
        return told

    def missed(self, metrics: Metrics) -> bool:
        """Whether the number was measured and is not good enough."""
        value = float(metrics.get(self.key, self.bound))
        return value > self.bound if self.at_most else value < self.bound

    def _told(self, key: str, metrics: Metrics) -> str:
        ends = [self.shown(metrics[name]) for end in ("low", "high") if (name := f"{key}_{end}") in metrics]
        return self.shown(metrics[key]) + (f" ({' to '.join(ends)})" if ends else "")

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
        also=("melanoma_nevus.alone.sensitivity_at_specificity_0_926", "by p(mel) / (p(mel) + p(nv))"),
    ),
    Target("seven diagnoses: macro AUROC", "dx.auroc.macro", 0.96),
    Target(
        "seven diagnoses: balanced accuracy",
        "dx.balanced_accuracy",
        0.75,
        percent=True,
        also=(
            "dx.balanced_accuracy_equal_priors",
            "by the probability over the share of the validation part",
        ),
    ),
    Target("ECE after calibration", "ece_after", 0.03, at_most=True),
    Target("ISIC 2017, validation part: AUROC of melanoma", "external.isic2017.melanoma_auroc", 0.80),
)


def targets_table(bundles: Mapping[str, Bundle]) -> str:
    """Return the targets as Markdown, a column for what each evaluated bundle reached.

    Raises:
        BundleNotReady: the metrics of a bundle are of another model or calibration.
    """
    metrics = _evaluated(bundles)
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


def missed_list(bundles: Mapping[str, Bundle]) -> str:
    """Return in Markdown how many of the targets each bundle reached and which it missed, the default first.

    Raises:
        BundleNotReady: the metrics of a bundle are of another model or calibration.
    """
    found = sorted(_evaluated(bundles).items(), key=lambda item: item[0] != DEFAULT_MODEL)
    told = [f"- `{name}` reached {_reached(metrics)}." for name, metrics in found]
    return "\n".join([f"Of {len(TARGETS)} targets set beforehand:", "", *told])


def missed_sentence(metrics: Metrics) -> str:
    """Return how many of the targets a bundle reached, and which it missed."""
    return f"Of {len(TARGETS)} targets set beforehand it reached {_reached(metrics)}."


def _reached(metrics: Metrics) -> str:
    missed = [f"“{target.title}” ({target.wanted()})" for target in TARGETS if target.missed(metrics)]
    reached = sum(target.key in metrics for target in TARGETS) - len(missed)
    return f"{reached}; it missed {', '.join(missed)}" if missed else f"{reached} and missed none"


def _evaluated(bundles: Mapping[str, Bundle]) -> dict[str, Metrics]:
    return {name: checked_metrics(bundle) for name, bundle in bundles.items() if bundle.manifest.evaluated}
