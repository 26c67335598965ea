"""``python -m training evaluate``: what a bundle is worth, on its test part and on any labelled images."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import pandas as pd

from lesion.bundle import Bundle, save
from lesion.errors import BundleNotReady, DataError
from lesion.manifest import Proportion, Rates
from lesion.measures.blocks import Flat, prefixed
from training.dataset import data, split
from training.evidence.assess import (
    evaluate_bundle,
    evaluate_elsewhere,
    evaluate_robustness,
    evaluate_untold,
    provenance,
)
from training.evidence.calibrate import DEFAULT_POINT, MEASURED
from training.evidence.predict import Answers, ask
from training.evidence.summary import summary
from training.evidence.unseen import relations, unseen, unseen_elsewhere, unseen_test_part
from training.options import FOLDER, data_option, split_option

FAMILIES = {
    "explain.": ("model_sha256",),
    "robustness.": (
        *("model_sha256", "temperature", "photos_sha256"),
        f"operating_point.{DEFAULT_POINT}.threshold",
    ),
}
"""Keys that are measured apart, by what they begin with: they stay while what they are of is the same."""


def write_metrics(bundle: Bundle, found: Flat) -> Bundle:
    """Write ``metrics.json``, and each operating point's sensitivity and specificity into the manifest.

    What was measured apart, and ``found`` does not hold, stays as long as it is true: :data:`FAMILIES`.
    """
    found = found | _apart(bundle, found)
    (bundle.path / MEASURED).write_text(_as_json(found))
    untold = bundle.manifest.clinical is not None
    points = tuple(
        msgspec.structs.replace(
            point,
            **_rates(found, point.name),
            without_clinical=Rates(**_rates(found, point.name, "without_clinical.")) if untold else None,
        )
        for point in bundle.manifest.operating_points
    )
    return save(Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, operating_points=points)))


@click.command("evaluate")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@data_option
@click.option(
    "--to", type=FOLDER, help="File for the numbers of any labelled images; leaves BUNDLE as it is."
)
@click.option("--external", type=FOLDER, multiple=True, help="Data of another source; repeatable.")
@split_option
@click.option(
    "--robustness", is_flag=True, help="Measure the same lesions under blur, JPEG, ink, hair and so on too."
)
def evaluate(
    path: Path,
    folder: Path,
    to: Path | None,
    external: Sequence[Path],
    split_path: Path,
    robustness: bool,
) -> None:
    """Measure a calibrated bundle on the test part, and on other sources, into its metrics.json.

    With --to, measure it on any labelled images instead: a data folder, or a CSV file with a column path
    (from the file's own folder) or image_id, and a column dx, diagnosis or malignant. Whatever the bundle
    learned from is left out and counted, and so is what a source with parts of its own keeps for training;
    FILE gets the keys of metrics.json; BUNDLE is not touched. What two --external share is measured with
    the first.

    \b
    Example:
      python -m training evaluate models/mobilenet_v2 --data ../shared/data/ham10000 \\
          --external ../shared/data/isic2017 --robustness
      python -m training evaluate models/mobilenet_v2 --data clinic.csv --to clinic.json
    """
    bundle = _calibrated(path)
    if to:
        _check_target(to, bundle)
    # Read everything before the first long computation, so that a wrong folder is known at once.
    main = (unseen if to else unseen_test_part)(bundle, folder, split_path)
    elsewhere = unseen_elsewhere(bundle, external, split_path)
    found = provenance(bundle, folder, main.photos, "unseen" if to else "test") | main.left_out.keys()
    if not to:
        found["n_lesions_in_part"] = split.lesions_in(split_path, "test")
    answers = ask(bundle, main.photos, data.source_name(folder))
    found |= _measured(bundle, main.photos, answers, robustness)
    for name, other in elsewhere.items():
        frame = data.one_per_lesion(other.photos)
        block = evaluate_elsewhere(bundle, frame, ask(bundle, frame, name))
        found |= prefixed(f"external.{name}", relations(bundle, elsewhere, name) | block)
    if to:
        to.write_text(_as_json(found))
    else:
        write_metrics(bundle, found)
    for line in summary(found, bundle.manifest):
        click.echo(line)
    click.echo(f"Written: {to}" if to else "Next: `python -m training card`.")


def _measured(bundle: Bundle, photos: pd.DataFrame, answers: Answers, robustness: bool) -> Flat:
    """Measure the lesions of ``photos`` in every way that the bundle and the caller ask for."""
    found = evaluate_bundle(bundle, photos, answers)
    if bundle.manifest.clinical:
        found |= prefixed("without_clinical", evaluate_untold(bundle, photos, answers.logits))
    if robustness:
        found |= evaluate_robustness(bundle, photos, answers.logits)
    return found


def _calibrated(path: Path) -> Bundle:
    bundle = Bundle.load(path)
    if not bundle.manifest.operating_points:
        raise BundleNotReady(
            f"{path} has no operating points: run `python -m training calibrate` on it first."
        )
    return bundle


def _check_target(to: Path, bundle: Bundle) -> None:
    """Refuse a file that cannot be written, before anything is measured."""
    if to.is_dir() or bundle.path.resolve() in to.resolve().parents:
        raise DataError(f"{to} cannot take the numbers: name a file outside the bundle with --to.")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{to.parent} cannot be made: {error.strerror}.") from error


def _apart(bundle: Bundle, found: Flat) -> Flat:
    """Return the keys of whole families that ``found`` lacks, where they are of what ``found`` is of."""
    path = bundle.path / MEASURED
    there: Flat = json.loads(path.read_bytes()) if path.is_file() else {}
    kept = tuple(
        family
        for family, of in FAMILIES.items()
        if all(there.get(key) == found[key] for key in of)
        and not any(key.startswith(family) for key in found)
    )
    return {key: value for key, value in there.items() if key.startswith(kept)}


def _as_json(found: Flat) -> str:
    return json.dumps(found, indent=1, allow_nan=False) + "\n"


def _rates(found: Flat, point: str, prefix: str = "") -> dict[str, Proportion]:
    key = f"{prefix}operating_point.{point}"
    return {side: _share(found, f"{key}.{side}") for side in ("sensitivity", "specificity")}


def _share(found: Flat, key: str) -> Proportion:
    names = ("value", "low", "high", "k", "n")
    values = (found[key if name == "value" else f"{key}_{name}"] for name in names)
    return msgspec.convert(dict(zip(names, values, strict=True)), Proportion)
