from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lesion.errors import DataError
from tests.training.folders import drawn_folder
from training.dataset import data, split
from training.dataset.trained_ids import TRAINED_IDS, write_trained_ids
from training.sweeping.left_out import unseen


@pytest.fixture
def rows(tmp_path: Path) -> pd.DataFrame:
    return data.read_folder(drawn_folder(tmp_path / "clinic", 4))


def test_what_shares_a_lesion_with_the_run_is_not_unseen(rows: pd.DataFrame, tmp_path: Path) -> None:
    learned = rows.head(2).assign(image_id=["other-1", "other-2"])
    write_trained_ids(learned, tmp_path / TRAINED_IDS)
    photos = unseen(tmp_path, [tmp_path / "clinic"], "clinic", learned)
    assert set(photos["lesion_id"]) == set(rows["lesion_id"]) - set(learned["lesion_id"])


def test_a_copy_of_what_the_run_learned_from_is_not_unseen(rows: pd.DataFrame, tmp_path: Path) -> None:
    known = [*split.read_copies().to_numpy(), *split.read_twins().to_numpy()]
    clinic = tmp_path / "clinic"
    for (one, other), path in zip(known, sorted(clinic.rglob("*.png")), strict=False):
        path.rename(path.with_stem(other))
        write_trained_ids(rows.head(1).assign(image_id=one, lesion_id="of its own"), tmp_path / TRAINED_IDS)
        photos = unseen(tmp_path, [clinic], "clinic", rows.head(0))
        assert len(photos) == len(rows) - 1
        assert other not in set(photos["image_id"])


def test_a_source_that_a_teacher_learned_from_cannot_be_left_out(rows: pd.DataFrame, tmp_path: Path) -> None:
    own = rows.head(0)
    for lesson in (rows.tail(1), None):
        (tmp_path / TRAINED_IDS).unlink(missing_ok=True)
        if lesson is not None:
            write_trained_ids(lesson, tmp_path / TRAINED_IDS)
        with pytest.raises(DataError, match="never saw clinic"):
            unseen(tmp_path, [tmp_path / "clinic"], "clinic", own)
