"""``python -m training evaluate``: the one measurement on the test part, and on sources from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import Bundle, save
from lesion.calibrate import malignancy, probabilities
from lesion.errors import BundleNotReady
from lesion.manifest import Proportion
from training import bootstrap, data, metrics
from training.measure import (
    Flat,
    by_diagnosis,
    calibration,
    estimate,
    histogram_points,
    measure,
    prefixed,
    reliability_points,
    roc_points,
    subgroups,
)
from training.metrics import Floats
from training.options import FOLDER, data_option, split_option
from training.predict import held_out, held_out_elsewhere, malignant_labels, predict

Logits = NDArray[np.floating]


def evaluate_bundle(bundle: Bundle, photos: pd.DataFrame, logits: Logits) -> Flat:
    """Measure a calibrated bundle on the test part.

    Args:
        bundle: a bundle with temperature and operating points.
        photos: all photos of the test part. One of each lesion is measured; AUROC over all photos is
            added as ``image.auroc``, with an interval over lesions.
        logits: [N, C], what the bundle says of ``photos``.
    """
    frame = data.one_per_lesion(photos)
    chosen = logits[_positions(frame, photos)]
    malignant = malignant_labels(frame)
    before = malignancy(probabilities(chosen, 1.0), bundle.manifest)
    after = _malignancy(bundle, chosen)
    found: Flat = {"n_lesions": len(frame)} | measure(malignant, after, bundle.manifest.operating_points)
    default = bundle.manifest.default_operating_point
    found["balanced_accuracy"] = found[f"operating_point.{default}.balanced_accuracy"]
    for point in bundle.manifest.operating_points:
        found[f"operating_point.{point.name}.threshold"] = point.threshold
    found |= calibration(malignant, before, "_before", fewest=1) | calibration(
        malignant, after, "_after", fewest=1
    )
    found |= _images(photos, _malignancy(bundle, logits))
    shares = probabilities(chosen, bundle.manifest.temperature)
    found |= by_diagnosis(bundle.manifest, frame["dx"], shares)
    blocks = subgroups(
        frame.assign(pixels=_short_sides(frame)), malignant, after, bundle.manifest.operating_points
    )
    for block in tqdm(blocks, desc="Subgroups", unit="group"):
        found |= block
    found |= roc_points(malignant, after) | histogram_points(malignant, after)
    found |= reliability_points(malignant, before, "before") | reliability_points(malignant, after, "after")
    return found


def evaluate_elsewhere(bundle: Bundle, frame: pd.DataFrame, logits: Logits) -> Flat:
    """Measure a calibrated bundle on lesions of another source, at the same temperature and thresholds.

    Besides malignancy, ``melanoma_auroc`` says how well the class ``mel`` of a seven-class bundle is
    ranked against all the rest.
    """
    malignant, probability = malignant_labels(frame), _malignancy(bundle, logits)
    trained_on = "yes" if frame["source"].iloc[0] in bundle.manifest.training.data else "no"
    found: Flat = {
        "n": len(frame),
        "trained_on": trained_on,
    }
    found |= measure(malignant, probability, bundle.manifest.operating_points)
    found |= calibration(malignant, probability)
    found |= {f"dx.n.{dx}": int(count) for dx, count in frame["dx"].value_counts().sort_index().items()}
    melanoma = frame["dx"].eq("mel").to_numpy()
    if "mel" in bundle.manifest.classes and melanoma.any() and not melanoma.all():
        shares = probabilities(logits, bundle.manifest.temperature)
        column = bundle.manifest.classes.index("mel")
        found |= estimate("melanoma_auroc", bootstrap.ranking(melanoma, shares[:, column])[0])
    return found


def provenance(bundle: Bundle, folder: Path, photos: pd.DataFrame) -> Flat:
    """Return what the numbers are of: the model, its temperature, the data, the split and the methods."""
    manifest = bundle.manifest
    return {
        "bundle": manifest.name,
        "bundle_version": manifest.version,
        "model_sha256": manifest.files["model.onnx"],
        "temperature": manifest.temperature,
        "data": data.source_name(folder),
        "part": "test",
        "split_sha256": manifest.training.split_sha256,
        "photos_sha256": data.fingerprint(photos),
        "bootstrap_resamples": bootstrap.RESAMPLES,
        "bootstrap_seed": bootstrap.SEED,
        "ece_bins": metrics.BINS,
    }


def write_metrics(bundle: Bundle, found: Flat) -> Bundle:
    """Write ``metrics.json``, and each operating point's sensitivity and specificity into the manifest."""
    text = json.dumps(found, indent=1, allow_nan=False) + "\n"
    (bundle.path / "metrics.json").write_text(text)
    points = tuple(
        msgspec.structs.replace(
            point,
            sensitivity=_share(found, f"operating_point.{point.name}.sensitivity"),
            specificity=_share(found, f"operating_point.{point.name}.specificity"),
        )
        for point in bundle.manifest.operating_points
    )
    return save(Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, operating_points=points)))


