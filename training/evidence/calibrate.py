"""``python -m training calibrate``: all that is fitted on the validation part, and on nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesion.bundle import MODEL, Bundle, save
from lesion.calibrate import malignancy, probabilities
from lesion.manifest import Manifest
from lesion.measures import metrics
from lesion.measures.metrics import Bools
from training.dataset import data
from training.evidence.fitting import (
    Wish,
    choose_operating_points,
    fit_reference,
    fit_temperature,
    negative_log_likelihood,
)
from training.evidence.graphs import Wanted, choose_graph
from training.evidence.predict import ask, held_out, learned, malignant_labels
from training.evidence.sets import fit_sets
from training.evidence.unlike import fit_distribution
from training.options import FOLDER, data_option, extra_option, split_option

DEFAULT_POINT = "balanced"
DESCRIBED = ("MODEL_CARD.md", "report")
MEASURED = "metrics.json"
REFERENCE = 2500
"""Lesions learned from that a subspace is fitted on, where so many are at hand."""
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)


def calibrate_bundle(
    bundle: Bundle,
    frame: pd.DataFrame,
    logits: NDArray[np.floating],
    wishes: Sequence[Wish] = (),
    graph: str = MODEL,
) -> Bundle:
    """Write temperature, thresholds, diagnosis sets and reference, fitted on the lesions of ``frame``.

    ``logits`` [N, C] are what ``graph`` gives for them, and it is served from then on. What was measured of
    another graph, with another temperature or at other thresholds is removed: it is no longer true.
    """
    malignant = malignant_labels(frame)
    temperature = fit_temperature(logits, malignant, bundle.manifest.malignant_columns)
    shares = probabilities(logits, temperature)
    probability = malignancy(shares, bundle.manifest)
    points = choose_operating_points(malignant, probability, wishes)
    classes = bundle.manifest.classes
    fitted = msgspec.structs.replace(
        bundle.manifest,
        graph=graph,
        temperature=temperature,
        operating_points=points,
        default_operating_point=DEFAULT_POINT,
        conformal=fit_sets(frame["dx"].tolist(), shares, classes) if bundle.manifest.task == "dx" else None,
        reference=fit_reference(probability),
    )
    gone = DESCRIBED if _same_thresholds(bundle.manifest, fitted) else (*DESCRIBED, MEASURED)
    for path in (bundle.path / name for name in gone):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return save(Bundle(bundle.path, fitted))


@click.command("calibrate")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@data_option
@extra_option
@click.option(
    "--reference",
    type=click.IntRange(0),
    default=REFERENCE,
    show_default=True,
    help="Most lesions learned from that tell what is unlike them; fewer are quicker.",
)
@split_option
@click.option(
    "--graph",
    "wanted",
    type=click.Choice(["auto", "float", "int8"]),
    default="auto",
    show_default=True,
    help="Which graph is to answer; auto takes int8 where it ranks as well and is faster here.",
)
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
    extra: tuple[Path, ...],
    reference: int,
    split_path: Path,
    wanted: Wanted,
    sensitivities: Sequence[float],
    specificities: Sequence[float],
) -> None:
    """Fit temperature, operating points, diagnosis sets and what is unlike the data, on validation lesions.

    There are always sensitive, balanced and specific. Points of one's own come beside them, named after what
    was asked for, such as sensitivity-97; those of an earlier call are replaced. `evaluate` then measures
    all of them, and page, API and command line offer them.

    Of a bundle that `lesion models optimise` gave an int8 graph, both are asked: the int8 one is to answer
    where its AUROC is at most 0.003 lower, its calibration error at most 0.01 higher, and it is faster on
    this machine. All the rest is fitted to the one that answers.

    What is unlike the data is told by its distance from --reference lesions that the bundle learned from:
    name its further sources with --extra, since photos like those would else count as unlike.

    How the probabilities fall is kept as well: a server tells by it whether those that it gives drift away.

    Model card and report are deleted, and metrics.json too where temperature or thresholds changed: what was
    measured before is no longer true. Give `evaluate` its options again, --external too, and then `card`.

    \b
    Example:
      python -m training calibrate models/mobilenet_v2 --data ../shared/data/ham10000 \\
          --extra ../shared/data/isic2017
      python -m training calibrate models/mobilenet_v2 --data ../shared/data/ham10000 --sensitivity 0.97
    """
    wishes = [
        *(Wish("sensitivity", least) for least in sensitivities),
        *(Wish("specificity", least) for least in specificities),
    ]
    bundle = Bundle.load(path)
    frame = data.one_per_lesion(held_out(bundle, folder, split_path, "val"))
    known = learned(bundle, folder, extra, split_path, reference)
    chosen = choose_graph(bundle, frame, wanted)
    validation = chosen.answers
    embedding = ask(bundle.serving(chosen.graph), known, "Learned from").embedding
    fitted = calibrate_bundle(bundle, frame, validation.logits, wishes, chosen.graph)
    fitted = fit_distribution(fitted, embedding, validation.embedding)
    for line in [*chosen.lines, *_summary(fitted, malignant_labels(frame), validation.logits)]:
        click.echo(line)
    click.echo("Next: `python -m training evaluate`.")


def _same_thresholds(before: Manifest, after: Manifest) -> bool:
    """Whether two manifests tell malignant from benign alike."""
    points = [[(point.name, point.threshold) for point in each.operating_points] for each in (before, after)]
    same = before.graph == after.graph and before.temperature == after.temperature
    return same and points[0] == points[1]


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
    return lines + _abstention(manifest)


def _abstention(manifest: Manifest) -> list[str]:
    """What was fitted for saying nothing, or less: diagnosis sets, and pictures unlike those learned from."""
    lines = []
    if manifest.conformal:
        always = [code for code, fitted in manifest.conformal.classes.items() if not fitted.threshold]
        few = f"; too few lesions, so always in the set: {', '.join(always)}" if always else ""
        lines.append(f"diagnosis sets at {manifest.conformal.level:.0%}{few}")
    spec = manifest.distribution
    if spec is None:
        return [*lines, "too few lesions learned from are here to tell what is unlike them"]
    lines.append(
        f"unlike {spec.n_reference} lesions learned from: above {spec.threshold:.4f}, as "
        f"{spec.refused.k} of {spec.refused.n} validation lesions are"
    )
    return lines
