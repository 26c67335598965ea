"""The lesions on which explanations are measured: held out, called malignant, with a mask of the lesion."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from lesion.bundle import Bundle
from lesion.calibrate import malignancy, probabilities
from lesion.classifier import find_operating_point
from lesion.clinical import Clinical
from lesion.errors import DataError
from lesion.measures.blocks import FEWEST
from training.dataset import data
from training.dataset.cache import read_squares
from training.dataset.clinical import people
from training.dataset.crops import INSIDE, masks_of
from training.evidence.predict import held_out, predict

SEED = 0


class Lesion(NamedTuple):
    """One held-out photo: the network's square, and which of its pixels [S, S] belong to the lesion."""

    image_id: str
    picture: Image.Image
    mask: NDArray[np.bool_]
    clinical: Clinical | None


class Sample(NamedTuple):
    """Lesions in the order of their image ids, and a hash over their ids, labels and file sizes."""

    lesions: list[Lesion]
    photos_sha256: str


def draw_sample(bundle: Bundle, folder: Path, split_path: Path, images: int) -> Sample:
    """Draw up to ``images`` lesions of the test part that the default operating point calls malignant.

    Where the model sees no malignancy there is next to nothing of it to explain: the probability could not
    fall when its reasons are taken away. False alarms are explained as well as lesions that are malignant.

    Raises:
        DataError: as :func:`training.evidence.predict.held_out`; or no held-out image has a mask, or fewer
            than :data:`~lesion.measures.blocks.FEWEST` of those that have one are called malignant.
    """
    frame = data.one_per_lesion(held_out(bundle, folder, split_path, "test"))
    masks = masks_of(map(Path, frame["path"]))
    if not masks:
        raise DataError(
            f"No held-out image of {folder} has a mask: put a folder masks, with files of the images' names, "
            "beside that of the images."
        )
    masked = frame[frame["path"].map(Path).isin(masks)].reset_index(drop=True)
    chosen = _called_malignant(bundle, masked.sample(frac=1, random_state=SEED), images)
    if len(chosen) < FEWEST:
        raise DataError(
            f"{bundle.path} calls {len(chosen)} of the {len(masked)} held-out lesions with a mask malignant: "
            f"explanations are measured on {FEWEST} or more."
        )
    return Sample(_lesions(bundle, chosen.sort_values("image_id"), masks), data.fingerprint(chosen))


def _called_malignant(bundle: Bundle, frame: pd.DataFrame, images: int) -> pd.DataFrame:
    """Return the first ``images`` rows that are called malignant, or all; no more are asked than it takes."""
    manifest, at_once = bundle.manifest, 2 * images
    threshold = find_operating_point(manifest, None).threshold
    found = frame.head(0)
    for first in range(0, len(frame), at_once):
        rows = frame.iloc[first : first + at_once]
        shares = probabilities(predict(bundle, rows, "Finding lesions"), manifest.temperature)
        found = pd.concat([found, rows[malignancy(shares, manifest) >= threshold]])
        if len(found) >= images:
            break
    return found.head(images)


def _lesions(bundle: Bundle, frame: pd.DataFrame, masks: dict[Path, Path]) -> list[Lesion]:
    """Read photos and masks through the same rule, so that both show the same centred square."""
    size = bundle.manifest.input.size
    pictures = read_squares(frame["path"], size)
    outlines = read_squares([masks[Path(path)] for path in frame["path"]], size)
    known = people(frame) if bundle.manifest.clinical else [None] * len(frame)
    rows = zip(frame["image_id"], pictures, outlines, known, strict=True)
    return [
        Lesion(image_id, picture, np.asarray(outline)[..., 0] >= INSIDE, clinical)
        for image_id, picture, outline, clinical in rows
    ]
