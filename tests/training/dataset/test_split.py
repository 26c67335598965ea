from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result

from lesion.errors import DataError
from tests.training.colours import colour_folder
from training.dataset.split import (
    PARTS,
    counts,
    group_lesions,
    make_split,
    read_pairs,
    read_split,
    split_command,
    with_parts,
    write_split,
)


def test_images_on_one_side_alone_are_counted(frame: pd.DataFrame, caplog: pytest.LogCaptureFixture) -> None:
    split = make_split(frame)
    there = pd.concat([frame.iloc[5:], frame.head(2).assign(image_id=["new-1", "new-2"])])
    assert len(with_parts(there, split)) == len(frame) - 5
    assert f"2 of {len(there)} images are in no part of the split and are left out: new-1 and" in caplog.text
    assert f"5 of the {len(split)} images that the split names are not there" in caplog.text
    caplog.clear()
    with_parts(frame, split)
    assert not caplog.text


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    lesions = [f"L{i:04d}" for i in range(600)]
    rows = [
        {"lesion_id": lesion, "image_id": f"{lesion}-{photo}", "dx": "mel" if i % 6 == 0 else "nv"}
        for i, lesion in enumerate(lesions)
        for photo in range(rng.integers(1, 4))
    ]
    return pd.DataFrame(rows)


def assert_disjoint(split: pd.DataFrame, key: str) -> None:
    assert (split.groupby(key)["part"].nunique() == 1).all()


def test_no_lesion_of_the_committed_split_is_on_two_sides() -> None:
    split = read_split()
    assert split["image_id"].is_unique
    assert_disjoint(split, "lesion_id")


def test_the_doubled_lesions_of_the_committed_split_are_on_one_side(shared_data: Path) -> None:
    split = read_split().set_index("image_id")["part"]
    pairs = pd.read_csv(shared_data / "ham10000" / "same_lesion_pairs.csv")
    assert len(pairs) == 18
    assert (split[pairs["image_id_a"]].to_numpy() == split[pairs["image_id_b"]].to_numpy()).all()


def test_the_committed_split_is_what_the_command_makes(shared_data: Path) -> None:
    from training.dataset.data import read_folder

    folder = shared_data / "ham10000"
    made = make_split(read_folder(folder), pd.read_csv(folder / "same_lesion_pairs.csv", dtype=str))
    pd.testing.assert_frame_equal(made.astype(str), read_split().astype(str))


def test_shares_hold_within_each_diagnosis(frame: pd.DataFrame) -> None:
    split = make_split(frame)
    for _, rows in split.drop_duplicates("lesion_id").groupby("dx"):
        shares = rows["part"].value_counts(normalize=True)
        for part, share in PARTS.items():
            assert shares[part] == pytest.approx(share, abs=0.01)


def test_pairs_join_their_lesions_even_in_chains(frame: pd.DataFrame) -> None:
    pairs = pd.DataFrame(
        {"image_id_a": ["L0001-0", "L0002-0", "absent"], "image_id_b": ["L0002-0", "L0003-0", "L0004-0"]}
    )
    groups = group_lesions(frame, pairs).groupby(frame["lesion_id"]).first()
    assert groups["L0001"] == groups["L0002"] == groups["L0003"]
    assert groups["L0004"] == "L0004"
    assert_disjoint(make_split(frame, pairs).assign(group=group_lesions(frame, pairs).to_numpy()), "group")


def test_a_seed_fixes_the_split_and_another_changes_it(frame: pd.DataFrame) -> None:
    assert make_split(frame, seed=3).equals(make_split(frame, seed=3))
    assert not make_split(frame, seed=3).equals(make_split(frame, seed=4))


def test_a_written_split_is_read_with_its_counts(frame: pd.DataFrame, tmp_path: Path) -> None:
    split = make_split(frame)
    write_split(split, tmp_path / "s.csv", seed=0)
    assert read_split(tmp_path / "s.csv").equals(split.astype(str))
    assert sum(int(str(part["images"])) for part in counts(split).values()) == len(frame)


def test_an_altered_or_missing_split_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    with pytest.raises(DataError, match="training split"):
        read_split(path)
    write_split(make_split(frame), path, seed=0)
    path.write_text(path.read_text().replace("train", "test", 1))
    with pytest.raises(DataError, match="altered"):
        read_split(path)


def test_a_folder_that_the_split_does_not_know_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="none of these images"):
        with_parts(frame.assign(image_id="other"), make_split(frame))


def test_the_command_keeps_doubled_lesions_together_and_overwrites_no_other_split(
    tmp_path: Path, run: Callable[..., Result]
) -> None:
    folder, path = colour_folder(tmp_path / "mine", 60), tmp_path / "mine.csv"
    pairs = pd.DataFrame({"image_id_a": ["P0-0", "P7-0"], "image_id_b": ["P7-0", "P14-0"]})
    pairs.to_csv(folder / "same_lesion_pairs.csv", index=False)
    assert run(split_command, "--data", folder, "--to", path).exit_code == 0
    parts = read_split(path).set_index("image_id")["part"]
    assert parts["P0-0"] == parts["P7-0"] == parts["P14-0"]
    assert run(split_command, "--data", folder, "--to", path).exit_code == 0, "the same again is no harm"
    before = path.read_bytes()
    result = run(split_command, "--data", folder, "--to", path, "--seed", 1)
    assert isinstance(result.exception, DataError)
    assert "--to" in str(result.exception)
    assert path.read_bytes() == before


def test_a_list_of_pairs_without_its_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "same_lesion_pairs.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="image_id_a"):
        read_pairs(tmp_path)
