"""Evidence of every kind: a real bundle's, with what it does not hold yet added in the same form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lesion.bundle import Bundle
from lesion.measures.blocks import Flat, prefixed
from training.evidence.mistakes import confident_errors
from training.evidence.robustness import compare
from training.explaining.findings import Found
from training.explaining.measures import block_of, method_block
from training.report.evidence import Evidence
from training.report.render import render_report

BUNDLE = Path(__file__).parents[3] / "models/mobilenet_v2"


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """What the committed bundle holds."""
    return Evidence.of(Bundle.load(BUNDLE))


@pytest.fixture(scope="session")
def full(evidence: Evidence) -> Evidence:
    """The same with a few disturbances and errors by id, groups by source, and a history."""
    own = ("robustness.", "error.", "explain.")
    metrics = {
        **{key: value for key, value in evidence.metrics.items() if not key.startswith(own)},
        **_disturbed("blur", "mild"),
        **_disturbed("colour_cast", "very_warm"),
        **_errors(),
        **_explained(),
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
    strip = np.zeros((8, 16, 3), dtype=np.uint8)
    return Evidence(evidence.manifest, metrics, history, {"drawings": strip, "cam": strip, "lime": strip})


@pytest.fixture(scope="session")
def files(full: Evidence) -> dict[str, str]:
    """Every file of a report on all of it."""
    return render_report(full)


def _explained() -> Flat:
    """Explanations of some lesions: of LIME good ones, of the evidence map no better than chance."""
    falls, chance = np.linspace(0.9, 0.1, 11) ** 2, np.linspace(0.9, 0.1, 11)
    good = [Found(falls, 0.9 - falls, 0.7, 0.3, 0.1)] * 6
    poor = [Found(chance, chance[::-1], 0.3, 0.3, 0.9)] * 6
    baselines = {"random": poor, "centre": poor}
    found: Flat = {"explain.n": 6, "explain.steps": 10, "explain.blur": 0.05, "explain.most_correlated": 0.5}
    for name in baselines:
        found |= prefixed(f"explain.{name}", block_of(poor))
    found["explain.machine"] = "2 cores"
    found |= prefixed("explain.lime.low", {"samples": 1025, "seconds": 2.5, "stability": 0.6})
    found |= prefixed("explain.lime", method_block(good, baselines))
    return found | prefixed("explain.cam", method_block(poor, baselines))


def _disturbed(kind: str, level: str) -> Flat:
    malignant, clean = np.arange(40) < 15, np.linspace(0.9, 0.1, 40)
    shaken = clean + np.random.default_rng(0).normal(0, 0.2, 40)
    block = {"meaning": "as a test does it"} | compare(malignant, clean, shaken, 0.5)
    return prefixed(f"robustness.{kind}.{level}", block)


def _errors() -> Flat:
    rows = {"image_id": ["missed-1", "missed-0", "alarm-0", "alarm-1"], "dx": ["bcc", "mel", "nv", "bkl"]}
    return confident_errors(pd.DataFrame(rows), np.array([0.02, 0.01, 0.98, 0.97]), 0.5)
