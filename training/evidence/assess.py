"""All that ``evaluate`` measures of one bundle on one set of lesions, as flat keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.classifier import find_operating_point
from lesion.clinical import Clinical
from lesion.measures import bootstrap, metrics
from lesion.measures.blocks import (
    Flat,
    calibration,
    estimate,
    histogram_points,
    measure,
    reliability_points,
    roc_points,
)
from lesion.measures.metrics import Floats
from training.dataset import data
from training.evidence.diagnoses import by_diagnosis
from training.evidence.graphs import evaluate_graphs
from training.evidence.judged import evaluate_judged
from training.evidence.mistakes import confident_errors, missed
from training.evidence.predict import Answers, malignant_labels, predict
from training.evidence.robustness import robustness
from training.evidence.sets import measure_sets
from training.evidence.subgroups import subgroups
from training.evidence.unlike import against_strangers, refusals

Logits = NDArray[np.floating]


def evaluate_bundle(bundle: Bundle, photos: pd.DataFrame, answers: Answers) -> Flat:
    """Measure a calibrated bundle on lesions that it has not seen.

    Args:
        bundle: a bundle with temperature and operating points.
        photos: all photos of these lesions. One of each lesion is measured; AUROC over all photos is
            added as ``image.auroc``, with an interval over lesions.
        answers: what the bundle gives for ``photos``.
    """
    frame = data.one_per_lesion(photos)
    rows = _positions(frame, photos)
    chosen, embedding = answers.logits[rows], answers.embedding[rows]
    malignant = malignant_labels(frame)
    before = malignancy(probabilities(chosen, 1.0), bundle.manifest)
    after = _malignancy(bundle, chosen)
    points = bundle.manifest.operating_points
    default = find_operating_point(bundle.manifest, None)
    found: Flat = {"n_lesions": len(frame)} | measure(malignant, after, points)
    found["balanced_accuracy"] = found[f"operating_point.{default.name}.balanced_accuracy"]
    found |= {f"operating_point.{point.name}.threshold": point.threshold for point in points}
    found |= missed(frame["dx"], after, points) | confident_errors(frame, after, default.threshold)
    found |= calibration(malignant, before, "_before", fewest=1)
    found |= calibration(malignant, after, "_after", fewest=1)
    found |= _images(photos, _malignancy(bundle, answers.logits))
    shares = probabilities(chosen, bundle.manifest.temperature)
    found |= by_diagnosis(bundle.manifest, frame["dx"], shares)
    found |= measure_sets(bundle.manifest, frame["dx"], shares)
    found |= refusals(bundle, embedding, malignant) | against_strangers(bundle, frame, embedding)
    found |= evaluate_judged(bundle, frame, embedding, after)
    found |= evaluate_graphs(bundle, frame, chosen)
    blocks = subgroups(bundle.manifest, frame.assign(pixels=_short_sides(frame)), shares)
    for block in tqdm(blocks, desc="Subgroups", unit="group"):
        found |= block
    found |= roc_points(malignant, after) | histogram_points(malignant, after)
    found |= reliability_points(malignant, before, "before") | reliability_points(malignant, after, "after")
    return found


def evaluate_untold(bundle: Bundle, photos: pd.DataFrame, logits: Logits) -> Flat:
    """Measure the lesions of :func:`evaluate_bundle` with neither age nor sex nor site told.

    ``auroc_loss`` is what that costs, with the interval of the paired bootstrap.
    """
    frame = data.one_per_lesion(photos)
    told = _malignancy(bundle, logits[_positions(frame, photos)])
    nothing = frame.drop(columns=list(Clinical.__struct_fields__), errors="ignore")
    unknowing = predict(bundle, nothing, "Nothing told")
    untold = _malignancy(bundle, unknowing)
    malignant = malignant_labels(frame)
    found = measure(malignant, untold, bundle.manifest.operating_points)
    if "auroc" in found:
        found |= estimate("auroc_loss", bootstrap.auroc_difference(malignant, told, untold))
    shares = probabilities(unknowing, bundle.manifest.temperature)
    found |= measure_sets(bundle.manifest, frame["dx"], shares)
    return found | roc_points(malignant, untold) | calibration(malignant, untold, fewest=1)


def evaluate_robustness(bundle: Bundle, photos: pd.DataFrame, logits: Logits) -> Flat:
    """Measure the lesions of :func:`evaluate_bundle` under each perturbation; see :func:`robustness`."""
    frame = data.one_per_lesion(photos)
    return robustness(bundle, frame, _malignancy(bundle, logits[_positions(frame, photos)]))


def evaluate_elsewhere(bundle: Bundle, frame: pd.DataFrame, answers: Answers) -> Flat:
    """Measure a calibrated bundle on lesions of another source, at the same temperature and thresholds.

    Besides malignancy, ``melanoma_auroc`` says how well the class ``mel`` of a seven-class bundle is
    ranked against all the rest. ``label.n.<dx>`` counts the labels as the source gives them.
    """
    malignant, probability = malignant_labels(frame), _malignancy(bundle, answers.logits)
    shares = probabilities(answers.logits, bundle.manifest.temperature)
    points = bundle.manifest.operating_points
    found: Flat = {"n": len(frame)}
    found |= measure(malignant, probability, points) | calibration(malignant, probability)
    found |= missed(frame["dx"], probability, points)
    found |= {f"label.n.{dx}": int(count) for dx, count in frame["dx"].value_counts().sort_index().items()}
    found |= by_diagnosis(bundle.manifest, frame["dx"], shares)
    found |= measure_sets(bundle.manifest, frame["dx"], shares)
    found |= refusals(bundle, answers.embedding, malignant)
    found |= evaluate_judged(bundle, frame, answers.embedding, probability)
    melanoma = frame["dx"].eq("mel").to_numpy()
    if "mel" in bundle.manifest.classes and melanoma.any() and not melanoma.all():
        column = bundle.manifest.classes.index("mel")
        found |= estimate("melanoma_auroc", bootstrap.ranking(melanoma, shares[:, column])[0])
    return found


def provenance(bundle: Bundle, folder: Path, photos: pd.DataFrame, part: str) -> Flat:
    """Return what the numbers are of: the model, its temperature, the data, the split and the methods."""
    manifest = bundle.manifest
    return {
        "bundle": manifest.name,
        "bundle_version": manifest.version,
        "model_sha256": manifest.files[manifest.graph],
        "temperature": manifest.temperature,
        "data": data.source_name(folder),
        "part": part,
        "split_sha256": manifest.training.split_sha256,
        "photos_sha256": data.fingerprint(photos),
        "bootstrap_resamples": bootstrap.RESAMPLES,
        "bootstrap_seed": bootstrap.SEED,
        "ece_bins": metrics.BINS,
    }


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
