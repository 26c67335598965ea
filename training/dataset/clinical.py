"""Age, sex and site of a table's rows as the second input of a network."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lesion.clinical import SEXES, SITES, Clinical, ClinicalSpec, encode
from lesion.errors import DataError, InvalidOption
from training.dataset.files import named
from training.dataset.layouts import NO_AGE

SPEC = ClinicalSpec(age_low=0, age_high=85, sexes=SEXES, sites=SITES)
"""What a network is given. HAM10000 and the ISIC Archive write 85 for every age from there on."""


def clinical_rows(frame: pd.DataFrame, spec: ClinicalSpec) -> NDArray[np.float32]:
    """Return the vectors [N, K] of the columns ``age``, ``sex`` and ``localization``; absent is not known.

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
    return np.array([_encoded(*row, spec=spec) for row in rows], dtype=np.float32).reshape(-1, spec.size)


def _encoded(
    image_id: str, age: float | None, sex: str | None, site: str | None, *, spec: ClinicalSpec
) -> NDArray[np.float32]:
    try:
        return encode(Clinical.of(age, sex, site), spec)
    except InvalidOption as error:
        raise DataError(f"{image_id}: {error}") from error
