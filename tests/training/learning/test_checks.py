from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lesion.errors import DataError
from lesion.labels import DIAGNOSES
from training.dataset import split
from training.learning.checks import check_labels, check_sides

pytestmark = pytest.mark.training


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two photos of each of four lesions a diagnosis, two to learn from, one to validate on, one to test."""
    parts = ("train", "train", "val", "test")
    rows = [
        {"image_id": f"{dx}{lesion}{photo}", "lesion_id": f"{dx}{lesion}", "dx": dx, "part": part}
        for dx in DIAGNOSES
        for lesion, part in enumerate(parts)
        for photo in "ab"
    ]
    return pd.DataFrame(rows)


def test_a_complete_table_passes(frame: pd.DataFrame, caplog: pytest.LogCaptureFixture) -> None:
    for task in ("dx", "malignancy"):
        check_labels(frame, task)
    check_sides(frame, None)
    assert caplog.text == ""


def test_classes_without_an_image_to_learn_from_are_named(frame: pd.DataFrame) -> None:
    few = frame[~(frame["dx"].isin(["df", "vasc"]) & (frame["part"] == "train"))]
    with pytest.raises(DataError, match=r"no image of df and vasc to learn from.*--task malignancy"):
        check_labels(few, "dx")
    check_labels(few, "malignancy")
    with pytest.raises(DataError, match="no image of benign"):
        check_labels(frame[frame["dx"] == "mel"], "malignancy")


def test_a_class_without_a_validation_lesion_is_a_warning(
    frame: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    check_labels(frame[~((frame["dx"] == "df") & (frame["part"] == "val"))], "dx")
    assert "no lesion of df" in caplog.text


def test_labels_of_another_task_are_named(frame: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="benign is no diagnosis"):
        check_labels(frame.replace({"dx": {"nv": "benign"}}), "dx")


def test_a_split_by_image_is_refused(frame: pd.DataFrame) -> None:
    torn = frame.copy()
    torn.loc[torn["image_id"] == "mel0a", "part"] = "test"
    with pytest.raises(DataError, match="The split leaks: mel0 have photos on several sides"):
        check_sides(torn, None)


def test_a_split_that_tears_a_listed_pair_apart_is_refused(frame: pd.DataFrame) -> None:
    pairs = pd.DataFrame({"image_id_a": ["nv0a"], "image_id_b": ["nv2b"]})
    with pytest.raises(DataError, match="nv0 and nv2"):
        check_sides(frame, pairs)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop(columns="part"), "lacks the column part"),
        (lambda rows: rows.replace({"part": {"test": "holdout"}}), "has a part holdout"),
    ],
)
def test_a_split_of_another_form_is_refused(
    change: Any, words: str, frame: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "split.csv"
    change(frame).to_csv(path, index=False)
    path.with_suffix(".json").write_text(json.dumps({"sha256": split.split_sha256(path)}))
    with pytest.raises(DataError, match=words):
        split.read_split(path)
