"""How a run does on a source that it never learned from: what another hospital would see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lesion.calibrate import malignancy, probabilities
from lesion.errors import DataError
from lesion.measures.blocks import FEWEST, Flat, estimate
from lesion.measures.bootstrap import ranking
from training.comparison.candidates import cached_logits, graph_of_run
from training.dataset import data
from training.dataset.trained_ids import TRAINED_IDS, copied, known, read_hashes
from training.evidence.predict import malignant_labels


def measure_left_out(run: Path, photos: pd.DataFrame, source: str, cache: Path) -> Flat:
    """Measure a finished run on all lesions of a source, one photo each, that had no part in its training.

    The source's own parts do not matter here, since none of them was learned from.

    Args:
        run: a finished run.
        photos: what :func:`unseen` returns.
        source: value of the column ``source``.
        cache: folder of kept answers.

    Returns:
        ``left_out.…``: ``source``, ``n``, ``n_malignant`` and AUROC of malignancy; of a run on diagnoses
        also ``melanoma_auroc``, melanoma against all others. With intervals over lesions.

    Raises:
        DataError: the source has too few malignant or benign lesions for an AUROC.
    """
    photos = data.one_per_lesion(photos)
    malignant = malignant_labels(photos)
    if min(malignant.sum(), (~malignant).sum()) < FEWEST:
        raise DataError(
            f"{source} has fewer than {FEWEST} malignant or benign lesions: nothing to measure on."
        )
    bundle = graph_of_run(run, cache / "compare")
    shares = probabilities(cached_logits(bundle, photos, cache / "compare", f"On {source}"), 1.0)
    found: Flat = {"source": source, "n": len(photos), "n_malignant": int(malignant.sum())}
    found |= estimate("auroc", ranking(malignant, malignancy(shares, bundle.manifest))[0])
    melanoma = photos["dx"].eq("mel").to_numpy()
    if "mel" in bundle.manifest.classes and min(melanoma.sum(), (~melanoma).sum()) >= FEWEST:
        column = shares[:, bundle.manifest.classes.index("mel")]
        found |= {"n_melanoma": int(melanoma.sum())}
        found |= estimate("melanoma_auroc", ranking(melanoma, column)[0])
    return {f"left_out.{key}": value for key, value in found.items()}


def unseen(run: Path, folders: Sequence[Path], source: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the photos of a source of which a run learns from no image, no known copy and no lesion.

    Args:
        run: a run that :func:`training.learning.record.describe` has described.
        folders: the data folders, that of the source among them.
        source: value of the column ``source``.
        frame: the rows that the run itself learns from and is validated on.

    Raises:
        DataError: what the run starts from, or is taught by, learned from the source or does not tell.
    """
    rows = data.read_folders(folders)
    rows = rows[rows["source"] == source]
    ids = read_hashes(run / TRAINED_IDS) if (run / TRAINED_IDS).is_file() else None
    seen = rows["image_id"].isin(frame["image_id"]) | rows["lesion_id"].isin(frame["lesion_id"])
    photos = rows[~(seen | copied(rows, ids or frozenset()))].reset_index(drop=True)
    if ids is None or known(photos, ids).any():
        raise DataError(
            f"{run.name} leaves {source} out, but its teachers or the run that it starts from learned from "
            f"it, or do not say from what: name some that have {TRAINED_IDS} and never saw {source}."
        )
    return photos
