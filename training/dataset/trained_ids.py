"""Which images and lesions a bundle learned from, as hashes, so that none is measured as if unseen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from lesion.trained_ids import TRAINED_IDS, hashed, read_hashes, read_trained_ids
from training.dataset import split

__all__ = [
    "TRAINED_IDS",
    "add_inherited",
    "copied",
    "hashed",
    "known",
    "read_hashes",
    "read_trained_ids",
    "write_hashes",
    "write_trained_ids",
]


def write_trained_ids(frame: pd.DataFrame, path: Path) -> None:
    """Write one hash a line, sorted, of each image id and each lesion id of ``frame``."""
    names: Iterable[str] = pd.concat([frame["image_id"], frame["lesion_id"]]).astype(str).unique()
    write_hashes(map(hashed, names), path)


def write_hashes(hashes: Iterable[str], path: Path) -> None:
    """Write each hash once, one a line, sorted."""
    path.write_text("".join(f"{digits}\n" for digits in sorted(set(hashes))))


def add_inherited(path: Path, ancestors: Sequence[Path]) -> None:
    """Add to a list what the runs and bundles learned from that a network starts from or is taught by.

    Where one of these folders has no list, none can be given: the file ``path`` is removed.
    """
    lists = [folder / TRAINED_IDS for folder in ancestors]
    if all(each.is_file() for each in lists):
        write_hashes(frozenset().union(*map(read_hashes, (path, *lists))), path)
    else:
        path.unlink()


def known(frame: pd.DataFrame, ids: frozenset[str]) -> pd.Series:
    """Return for each row of ``frame`` whether its image or its lesion is among the hashed ``ids``."""
    return frame["image_id"].map(lambda name: hashed(str(name)) in ids) | frame["lesion_id"].map(
        lambda name: hashed(str(name)) in ids
    )


def copied(frame: pd.DataFrame, ids: frozenset[str]) -> pd.Series:
    """Return for each row of ``frame`` whether the hashed ``ids`` hold a known copy of it by another id."""
    pairs = [*split.read_copies().to_numpy(), *split.read_twins().to_numpy()]
    copies = {one for a, b in pairs for one, other in ((a, b), (b, a)) if hashed(other) in ids}
    return frame["image_id"].isin(copies)
