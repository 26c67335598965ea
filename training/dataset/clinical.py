"""Age, sex and site of a table's rows as the second input of a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesion.clinical import SEXES, SITES, Clinical, ClinicalSpec, encode
from lesion.errors import DataError, InvalidOption
from training.dataset.files import named
from training.dataset.layouts import NO_AGE

T = TypeVar("T")
SPEC = ClinicalSpec(age_low=0, age_high=85, sexes=SEXES, sites=SITES)
"""What a network is given. HAM10000 and the ISIC Archive write 85 for every age from there on."""


def people(frame: pd.DataFrame) -> list[Clinical]:
    """Return what the columns ``age``, ``sex`` and ``localization`` tell of each row; absent is not known.

    Nothing else of a row is looked at: ``dx_type`` would tell the label.

    Raises:
        DataError: an age or a word cannot be used; the message names the image.
    """
    columns = frame.reindex(columns=["image_id", *Clinical.__struct_fields__])
    wrong = columns["image_id"][columns["age"] == NO_AGE]
    if len(wrong):
        raise DataError(
            f"The age of {named(wrong, 3)} is no number of years: correct it, or leave the field empty."
        )
    rows = columns.astype(object).where(columns.notna(), None).itertuples(index=False)
    return [_told(image_id, Clinical.of, *told) for image_id, *told in rows]


def clinical_rows(frame: pd.DataFrame, spec: ClinicalSpec) -> NDArray[np.float32]:
    """Return the vectors [N, K] of :func:`people`. Raises DataError, also for a word that ``spec`` lacks."""
    told = zip(frame["image_id"], people(frame), strict=True)
    rows = [_told(image_id, encode, person, spec) for image_id, person in told]
    return np.array(rows, dtype=np.float32).reshape(-1, spec.size)


def _told(image_id: str, make: Callable[..., T], *given: object) -> T:
    try:
        return make(*given)
    except InvalidOption as error:
        raise DataError(f"{image_id}: {error}") from error
