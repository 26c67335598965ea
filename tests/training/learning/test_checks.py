from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pytest

from lesion.bundle import Bundle
from lesion.errors import DataError
from lesion.labels import DIAGNOSES
from tests.training.conftest import Measured
from training.bundling.manifests import learned_before
from training.dataset import split
from training.learning.checks import ancestor, check_ancestor, check_labels, check_same_run, check_sides
from training.learning.config import TrainConfig

pytestmark = pytest.mark.training

CONFIG = TrainConfig(arch="mobilenet_v2", size=64)


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


def record(config: TrainConfig = CONFIG, **changes: Any) -> dict[str, Any]:
    plain = {"data_sha256": "d", "split_sha256": "s", "libraries": {"torch": "1"}}
    return {"config": msgspec.to_builtins(config), **plain, **changes}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run.json").write_text(json.dumps(record()))
    return tmp_path


def test_the_same_run_may_go_on(run: Path, tmp_path: Path) -> None:
    check_same_run(record(), run)
    check_same_run(record(), tmp_path / "absent")


def test_what_differs_is_named(run: Path) -> None:
    other = msgspec.structs.replace(CONFIG, size=96, seed=3)
    with pytest.raises(DataError) as caught:
        check_same_run(record(other, split_sha256="t"), run)
    for words in ("size (64 there, 96 here)", "seed (0 there, 3 here)", "the split", "--run"):
        assert words in str(caught.value)
    assert "images" not in str(caught.value)
    with pytest.raises(DataError, match="the images or their labels"):
        check_same_run(record(data_sha256="e"), run)


def test_a_run_that_memory_ended_goes_on_with_smaller_batches(run: Path) -> None:
    check_same_run(record(msgspec.structs.replace(CONFIG, batch_size=16, accumulate=4)), run)


def test_a_field_that_came_later_counts_as_its_default(run: Path) -> None:
    earlier = record()
    del earlier["config"]["dropout"]
    (run / "run.json").write_text(json.dumps(earlier))
    check_same_run(record(), run)
    with pytest.raises(DataError, match="dropout"):
        check_same_run(record(msgspec.structs.replace(CONFIG, dropout=0.5)), run)


def test_other_libraries_are_a_warning(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    check_same_run(record(libraries={"torch": "2", "timm": "1"}), run)
    assert "other versions of torch" in caplog.text
    assert "timm" not in caplog.text


@pytest.mark.parametrize("content", ["", "{}", '{"config": {"no_such_field": 1}}'])
def test_a_run_that_cannot_be_understood_is_not_gone_on_with(content: str, run: Path) -> None:
    (run / "run.json").write_text(content)
    with pytest.raises(DataError, match="another version of the lab"):
        check_same_run(record(), run)


def test_weights_of_a_bundle_count_as_what_it_learned_from(measured: Measured) -> None:
    manifest = Bundle.load(measured.bundle).manifest
    learned = manifest.training
    found = ancestor(str(measured.bundle / "weights.safetensors"))
    assert found == measured.bundle
    start, _ = learned_before(str(found / "weights.safetensors"))
    assert start.endswith(f"then {manifest.name} {manifest.version}")
    check_ancestor(found, {"split_sha256": learned.split_sha256, "data": list(learned.data)})
    with pytest.raises(DataError, match="another split"):
        check_ancestor(found, {"split_sha256": "0" * 64, "data": list(learned.data)})
    assert ancestor("imagenet") is None
    assert ancestor(str(measured.data / "weights.safetensors")) is None
