"""What ``evaluate`` says in words once it has measured."""

from __future__ import annotations

from collections.abc import Iterator

from lesion.manifest import Manifest
from lesion.measures.reading import Metrics, estimate, share, show_estimate, show_share, sources
from lesion.roc import UNTOLD
from training.evidence.reading import disturbances, left_out, strangers


def summary(metrics: Metrics, manifest: Manifest) -> Iterator[str]:
    """Yield lines for the lesions that were measured and for each other source: AUROC, operating points."""
    part = "test part of " if metrics["part"] == "test" else ""
    yield from _block(metrics, manifest, f"{part}{metrics['data']}", "", metrics["n_lesions"])
    if manifest.clinical:
        yield from _block(metrics, manifest, "without age, sex and site", UNTOLD, metrics["n_lesions"])
    for source, prefix in sources(metrics).items():
        yield from _block(metrics, manifest, source, prefix, metrics[f"{prefix}n"])
    yield from _unlike(metrics)
    yield from _disturbed(metrics, manifest.default_operating_point)


def _block(metrics: Metrics, manifest: Manifest, name: str, prefix: str, n: int) -> Iterator[str]:
    found = left_out(metrics, prefix)
    told = f"; left out: {', '.join(found)}" if found else ""
    yield f"{name}: {n} lesions, {metrics[f'{prefix}n_malignant']} malignant{told}"
    yield f"  AUROC {show_estimate(estimate(metrics, f'{prefix}auroc'))}"
    for point in manifest.operating_points:
        key = f"{prefix}operating_point.{point.name}"
        found = [
            f"{side} {show_share(share(metrics, f'{key}.{side}'))}" for side in ("sensitivity", "specificity")
        ]
        yield f"  {point.name}: {', '.join(found)}"


def _unlike(metrics: Metrics) -> Iterator[str]:
    if found := share(metrics, "conformal.coverage"):
        size = metrics["conformal.size"]
        yield f"diagnosis sets: the right one is in {show_share(found)}, {size:.1f} diagnoses in the mean"
    if found := share(metrics, "distribution.refused"):
        kinds = [f"{kind} {metrics[f'{prefix}refused']:.0%}" for kind, prefix in strangers(metrics).items()]
        yield f"refused as unlike the data: {show_share(found)} of these lesions; {', '.join(kinds)}"


def _disturbed(metrics: Metrics, point: str) -> Iterator[str]:
    for kind, levels in disturbances(metrics).items():
        found = [
            f"{level} {metrics[f'{prefix}flips']:.1%}" + _loss(metrics, prefix)
            for level, prefix in levels.items()
        ]
        yield f"{kind}: verdicts that flip at {point}: {'; '.join(found)}"


def _loss(metrics: Metrics, prefix: str) -> str:
    lost = estimate(metrics, f"{prefix}auroc_loss")
    return f" (AUROC {-lost.value:+.3f})" if lost else ""
