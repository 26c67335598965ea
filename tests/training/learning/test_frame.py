from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lesion.drawings import drawing
from lesion.errors import DataError
from tests.training.learning.small import CONFIG
from training.dataset import data, split
from training.learning.config import TrainConfig, load_config
from training.learning.frame import training_frame

pytestmark = pytest.mark.training


def test_other_photos_and_copies_of_held_out_lesions_are_not_learned_from(
    drawn: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, path = drawn
    held_out = split.read_split(path).query("part != 'train'")["lesion_id"].iloc[0]
    extra = tmp_path / "extra"
    (extra / "images").mkdir(parents=True)
    copy = min(split.copies_of_held_out())
    for name in ("again", "new", copy):
        drawing("regular", 99).save(extra / "images" / f"{name}.png")
    rows = {"image_id": ["again", "new", copy], "lesion_id": [held_out, "of its own", "other"], "dx": "nv"}
    pd.DataFrame(rows).to_csv(extra / "metadata.csv", index=False)
    learned = training_frame(folder, [extra], [], path, CONFIG)["image_id"].tolist()
    assert "new" in learned
    assert not {"again", copy} & set(learned)


def test_photos_whose_ids_were_there_before_are_counted(
    drawn: tuple[Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Ids of folders of classes are file names, which two clinics may both have given."""
    folder, path = drawn
    learned = split.read_split(path).query("part == 'train' and dx == 'nv'")["image_id"].iloc[0]
    for clinic, names in (("one", (learned, "scan-1")), ("two", ("scan-1", "scan-2"))):
        (tmp_path / clinic / "nv").mkdir(parents=True)
        for name in names:
            drawing("regular", 99).save(tmp_path / clinic / "nv" / f"{name}.png")
    extra = [tmp_path / "one", tmp_path / "two"]
    rows = training_frame(folder, extra, [], path, CONFIG)
    assert rows["image_id"].is_unique
    assert {"scan-1", "scan-2"} <= set(rows["image_id"])
    [told] = [record.message for record in caplog.records if "--extra" in record.message]
    assert told.startswith("2 of 4 images of --extra have the id")
    assert f"{learned} and scan-1" in told
    assert "give them ids of their own" in told


def test_labels_that_do_not_tell_the_task_are_refused(drawn: tuple[Path, Path]) -> None:
    folder, path = drawn
    (folder / "nv").rename(folder / "benign")
    with pytest.raises(DataError, match="--task malignancy"):
        training_frame(folder, [], [], path, CONFIG)
    two = load_config(None, {"task": "malignancy"})
    assert len(training_frame(folder, [], [], path, two)) > 0


def test_a_validation_part_of_one_side_is_refused_before_training(drawn: tuple[Path, Path]) -> None:
    folder, path = drawn
    rows = split.read_split(path)
    rows.loc[rows["dx"].isin(["akiec", "bcc", "mel"]), "part"] = "train"
    split.write_split(rows, path, 0)
    with pytest.raises(DataError, match="no malignant lesion"):
        training_frame(folder, [], [], path, CONFIG)


def test_held_out_and_shown_images_are_never_learned_from(shared_data: Path) -> None:
    from lesion.samples import listed_ids

    extra = [shared_data / "isic2017", shared_data / "isic-extra"]
    rows = training_frame(
        shared_data / "ham10000", extra, [shared_data / "uda"], split.DEFAULT, TrainConfig()
    )
    learned = set(rows.loc[rows["part"] == "train", "image_id"])
    committed = split.read_split()
    held_out = set(committed.loc[committed["part"] != "train", "image_id"])
    external = data.read_folder(shared_data / "isic2017")
    held_out |= set(external.loc[external["part"] == "val", "image_id"])
    shown = listed_ids() | set(data.image_files(shared_data / "uda"))
    assert len(learned) > 9000
    assert not learned & (held_out | shown)
