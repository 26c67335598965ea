"""What may be wrong with a table of photos: leaks, contradictory labels, ids that several folders share.

A table has the columns of :mod:`training.dataset.layouts`, ``part`` as it will be used, and ``group``, the
lesion.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from lesion.labels import BINARY, TRAINED_AS, is_malignant

SHOWN = ["image_id", "lesion_id", "dx", "part", "source"]


def side_by_side(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are not of one lesion: both rows side by side, most similar first.

    ``across`` says whether the two are on different sides of the split.
    """
    first, second = (rows.iloc[pairs[end].astype(int)].reset_index(drop=True) for end in ("a", "b"))
    both = pd.concat([first[SHOWN].add_suffix("_a"), second[SHOWN].add_suffix("_b")], axis=1)
    both["similarity"] = pairs["similarity"].to_numpy(dtype=float)
    both["across"] = first["part"] != second["part"]
    both = both[first["group"] != second["group"]]
    return both.sort_values("similarity", ascending=False, kind="stable", ignore_index=True)


def without(pairs: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that are not among ``others``."""
    ends = ["image_id_a", "source_a", "image_id_b", "source_b"]
    return pairs[~pairs.set_index(ends).index.isin(others.set_index(ends).index)]


def leaking_lesions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the lesions, those listed as one counted as one, whose photos are on several sides."""
    return _summed(rows[rows.groupby("group")["part"].transform("nunique") > 1])


def conflicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the lesions whose photos, or one and the same photo, were given diagnoses that disagree."""
    labelled = rows[rows["dx"] != ""]
    given = labelled.groupby("group")["dx"].agg(set)
    return _summed(labelled[labelled["group"].isin(given.index[given.map(disagree)])])


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row a lesion: its ids, images, diagnoses, parts and sources."""
    listed = rows.groupby("group")[["lesion_id", "image_id", "dx", "part", "source"]]
    return listed.agg(_joined).reset_index(drop=True)


def _joined(values: Iterable[str]) -> str:
    return ", ".join(sorted(set(values)))


def shared_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the image ids that occur in several folders, of which training takes the first."""
    shared = rows[rows.groupby("image_id")["source"].transform("nunique") > 1]
    return shared.groupby("image_id")["source"].agg(_joined).reset_index()


def disagree(diagnoses: set[str]) -> bool:
    """Whether codes cannot all be right; ``benign`` and ``malignant`` only say which side they are on."""
    if diagnoses & set(BINARY):
        return len({is_malignant(dx) for dx in diagnoses}) > 1
    return len({TRAINED_AS.get(dx, dx) for dx in diagnoses}) > 1


def disagreeing(pairs: pd.DataFrame) -> pd.Series:
    """Return which pairs have labels that disagree."""
    labels = zip(pairs["dx_a"], pairs["dx_b"], strict=True)
    return pd.Series([all(pair) and disagree(set(pair)) for pair in labels], index=pairs.index, dtype=bool)
