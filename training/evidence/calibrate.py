"""``python -m training calibrate``: temperature and operating points, fitted on the validation part alone."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import click
import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from lesion.bundle import Bundle, save
from lesion.calibrate import malignancy, probabilities
from lesion.errors import DataError
from lesion.manifest import OperatingPoint
from training.dataset import data
from training.evidence import metrics
from training.evidence.metrics import Bools, Floats
from training.evidence.predict import held_out, malignant_labels, predict
from training.options import FOLDER, data_option, split_option

LOWEST, HIGHEST = 0.05, 20.0
"""Bounds of the temperature."""

DEFAULT_POINT = "balanced"
MEASURED = ("metrics.json", "MODEL_CARD.md", "report")
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


class Wish(NamedTuple):
    """An operating point of the user's own: at least so much sensitivity, or specificity, 0..1."""

    side: Literal["sensitivity", "specificity"]
    least: float

    @property
    def name(self) -> str:
        """How the point is called: ``sensitivity-97``; keys are divided by points, so ``97_5`` for 97.5 %."""
        return f"{self.side}-{f'{100 * self.least:.6g}'.replace('.', '_')}"


def fit_temperature(logits: NDArray[np.floating], malignant: Bools, columns: list[int]) -> float:
    """Return the temperature at which the probability of malignancy has the least negative log-likelihood.

    C. Guo et al., ICML 2017, divide all logits by one number and fit it on the likelihood of the class.
    Here the likelihood is that of malignant against benign, since people are shown the probability of
    malignancy, the sum over the malignant classes: fitted on seven classes, the one degree of freedom
    would be spent on telling benign diagnoses from each other. With two classes both are the same.
    Dividing leaves the order of the classes alone.

    Args:
        logits: [N, C] of validation lesions.
        malignant: their outcomes [N].
        columns: positions of the malignant classes among the C.
    """

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits, malignant, columns, float(np.exp(log_temperature)))

    # The likelihood of a sum need not have one minimum alone: look everywhere coarsely, then closely.
    grid = np.linspace(np.log(LOWEST), np.log(HIGHEST), 61)
    best = int(np.argmin([loss(point) for point in grid]))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    return float(np.exp(minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-5}).x))


def negative_log_likelihood(
    logits: NDArray[np.floating], malignant: Bools, columns: list[int], temperature: float
) -> float:
    """Return the mean of -log of the probability given to what each lesion is, malignant or benign."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    is_malignant_class = np.isin(np.arange(scaled.shape[1]), columns)
    right = malignant[:, None] == is_malignant_class[None, :]
    of_truth = logsumexp(np.where(right, scaled, -np.inf), axis=1)
    return float(np.mean(logsumexp(scaled, axis=1) - of_truth))


def choose_operating_points(
    malignant: Bools, probability: Floats, wishes: Sequence[Wish] = ()
) -> tuple[OperatingPoint, ...]:
    """Return the three operating points and those wished for; what they are worth is still to be measured.

    Raises:
        DataError: the model is too poor for the point ``specific``, or for a wish.
    """
    try:
        thresholds = {
            "sensitive": metrics.pick_sensitive(malignant, probability),
            "balanced": metrics.pick_balanced(malignant, probability),
            "specific": metrics.pick_specific(malignant, probability),
        }
    except ValueError as error:
        raise DataError(f"This bundle cannot be calibrated on these lesions: {error}.") from error
    thresholds |= {wish.name: _fulfilled(wish, malignant, probability) for wish in wishes}
    return tuple(
        OperatingPoint(
            name=name, threshold=threshold, sensitivity=None, specificity=None, without_clinical=None
        )
        for name, threshold in thresholds.items()
    )


def _fulfilled(wish: Wish, malignant: Bools, probability: Floats) -> float:
    """Return the threshold that grants a wish at the least cost to the other side.

    Raises:
        DataError: only a verdict that is the same for every lesion of that side would grant it.
    """
    try:
        if wish.side == "sensitivity":
            threshold = metrics.pick_sensitive(malignant, probability, wish.least)
            left = metrics.specificity(malignant, probability, threshold)
        else:
            threshold = metrics.pick_specific(malignant, probability, wish.least)
            left = metrics.sensitivity(malignant, probability, threshold)
    except ValueError:
        left = None
    if left is None or left.k == 0:
        price = "benign lesion flagged" if wish.side == "sensitivity" else "malignant lesion missed"
        raise DataError(
            f"This bundle cannot have a {wish.side} of {wish.least:.6g}: on the validation part it would "
            f"cost every {price}. Ask for less."
        )
    return threshold


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
