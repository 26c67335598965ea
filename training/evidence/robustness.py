"""How a bundle stands what may befall a photo: the same lesions measured again under each perturbation."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.classifier import find_operating_point
from lesion.cpus import available_cpus
from lesion.decode import decode
from lesion.engine import open_engine
from lesion.measures.blocks import FEWEST, Flat, estimate, prefixed, proportion
from lesion.measures.bootstrap import auroc_difference, ranking
from lesion.measures.metrics import Bools, Floats
from lesion.preprocess import square, to_tensor
from lesion.proportions import wilson
from lesion.stream import ordered_map
from training.dataset.cache import TRAINING_LIMITS
from training.dataset.clinical import clinical_rows
from training.evidence.perturb import PERTURBATIONS, Perturbation
from training.evidence.predict import malignant_labels


def robustness(
    bundle: Bundle,
    frame: pd.DataFrame,
    clean: Floats,
    perturbations: Sequence[Perturbation] = PERTURBATIONS,
) -> Flat:
    """Measure the lesions of ``frame`` under each perturbation: ``robustness.<kind>.<level>.…``.

    ``meaning`` says what was done. ``auroc`` is what was left, ``auroc_loss`` what was lost, with the
    interval of the paired bootstrap; ``flips`` is the share of lesions whose verdict at the default
    operating point is another than that on the clean photo. Sets too small for an AUROC have flips alone.

    Args:
        bundle: a bundle with temperature and operating points.
        frame: a row a lesion; photos that could be read before.
        clean: the calibrated probability of malignancy of each untouched photo [N].
        perturbations: what to do to the photos.
    """
    malignant = malignant_labels(frame)
    threshold = find_operating_point(bundle.manifest, None).threshold
    shaken = _probabilities(bundle, frame, perturbations)
    found: Flat = {}
    bar = tqdm(perturbations, desc="Intervals", unit="perturbation", delay=2)
    for perturbation, probability in zip(bar, shaken.T, strict=True):
        block = {"meaning": perturbation.meaning} | compare(malignant, clean, probability, threshold)
        found |= prefixed(f"robustness.{perturbation.kind}.{perturbation.level}", block)
    return found


def compare(malignant: Bools, clean: Floats, shaken: Floats, threshold: float) -> Flat:
    """Return AUROC after a perturbation, its loss, and the share of verdicts that flip at ``threshold``."""
    flips = int(((clean >= threshold) != (shaken >= threshold)).sum())
    found = proportion("flips", wilson(flips, len(clean)))
    if min(malignant.sum(), (~malignant).sum()) >= FEWEST:
        found |= estimate("auroc", ranking(malignant, shaken)[0])
        found |= estimate("auroc_loss", auroc_difference(malignant, clean, shaken))
    return found


def _probabilities(bundle: Bundle, frame: pd.DataFrame, perturbations: Sequence[Perturbation]) -> Floats:
    """Return the probability of malignancy of each photo under each perturbation [N, P].

    All the states of one photo are a batch, so that it is decoded once and memory does not grow. Age, sex
    and site, where the bundle takes them, stay those of the photo.
    """
    engine, manifest = open_engine(bundle), bundle.manifest
    beside = clinical_rows(frame, manifest.clinical) if manifest.clinical else None
    states = ordered_map(
        partial(_states, perturbations=perturbations, size=manifest.input.size),
        zip(frame["path"], frame["image_id"], strict=True),
        available_cpus(),
        ahead=2 * available_cpus(),
    )
    rows = []
    for row, batch in enumerate(tqdm(states, total=len(frame), desc="Perturbing", unit="photo")):
        person = None if beside is None else beside[[row] * len(batch)]
        logits = engine(batch, person).logits
        rows.append(malignancy(probabilities(logits, manifest.temperature), manifest))
    return np.stack(rows)


def _states(photo: tuple[Path, str], perturbations: Sequence[Perturbation], size: int) -> NDArray[np.float32]:
    """Decode one photo and return it in every state as the network takes it [P, 3, S, S]."""
    path, image_id = photo
    image = decode(Path(path).read_bytes(), TRAINING_LIMITS)
    return to_tensor([square(perturbed(image, image_id, one), size) for one in perturbations])


def perturbed(image: Image.Image, image_id: str, perturbation: Perturbation) -> Image.Image:
    """Return a photo under a perturbation, its chance fixed by the photo's id: always the same picture."""
    seed = zlib.crc32(f"{perturbation.kind} {perturbation.level} {image_id}".encode())
    return perturbation.apply(image, np.random.default_rng(seed))
