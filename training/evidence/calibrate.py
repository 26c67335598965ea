"""``python -m training calibrate``: temperature and operating points, fitted on the validation part alone."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesion.bundle import Bundle, save
from lesion.calibrate import malignancy, probabilities
from training.dataset import data
from training.evidence import metrics
from training.evidence.fitting import (
    Wish,
    choose_operating_points,
    fit_temperature,
    negative_log_likelihood,
)
from training.evidence.metrics import Bools
from training.evidence.predict import held_out, malignant_labels, predict
from training.options import FOLDER, data_option, split_option

DEFAULT_POINT = "balanced"
MEASURED = ("metrics.json", "MODEL_CARD.md", "report")
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


def calibrate_bundle(
    bundle: Bundle, frame: pd.DataFrame, logits: NDArray[np.floating], wishes: Sequence[Wish] = ()
) -> Bundle:
    """Write temperature and thresholds, fitted on the lesions of ``frame`` with ``logits`` [N, C].

    What was measured with another temperature is removed: it is no longer true.
    """
    malignant = malignant_labels(frame)
    temperature = fit_temperature(logits, malignant, bundle.manifest.malignant_columns)
    probability = malignancy(probabilities(logits, temperature), bundle.manifest)
    points = choose_operating_points(malignant, probability, wishes)
    for name in MEASURED:
        path = bundle.path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    fitted = msgspec.structs.replace(
        bundle.manifest,
        temperature=temperature,
        operating_points=points,
        default_operating_point=DEFAULT_POINT,
    )
    return save(Bundle(bundle.path, fitted))


@click.command("calibrate")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@data_option
@split_option
@click.option(
    "--sensitivity",
    "sensitivities",
    type=SHARE,
    multiple=True,
    help="Add an operating point with at least this sensitivity; repeatable.",
)
@click.option(
    "--specificity",
    "specificities",
    type=SHARE,
    multiple=True,
    help="Add an operating point with at least this specificity; repeatable.",
)
def calibrate(
    path: Path,
    folder: Path,
    split_path: Path,
    sensitivities: Sequence[float],
    specificities: Sequence[float],
) -> None:
    """Fit the temperature and the operating points on the validation part.

    There are always sensitive, balanced and specific. Points of one's own come beside them, named after what
    was asked for, such as sensitivity-97; those of an earlier call are replaced. `evaluate` then measures
    all of them, and page, API and command line offer them.

    What was measured before is no longer true, so that metrics.json, model card and report are deleted:
    give `evaluate` all its options again, --external and --robustness too, and then `card`.

    \b
    Example:
      python -m training calibrate models/mobilenet_v2 --data ../shared/data/ham10000
      python -m training calibrate models/mobilenet_v2 --data ../shared/data/ham10000 --sensitivity 0.97
    """
    wishes = [
        *(Wish("sensitivity", least) for least in sensitivities),
        *(Wish("specificity", least) for least in specificities),
    ]
    bundle = Bundle.load(path)
    frame = data.one_per_lesion(held_out(bundle, folder, split_path, "val"))
    logits = predict(bundle, frame, "Validation part")
    fitted = calibrate_bundle(bundle, frame, logits, wishes)
    for line in _summary(fitted, malignant_labels(frame), logits):
        click.echo(line)
    click.echo("Next: `python -m training evaluate`.")


def _summary(bundle: Bundle, malignant: Bools, logits: NDArray[np.floating]) -> list[str]:
    """What was fitted, as measured on the lesions that it was fitted on."""
    manifest = bundle.manifest
    before, after = (malignancy(probabilities(logits, t), manifest) for t in (1.0, manifest.temperature))
    losses = [
        negative_log_likelihood(logits, malignant, manifest.malignant_columns, t)
        for t in (1.0, manifest.temperature)
    ]
    lines = [
        f"{len(malignant)} validation lesions, {malignant.sum()} malignant",
        f"temperature {manifest.temperature:.3f}: log-likelihood loss {losses[0]:.4f} -> {losses[1]:.4f}, "
        f"ECE {metrics.ece(malignant, before):.4f} -> {metrics.ece(malignant, after):.4f}",
    ]
    width = max(len(point.name) for point in manifest.operating_points)
    for point in manifest.operating_points:
        found = [
            measure(malignant, after, point.threshold)
            for measure in (metrics.sensitivity, metrics.specificity)
        ]
        lines.append(
            f"{point.name:>{width}}: threshold {point.threshold:.4f}, "
            f"sensitivity {found[0].value:.1%}, specificity {found[1].value:.1%} (here, not on the test part)"
        )
    return lines
