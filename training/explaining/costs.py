"""What each precision takes and how stable it is, taken over from ``python -m benchmarks.explain``."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from lesion.bundle import Bundle
from lesion.errors import DataError
from lesion.explain import Precision
from lesion.measures.blocks import Flat, prefixed


class Row(msgspec.Struct, frozen=True):
    """One method at one precision: an entry for each picture."""

    method: str
    precision: Precision | None
    samples: int
    agreement: list[float]
    seconds: list[float]


class Outcome(msgspec.Struct, frozen=True):
    """As much as is needed of what the benchmark writes."""

    model: str
    model_sha256: str
    machine: str
    rows: list[Row]


def read_costs(path: Path, bundle: Bundle) -> Flat:
    """Return ``explain.<method>.<precision>.samples``, ``.seconds`` and ``.stability`` of a benchmark's JSON.

    Medians over pictures: seconds on the clock of ``explain.machine``; stability is the rank correlation of
    the maps of two seeds, 1 for methods that draw nothing by chance.

    Raises:
        DataError: the file is none of the benchmark, or is of another bundle or another export of it.
    """
    try:
        outcome = msgspec.json.decode(path.read_bytes(), type=Outcome)
    except (OSError, msgspec.DecodeError) as error:
        raise DataError(
            f"{path} is no outcome of `python -m benchmarks.explain`: name its JSON file. ({error})"
        ) from error
    if (outcome.model, outcome.model_sha256) != (bundle.manifest.name, bundle.digest(bundle.manifest.graph)):
        raise DataError(
            f"{path} is of {outcome.model}, {outcome.model_sha256[:8]}: run the benchmark for the "
            f"{bundle.manifest.name} that is there."
        )
    found: Flat = {"explain.machine": outcome.machine}
    for row in outcome.rows:
        if row.precision and row.seconds:
            block: Flat = {
                "samples": row.samples,
                "seconds": float(np.median(row.seconds)),
                "stability": float(np.median(row.agreement)) if row.agreement else 1.0,
            }
            found |= prefixed(f"explain.{row.method}.{row.precision}", block)
    return found
