"""``python -m training ensemble``: several bundles, or several views of the image, as one bundle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click
import numpy as np
from tqdm import tqdm

from lesion.bundle import MODEL, Bundle, save
from lesion.calibrate import probabilities
from lesion.engine import OnnxEngine
from lesion.errors import BundleNotReady, DataError, ParityError
from training.bundling.folder import new_bundle
from training.bundling.joining import Part, expected_logits, join, open_part
from training.bundling.manifests import joint_manifest
from training.bundling.models import PARITY_TOLERANCE
from training.bundling.rebuild import drawings
from training.bundling.views import VIEWS, Views
from training.dataset.trained_ids import TRAINED_IDS, read_trained_ids, write_hashes
from training.options import FOLDER


def make_ensemble(
    bundles: Sequence[Bundle], to: Path, views: Views = 1, weights: Sequence[float] | None = None
) -> tuple[Bundle, float]:
    """Write the bundle that joins others; see :mod:`training.bundling.joining` for what it answers.

    Args:
        bundles: calibrated bundles of one task, split and clinical input.
        to: the bundle's folder; a bundle that it held is replaced once the new one is proven.
        views: how many views of the image each member is asked about.
        weights: positive shares of the members, in any unit; ``None``: equal.

    Returns:
        The bundle, with temperature 1 and no operating points, and the largest difference of
        probabilities, on drawings, between its graph and the members' own.

    Raises:
        DataError: the members do not go together, or ``to`` holds something else.
        BundleNotReady: a member has no temperature yet.
        ParityError: the graph does not answer as the members do; nothing was written.
    """
    shares = _shares(bundles, weights)
    _check_members(bundles)
    with (
        new_bundle(to) as built,
        tqdm(total=3, desc="Opening the members", unit="step", leave=False) as bar,
    ):
        parts = [open_part(bundle, share) for bundle, share in zip(bundles, shares, strict=True)]
        bar.update()
        bar.set_description(f"Writing {MODEL}")
        (built / MODEL).write_bytes(join(parts, views).SerializeToString())
        bar.update()
        bar.set_description("Comparing it with its members")
        difference = _difference(built / MODEL, parts, views)
        if difference >= PARITY_TOLERANCE:
            raise ParityError(f"Probabilities differ by up to {difference:.2g}, so no bundle was written.")
        _write_trained_ids(bundles, built)
        save(Bundle(built, joint_manifest(built.name, parts, views)))
    return Bundle.load(to), difference


def _shares(bundles: Sequence[Bundle], weights: Sequence[float] | None) -> list[float]:
    """Return the weights of the members, which add up to 1."""
    given = [1.0] * len(bundles) if weights is None else list(weights)
    if len(given) != len(bundles) or not all(weight > 0 and np.isfinite(weight) for weight in given):
        raise DataError(f"Give one positive weight for each of the {len(bundles)} bundles.")
    return [weight / sum(given) for weight in given]


def _check_members(bundles: Sequence[Bundle]) -> None:
    """Refuse bundles whose answers cannot be averaged, or that a measurement could not hold together."""
    first = bundles[0].manifest
    specs = [bundle.manifest.clinical for bundle in bundles if bundle.manifest.clinical]
    for bundle in bundles:
        other = bundle.manifest
        if not other.operating_points:
            raise BundleNotReady(
                f"{bundle.path} is not calibrated: run `python -m training calibrate` first."
            )
        problems = {
            "another task": (other.task, other.classes) != (first.task, first.classes),
            "another split": other.training.split_sha256 != first.training.split_sha256,
            "other age, sex and site": other.clinical is not None and other.clinical != specs[0],
        }
        for what, found in problems.items():
            if found:
                raise DataError(
                    f"{bundle.path} learned {what} than {bundles[0].path}: they cannot be joined."
                )


def _difference(graph: Path, parts: Sequence[Part], views: int) -> float:
    images = drawings(max(part.size for part in parts))
    spec = next((part.bundle.manifest.clinical for part in parts if part.bundle.manifest.clinical), None)
    clinical = np.zeros((len(images), spec.size), dtype=np.float32) if spec else None
    found = OnnxEngine(graph)(images, clinical).logits
    wanted = expected_logits(parts, views, images)
    return float(np.abs(probabilities(found, 1.0) - probabilities(wanted, 1.0)).max())


def _write_trained_ids(bundles: Sequence[Bundle], to: Path) -> None:
    """Write what any of the members learned from, if all of them say it."""
    known = [ids for bundle in bundles if (ids := read_trained_ids(bundle)) is not None]
    if len(known) == len(bundles):
        write_hashes(frozenset().union(*known), to / TRAINED_IDS)


@click.command("ensemble")
@click.argument("paths", metavar="BUNDLE...", type=FOLDER, nargs=-1, required=True)
@click.option("--to", type=FOLDER, required=True, help="Folder of the bundle.")
@click.option(
    "--views",
    type=click.Choice([str(number) for number in VIEWS]),
    default="1",
    show_default=True,
    help="Views of the image that are averaged: itself; mirrored; all flips; quarter turns too.",
)
@click.option("--weights", help="Shares of the bundles, separated by commas.  [default: equal]")
def ensemble_command(paths: Sequence[Path], to: Path, views: str, weights: str | None) -> None:
    """Join calibrated bundles to one that answers with their mean. One bundle with --views will do.

    \b
    Example:
      python -m training ensemble models/densenet161 models/mobilenet_v2 --to models/both --views 4
    """
    bundles = [Bundle.load(path) for path in paths]
    number = cast("Views", int(views))
    _, difference = make_ensemble(bundles, to, number, _parsed(weights) if weights else None)
    click.echo(f"{to}: largest difference of probabilities from its members {difference:.1e}, on drawings")
    click.echo("Next: `python -m training calibrate`, then `evaluate`, then `card`.")


def _parsed(weights: str) -> list[float]:
    try:
        return [float(weight) for weight in weights.split(",")]
    except ValueError as error:
        raise DataError(f"--weights {weights} is no list of numbers: give for instance 2,1.") from error
