"""What Prometheus is told when it asks: all that was counted, and what follows from it.

Over several workers the answer is about all of them, whichever is asked.
"""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from prometheus_client import ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from lesion import __version__
from lesion.bundle import Bundle
from lesion.drift import LEAST, bin_names, shares, stability_index
from server.metrics import BINS, Metrics
from server.models import Models
from server.sharing import live_workers

__all__ = ["Exposition"]

_ADDED_UP = frozenset(
    {
        "process_cpu_seconds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
    }
)


class Exposition(Collector):
    """The metrics of one server; ``folder`` is where its workers count together, ``None`` with one alone."""

    def __init__(self, metrics: Metrics, models: Models, folder: Path | None) -> None:
        self._models, self._folder = models, folder
        self._counted: Collector = metrics.registry
        if folder is not None:
            self._counted = MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]

    def collect(self) -> Iterator[Metric]:
        """Yield every metric once."""
        for metric in self._counted.collect():
            yield metric
            if metric.name == BINS:
                yield _drift(metric, self._models.bundles)
        yield from _models(self._models)
        yield _references(self._models.bundles)
        yield _build(self._models.provider)
        yield from _processes(self._folder)


def _models(models: Models) -> Iterator[Metric]:
    """Say which models there are, and which of them answers by default."""
    info = InfoMetricFamily(
        "lesion_model", "Models on offer.", labels=("model", "version", "architecture", "default")
    )
    for name, bundle in models.bundles.items():
        default = str(name == models.default).lower()
        told = (name, bundle.manifest.fitted_version, bundle.manifest.architecture, default)
        info.add_metric(told, {"sha256": bundle.digest(bundle.manifest.graph) or ""})
    yield info


def _build(provider: str) -> Metric:
    """Say what runs here, and on what."""
    import onnxruntime  # asked itself: it comes in several packages, onnxruntime-gpu for one

    told = {
        "version": __version__,
        "python": platform.python_version(),
        "onnxruntime": onnxruntime.__version__,
        "provider": provider,
    }
    return InfoMetricFamily("lesion_build", "The program and what it stands on.", told)


def _references(bundles: Mapping[str, Bundle]) -> Metric:
    """Say how probabilities fell on the validation lesions, in shares that have a logarithm."""
    told = GaugeMetricFamily(
        "lesion_probability_reference",
        "Share of validation lesions in each of the reference's bins, by its upper end.",
        labels=("model", "version", "below"),
    )
    for name, bundle in bundles.items():
        if reference := bundle.manifest.reference:
            for below, share in zip(bin_names(reference), shares(reference.counts), strict=True):
                told.add_metric((name, bundle.manifest.fitted_version, below), share)
    return told


def _drift(bins: Metric, bundles: Mapping[str, Bundle]) -> Metric:
    """Say how far the probabilities given since the start are from the reference, where there are enough."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for sample in bins.samples:
        if sample.name == f"{BINS}_total":
            labels = sample.labels
            found[labels["model"], labels["version"]][labels["below"]] = sample.value
    index = GaugeMetricFamily(
        "lesion_probability_psi",
        f"Population stability index of the probabilities since the start, from {LEAST} pictures on.",
        labels=("model", "version"),
    )
    for (name, its_version), counts in found.items():
        bundle = bundles.get(name)
        reference = bundle.manifest.reference if bundle else None
        if reference is not None and sum(counts.values()) >= LEAST:
            here = [counts.get(below, 0.0) for below in bin_names(reference)]
            index.add_metric((name, its_version), stability_index(reference.counts, here))
    return index


def _processes(folder: Path | None) -> Iterator[Metric]:
    """Say what the workers take together, and how many there are."""
    if folder is None:
        yield from ProcessCollector(registry=None).collect()
        yield GaugeMetricFamily("lesion_workers", "Processes that answer.", 1)
        return
    pids = live_workers(folder)
    each = [ProcessCollector(pid=partial(str, pid), registry=None).collect() for pid in pids]
    yield from _added(metric for metrics in each for metric in metrics)
    yield GaugeMetricFamily("lesion_workers", "Processes that answer.", len(pids))


def _added(metrics: Iterable[Metric]) -> Iterable[Metric]:
    """Return what can be added up of several processes, added up."""
    sums: dict[str, Metric] = {}
    for metric in metrics:
        if metric.name not in _ADDED_UP:
            continue
        known = sums.setdefault(metric.name, metric)
        if known is not metric:
            known.samples = [
                one._replace(value=one.value + other.value)
                for one, other in zip(known.samples, metric.samples, strict=True)
            ]
    return sums.values()
