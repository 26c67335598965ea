"""Which photos of any source a bundle may be measured on, and how many others are left out, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lesion.bundle import Bundle
from lesion.errors import DataError
from lesion.measures.blocks import Flat
from training.dataset import data, split
from training.dataset.trained_ids import copied, known, read_trained_ids
from training.evidence.predict import both_classes, held_out


class LeftOut(NamedTuple):
    """How many photos are not measured, each counted once, for the first reason that holds.

    ``seen``: the bundle learned from them or was tuned on them, or on others of their lesions. ``training``:
    their source keeps them for training. ``copies``: the bundle knows a copy of them under another id.
    ``shared``: they, or others of their lesions, are measured as part of a source named before.
    """

    seen: int = 0
    training: int = 0
    copies: int = 0
    shared: int = 0

    def keys(self) -> Flat:
        """Return the counts as keys of ``metrics.json``."""
        return {
            "n_left_out": self.seen,
            "n_left_out_training_part": self.training,
            "n_left_out_copies": self.copies,
            "n_left_out_shared": self.shared,
        }


class Unseen(NamedTuple):
    """Photos that a bundle may be measured on, what else their source holds, and why that is left out."""

    photos: pd.DataFrame
    others: frozenset[str]
    left_out: LeftOut


def unseen_test_part(bundle: Bundle, folder: Path, split_path: Path) -> Unseen:
    """Return the photos of the test part, without copies of what the bundle learned from.

    Raises:
        DataError: as :func:`~training.evidence.predict.held_out`.
    """
    photos = held_out(bundle, folder, split_path, "test")
    copies = copied(photos, read_trained_ids(bundle) or frozenset())
    rows = photos[~copies].reset_index(drop=True)
    return Unseen(rows, frozenset(photos["image_id"][copies]), LeftOut(copies=int(copies.sum())))


def unseen(bundle: Bundle, source: Path, split_path: Path = split.DEFAULT) -> Unseen:
    """Return the photos of any folder or CSV file that the bundle did not learn from and was not tuned on.

    A bundle that lists what it learned from is asked for each image, each lesion and the known copies. Of one
    that does not, the split of its training says it, where ``split_path`` is that one. Of a source that has
    parts of its own, those that it holds out are returned alone, so that the numbers are of a set that
    others measure on too.

    Raises:
        DataError: the bundle was trained on the source and nothing tells which part was held out; or what is
            left holds only malignant or only benign lesions.
    """
    frame = data.read_folder(source)
    ids = read_trained_ids(bundle)
    seen = _seen_by_source(bundle, frame, split_path) if ids is None else known(frame, ids)
    if seen.all():
        raise DataError(
            f"{bundle.path} learned from every image of {source}: measure it on other images. If these are "
            "others and only their ids are the same, as file names may be, give them ids of their own."
        )
    training = _kept_for_training(frame) & ~seen
    copies = copied(frame, ids or frozenset()) & ~seen & ~training
    out = seen | training | copies
    photos = both_classes(
        frame[~out].reset_index(drop=True), f"What {bundle.path} has not seen of the held-out {source}"
    )
    others = frozenset(frame["image_id"][out].astype(str))
    return Unseen(photos, others, LeftOut(int(seen.sum()), int(training.sum()), int(copies.sum())))


def unseen_elsewhere(
    bundle: Bundle, sources: Sequence[Path], split_path: Path = split.DEFAULT
) -> dict[str, Unseen]:
    """Return :func:`unseen` of several sources by name; what two of them share is measured with the first.

    Raises:
        DataError: as there; two sources go by the same name; or all of one was named before.
    """
    found: dict[str, Unseen] = {}
    for name, source in named_sources(sources).items():
        one = unseen(bundle, source, split_path)
        earlier = pd.concat([one.photos.head(0), *(other.photos for other in found.values())])
        shared = one.photos["image_id"].isin(earlier["image_id"])
        shared |= one.photos["lesion_id"].isin(earlier["lesion_id"])
        photos = both_classes(
            one.photos[~shared].reset_index(drop=True), f"What the other sources do not hold of {source}"
        )
        left_out = one.left_out._replace(shared=int(shared.sum()))
        found[name] = Unseen(photos, one.others | {*one.photos["image_id"][shared]}, left_out)
    return found


def relations(bundle: Bundle, sources: Mapping[str, Unseen], name: str) -> Flat:
    """Return how one of several sources is related to what the bundle learned from, and to the others.

    ``trained_on`` is "yes" where other images of the source were learned from: by its name, by what had to
    be left out, or because it shares images with another source of which that is true. ``also_in.<other>``
    counts the photos that are not measured in another source but lie there too; ``part`` names the
    source's own parts that are measured, where it has some.
    """
    photos = sources[name].photos
    also_in = {
        other: count
        for other, rows in sources.items()
        if other != name and (count := int(photos["image_id"].isin(rows.others).sum()))
    }
    own = photos["source"].isin(bundle.manifest.training.data).any()
    learned = own or any(sources[each].left_out.seen for each in (name, *also_in))
    found: Flat = {"trained_on": "yes" if learned else "no"}
    found |= {f"also_in.{other}": count for other, count in also_in.items()}
    parts = [part for part in split.PARTS if photos["part"].eq(part).any()]
    return found | ({"part": ", ".join(parts)} if parts else {}) | sources[name].left_out.keys()


def named_sources(sources: Sequence[Path]) -> dict[str, Path]:
    """Return other sources by the names that their keys bear. Raises DataError where two share one."""
    names = {data.source_name(source).replace(".", "_"): source for source in sources}
    if len(names) < len(sources):
        raise DataError("Two of --external go by the same name: give one of them another.")
    return names


def _seen_by_source(bundle: Bundle, frame: pd.DataFrame, split_path: Path) -> pd.Series:
    """Return for each row whether a bundle without a list of ids may have seen it."""
    own = frame["source"].isin(bundle.manifest.training.data)
    parts = split.read_split(split_path)
    if split.split_sha256(split_path) != bundle.manifest.training.split_sha256:
        parts = parts.head(0)
    in_split = frame["image_id"].map(dict(zip(parts["image_id"], parts["part"], strict=True))).where(own)
    if (own & frame["part"].eq("") & in_split.isna()).any():
        names = ", ".join(sorted(frame["source"][own].unique()))
        raise DataError(f"{bundle.path} was trained on {names}, which has no held-out part of its own.")
    return (own & frame["part"].eq("train")) | in_split.isin(["train", "val"])


def _kept_for_training(frame: pd.DataFrame) -> pd.Series:
    """Return for each row whether its source has parts of its own and does not hold this row out."""
    divided = frame["source"][frame["part"].ne("")].unique()
    return frame["source"].isin(divided) & ~frame["part"].isin(["val", "test"])
