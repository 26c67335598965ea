"""Evidence of every kind: a real bundle's, with what it does not hold yet added in the same form."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lesion.bundle import Bundle
from training.bootstrap import Estimate
from training.measure import Flat, estimate, proportion
from training.metrics import wilson
from training.report.evidence import Evidence
from training.report.render import render_report

BUNDLE = Path(__file__).parents[3] / "models/mobilenet_v2"


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """What the committed bundle holds."""
    return Evidence.of(Bundle.load(BUNDLE))


@pytest.fixture(scope="session")
def full(evidence: Evidence) -> Evidence:
    """The same with disturbances, errors by id, groups by source, and a history."""
    metrics = {
        **evidence.metrics,
        **_disturbed("blur", "1"),
        **_disturbed("jpeg", "1"),
        **_errors("missed"),
        **_errors("alarm"),
    }
    for key, value in evidence.metrics.items():
        if key.startswith("subgroup.sex."):
            metrics[key.replace(".sex.", ".source.").replace("female", "clinic")] = value
    history = pd.DataFrame(
        {
            "phase": ["head", "all", "all"],
            "train_loss": [1.0, 0.7, 0.6],
            "valid_loss": [0.9, 0.8, 0.85],
            "auroc": [0.8, 0.9, 0.89],
        }
    )
    return Evidence(evidence.manifest, metrics, history)


@pytest.fixture(scope="session")
def files(full: Evidence) -> dict[str, str]:
    """Every file of a report on all of it."""
    return render_report(full)


def _disturbed(kind: str, level: str) -> Flat:
    key = f"robustness.{kind}.{level}"
    return estimate(f"{key}.auroc", Estimate(0.9, 0.88, 0.92)) | proportion(f"{key}.flips", wilson(70, 1120))


def _errors(kind: str) -> Flat:
    found: Flat = {}
    for i in range(2):
        key = f"error.{kind}.{i:02}"
        found |= {f"{key}.image_id": f"{kind}-{i}", f"{key}.dx": "mel", f"{key}.probability": 0.01 * (i + 1)}
    return found
