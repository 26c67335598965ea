"""What a report is made of: manifest, metrics and, where the bundle has it, the history of the training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count, takewhile
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from PIL import Image

from lesion.bundle import HISTORY, Bundle
from lesion.errors import BundleNotReady
from lesion.manifest import Manifest, OperatingPoint, Proportion
from lesion.measures.reading import Metrics, share
from training.evidence.reading import EXAMPLES
from training.report.readme import checked_metrics

T = TypeVar("T")


class Evidence(NamedTuple):
    """All that the report may speak of; ``examples`` are strips of example maps [S, N * S, 3] by method."""

    manifest: Manifest
    metrics: Metrics
    history: pd.DataFrame | None = None
    examples: Mapping[str, np.ndarray[Any, Any]] = {}

    @classmethod
    def of(cls, bundle: Bundle) -> Evidence:
        """Read what a bundle holds, each file after its hash was compared.

        Raises:
            BundleNotReady: the bundle was never evaluated, or its metrics are of another model.
            HashMismatch: a file is not the one that the manifest names.
        """
        metrics = checked_metrics(bundle)
        has_history = HISTORY in bundle.manifest.files
        history = pd.read_csv(bundle.file(HISTORY)) if has_history else None
        return cls(bundle.manifest, metrics, history, _examples(bundle))

    @property
    def points(self) -> tuple[OperatingPoint, ...]:
        """The operating points, as the manifest has them."""
        return self.manifest.operating_points

    def at(self, point: OperatingPoint) -> tuple[Proportion, Proportion]:
        """Return sensitivity and specificity at a point. Raises BundleNotReady where they are unknown."""
        return needed(point.sensitivity), needed(point.specificity)

    def series(self, pattern: str) -> np.ndarray[Any, Any]:
        """Return the values of keys ``pattern.format(0)``, ``pattern.format(1)``, … while there are any."""
        keys = takewhile(self.metrics.__contains__, map(pattern.format, count()))
        return np.array([self.metrics[key] for key in keys])

    def shares(self, keys: Iterable[str]) -> list[Proportion]:
        """Return the proportions of several keys. Raises BundleNotReady where one is not there."""
        return [needed(share(self.metrics, key)) for key in keys]


def _examples(bundle: Bundle) -> dict[str, np.ndarray[Any, Any]]:
    names = [name for name in bundle.manifest.files if name.startswith(f"{EXAMPLES}/")]
    return {Path(name).stem: np.asarray(Image.open(bundle.file(name)).convert("RGB")) for name in names}


def needed(found: T | None) -> T:
    """Return what was found. Raises BundleNotReady for ``None``."""
    if found is None:
        raise BundleNotReady("metrics.json lacks a measure: run `python -m training evaluate` again.")
    return found