@click.command("evaluate")
@click.argument("path", metavar="BUNDLE", type=FOLDER)
@data_option
@click.option("--external", type=FOLDER, multiple=True, help="Folder of another source; repeatable.")
@split_option
def evaluate(path: Path, folder: Path, external: Sequence[Path], split_path: Path) -> None:
    """Measure a calibrated bundle on the test part, and on other sources.

    \b
    Example:
      python -m training evaluate models/mobilenet_v2 --data ../shared/data/ham10000 \\
          --external ../shared/data/isic2017
    """
    bundle = Bundle.load(path)
    if not bundle.manifest.operating_points:
        raise BundleNotReady(
            f"{path} has no operating points: run `python -m training calibrate` on it first."
        )
    photos = held_out(bundle, folder, split_path, "test")
    # Read every folder before the first long computation, so that a wrong one is known at once.
    elsewhere = [held_out_elsewhere(bundle, other) for other in external]
    logits = predict(bundle, photos, "Test part")
    found = provenance(bundle, folder, photos) | evaluate_bundle(bundle, photos, logits)
    names = [data.source_name(other) for other in external]
    keys = [name.replace(".", "_") for name in names]
    for key, name, frame in zip(keys, names, elsewhere, strict=True):
        block = evaluate_elsewhere(bundle, frame, predict(bundle, frame, name))
        found |= prefixed(f"external.{key}", block)
    write_metrics(bundle, found)
    for line in _summary(found, keys):
        click.echo(line)
    click.echo("Next: `python -m training card`.")


def _malignancy(bundle: Bundle, logits: Logits) -> Floats:
    return malignancy(probabilities(logits, bundle.manifest.temperature), bundle.manifest)


def _positions(frame: pd.DataFrame, photos: pd.DataFrame) -> NDArray[np.intp]:
    return np.asarray(pd.Index(photos["image_id"]).get_indexer(pd.Index(frame["image_id"])))


def _short_sides(frame: pd.DataFrame) -> list[str]:
    return [str(data.short_side(Path(path))) for path in frame["path"]]


def _images(photos: pd.DataFrame, probability: Floats) -> Flat:
    lesions = photos["lesion_id"].to_numpy(dtype=object)
    auroc, _ = bootstrap.ranking(malignant_labels(photos), probability, lesions)
    return {"image.n": len(photos)} | estimate("image.auroc", auroc)


def _share(found: Flat, key: str) -> Proportion:
    names = ("value", "low", "high", "k", "n")
    values = (found[key if name == "value" else f"{key}_{name}"] for name in names)
    return msgspec.convert(dict(zip(names, values, strict=True)), Proportion)


def _summary(found: Flat, sources: Sequence[str]) -> list[str]:
    """One line for the test part and for each other source."""
    blocks = {f"Test part, {found['n_lesions']} lesions": ""} | {
        f"{source}, {found[f'external.{source}.n']} lesions": f"external.{source}." for source in sources
    }
    return [
        f"{name}, {found[f'{key}n_malignant']} malignant: AUROC {found[f'{key}auroc']:.4f} "
        f"({found[f'{key}auroc_low']:.4f} to {found[f'{key}auroc_high']:.4f})"
        for name, key in blocks.items()
        if f"{key}auroc" in found
    ]
