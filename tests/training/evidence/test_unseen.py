"""What is measured of any source: never what was learned from, and nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from click.testing import Result

from lesion.bundle import Bundle, save
from lesion.errors import DataError
from tests.training.colours import colour_folder
from tests.training.conftest import Measured
from training.dataset import data, split
from training.dataset.trained_ids import TRAINED_IDS, write_trained_ids
from training.evidence.evaluate import evaluate
from training.evidence.predict import held_out, malignant_labels
from training.evidence.unseen import LeftOut, relations, unseen, unseen_elsewhere, unseen_test_part

ROOT = Path(__file__).parents[3]


def with_list(measured: Measured, rows: pd.DataFrame) -> Bundle:
    """Return the bundle with a list of what it learned from."""
    write_trained_ids(rows, measured.bundle / TRAINED_IDS)
    return save(Bundle.load(measured.bundle))


def divided_folder(folder: Path, train: int) -> Path:
    """Write a source of 28 lesions, the first of which it keeps for training itself."""
    colour_folder(folder, 28)
    table = pd.read_csv(folder / "metadata.csv")
    table["split"] = np.where(table["lesion_id"].str[1:].astype(int) < train, "train", "val")
    table.to_csv(folder / "metadata.csv", index=False)
    return folder


def renamed(folder: Path, names: dict[str, str]) -> Path:
    """Give photos of a folder other ids; each is a lesion of its own then."""
    table = pd.read_csv(folder / "metadata.csv")
    for old, new in names.items():
        table.loc[table["image_id"] == old, ["image_id", "lesion_id"]] = new
        (folder / "images" / f"{old}.png").rename(folder / "images" / f"{new}.png")
    table.to_csv(folder / "metadata.csv", index=False)
    return folder


def test_a_source_that_was_trained_on_whole_is_no_test(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    own = colour_folder(measured.bundle.parent / bundle.manifest.training.data[0], 14)
    with pytest.raises(DataError, match="was trained on"):
        unseen(bundle, own)


def test_data_of_the_training_leave_the_test_part_by_its_split(measured: Measured) -> None:
    bundle = Bundle.load(measured.bundle)
    own = colour_folder(measured.bundle.parent / bundle.manifest.training.data[0])
    found = unseen(bundle, own, measured.split)
    test = held_out(bundle, measured.data, measured.split, "test")
    assert set(found.photos["image_id"]) == set(test["image_id"])
    assert found.left_out == LeftOut(seen=420 - len(test))


def test_the_training_part_of_another_source_is_never_measured(measured: Measured, tmp_path: Path) -> None:
    folder = divided_folder(tmp_path / "divided", train=14)
    photos = data.read_folder(folder)
    plain = unseen(Bundle.load(measured.bundle), folder)
    assert set(plain.photos["part"]) == {"val"}
    assert plain.left_out == LeftOut(training=21)
    # Also what the bundle could have learned from, and did not.
    listed = unseen(with_list(measured, photos[photos["lesion_id"].isin(["L0", "L1"])]), folder)
    assert listed.left_out == LeftOut(seen=3, training=18)
    assert set(listed.photos["image_id"]) == set(plain.photos["image_id"])


def test_known_copies_of_what_was_learned_from_are_left_out(
    measured: Measured, tmp_path: Path, run: Callable[..., Result]
) -> None:
    copies = split.read_copies()
    learned, copy = copies["image_id"][0], copies["held_out"][0]
    folder = renamed(colour_folder(tmp_path / "clinic", 28, seed=5), {"P1-0": copy})
    bundle = with_list(measured, pd.DataFrame({"image_id": [learned], "lesion_id": [learned]}))
    found = unseen(bundle, folder)
    assert found.left_out == LeftOut(copies=1)
    assert found.others == {copy}
    args = ("--data", measured.data, "--split", measured.split, "--external", folder)
    result = run(evaluate, bundle.path, *args)
    assert "left out: 1 photo of which it had seen a copy" in result.output
    metrics = json.loads((bundle.path / "metrics.json").read_text())
    assert metrics["external.clinic.n_left_out_copies"] == 1


def test_the_test_part_lacks_copies_of_what_was_learned_from(measured: Measured, tmp_path: Path) -> None:
    copies = split.read_copies()
    test = held_out(Bundle.load(measured.bundle), measured.data, measured.split, "test")
    home = renamed(colour_folder(tmp_path / "home"), {str(test["image_id"][0]): copies["image_id"][0]})
    rows = split.make_split(data.read_folder(measured.data))
    rows = rows.replace({"image_id": {str(test["image_id"][0]): copies["image_id"][0]}})
    split.write_split(rows, tmp_path / "split.csv", 0)
    bundle = with_list(measured, pd.DataFrame({"image_id": [copies["held_out"][0]], "lesion_id": ["other"]}))
    sha256 = split.split_sha256(tmp_path / "split.csv")
    training = msgspec.structs.replace(bundle.manifest.training, split_sha256=sha256)
    manifest = msgspec.structs.replace(bundle.manifest, training=training)
    found = unseen_test_part(Bundle(bundle.path, manifest), home, tmp_path / "split.csv")
    assert found.left_out == LeftOut(copies=1)
    assert len(found.photos) == len(test) - 1


def test_ids_that_are_all_known_may_be_those_of_other_photos(measured: Measured, tmp_path: Path) -> None:
    clinic = colour_folder(tmp_path / "clinic", 14, seed=5)
    bundle = with_list(measured, data.read_folder(clinic))
    with pytest.raises(DataError, match=r"learned from every image.*give them ids of their own"):
        unseen(bundle, clinic)


def test_what_two_sources_share_is_measured_with_the_first(measured: Measured, tmp_path: Path) -> None:
    divided = divided_folder(tmp_path / "divided", train=7)
    # Of the atlas, lesions 0 to 27 are those of the other source; half of the rest is not.
    atlas = colour_folder(tmp_path / "atlas", 42)
    photos = data.read_folder(divided)
    bundle = with_list(measured, photos[photos["lesion_id"] == "L0"])
    found = unseen_elsewhere(bundle, [divided, atlas])
    assert found["divided"].left_out == LeftOut(seen=1, training=9)
    assert found["atlas"].left_out == LeftOut(seen=1, shared=len(found["divided"].photos))
    ids = [set(rows.photos["lesion_id"]) for rows in found.values()]
    assert not ids[0] & ids[1]
    assert ids[1] == {f"L{number}" for number in (*range(1, 7), *range(28, 42))}
    told = relations(bundle, found, "atlas")
    assert told["also_in.divided"] == 9
    assert told["trained_on"] == "yes"
    assert relations(bundle, found, "divided")["part"] == "val"


def test_a_source_that_another_holds_whole_is_refused(measured: Measured, tmp_path: Path) -> None:
    both = [colour_folder(tmp_path / name, 14) for name in ("one", "two")]
    with pytest.raises(DataError, match="do not hold"):
        unseen_elsewhere(Bundle.load(measured.bundle), both)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mobilenet_v2", "densenet161"])
def test_the_bundles_are_measured_on_the_validation_part_of_isic_2017(shared_data: Path, name: str) -> None:
    bundle = Bundle.load(ROOT / "models" / name)
    found = unseen_elsewhere(bundle, [shared_data / "isic2017", shared_data / "uda"])
    isic, uda = found["isic2017"], found["uda"]
    assert set(isic.photos["part"]) == {"val"}
    assert isic.left_out == LeftOut(seen=1970, training=30, copies=2)
    assert (len(isic.photos), malignant_labels(isic.photos).sum()) == (148, 29)
    assert (len(uda.photos), uda.left_out) == (35, LeftOut(copies=1))
    assert relations(bundle, found, "uda")["also_in.isic2017"] == 30
