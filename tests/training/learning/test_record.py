from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pytest

from lesion.bundle import HISTORY, Bundle
from lesion.errors import DataError
from tests.training.conftest import Measured
from tests.training.learning.small import CONFIG as SMALL
from training.bundling.manifests import learned_before
from training.dataset import split
from training.dataset.trained_ids import TRAINED_IDS, write_trained_ids
from training.learning import progress
from training.learning.config import TrainConfig, load_config
from training.learning.frame import training_frame
from training.learning.record import ancestor, check_ancestor, check_same_run, describe, files

pytestmark = pytest.mark.training

CONFIG = TrainConfig(arch="mobilenet_v2", size=64)


def record(config: TrainConfig = CONFIG, **changes: Any) -> dict[str, Any]:
    plain = {"data_sha256": "d", "split_sha256": "s", "files_sha256": {}, "libraries": {"torch": "1"}}
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


def test_a_file_that_holds_something_else_is_named(run: Path) -> None:
    (run / "run.json").write_text(json.dumps(record(files_sha256={"teacher": "a", "costs.csv": "b"})))
    check_same_run(record(files_sha256={"teacher": "a", "costs.csv": "b"}), run)
    with pytest.raises(DataError, match=r"differs in what costs\.csv holds: name a new folder"):
        check_same_run(record(files_sha256={"teacher": "a", "costs.csv": "c"}), run)


def test_what_a_run_is_made_of_is_its_start_its_teachers_weights_and_its_costs(tmp_path: Path) -> None:
    finished, bundle = tmp_path / "run", tmp_path / "bundle"
    for folder, name in ((finished, "weights.safetensors"), (bundle, "model.pkl")):
        folder.mkdir()
        (folder / name).touch()
    taught = msgspec.structs.replace(CONFIG, teachers=(str(finished), str(bundle)), costs="costs.csv")
    made_of = [finished / "weights.safetensors", bundle / "model.pkl", Path("costs.csv")]
    assert files(taught) == made_of
    assert files(msgspec.structs.replace(taught, weights="start.pth")) == [Path("start.pth"), *made_of]
    assert files(CONFIG) == []


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
    start = learned_before(str(found / "weights.safetensors")).start
    assert start.endswith(f"then {manifest.name} {manifest.version}")
    unknown = pd.DataFrame({"image_id": ["a"], "lesion_id": ["L"]})
    check_ancestor(found, {"split_sha256": learned.split_sha256, "data": list(learned.data)}, unknown)
    other = {"split_sha256": "0" * 64, "data": list(learned.data)}
    (found / TRAINED_IDS).unlink(missing_ok=True)
    with pytest.raises(DataError, match="another split"):
        check_ancestor(found, other, unknown)
    write_trained_ids(unknown.assign(lesion_id="of another name"), found / TRAINED_IDS)
    with pytest.raises(DataError, match="another split"):
        check_ancestor(found, {**other, "data": ["a renamed folder"]}, unknown)
    check_ancestor(found, other, unknown.assign(image_id="b"))
    assert ancestor("imagenet") is None
    assert ancestor(str(measured.data / "weights.safetensors")) is None


def test_a_folder_of_another_run_is_not_overwritten(frame: pd.DataFrame, tmp_path: Path) -> None:
    describe(frame, SMALL, split.DEFAULT, tmp_path)
    (tmp_path / HISTORY).touch()
    other = load_config(None, {"arch": "mobilenet_v2", "seed": 1})
    with pytest.raises(DataError, match="another run"):
        describe(frame, other, split.DEFAULT, tmp_path)


def test_a_run_in_which_nothing_was_learned_gives_way(frame: pd.DataFrame, tmp_path: Path) -> None:
    """As after "choose a smaller --size": nothing is there that could be lost."""
    describe(frame, SMALL, split.DEFAULT, tmp_path)
    rate = tmp_path / progress.RATE
    rate.touch()
    describe(frame, SMALL, split.DEFAULT, tmp_path)
    assert rate.exists()
    describe(frame, msgspec.structs.replace(SMALL, size=64), split.DEFAULT, tmp_path)
    assert json.loads((tmp_path / "run.json").read_text())["config"]["size"] == 64
    assert not rate.exists(), "it was found for another run"


def test_weights_that_may_know_the_held_out_lesions_are_refused(
    drawn: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, path = drawn
    first, second = tmp_path / "first", tmp_path / "second"
    rows = training_frame(folder, [], [], path, SMALL)
    describe(rows, SMALL, path, first)
    (first / progress.BEST).write_bytes(b"as learned")
    onward = msgspec.structs.replace(SMALL, weights=str(first / progress.BEST))
    describe(rows, onward, path, second)
    with pytest.raises(DataError, match="another split"):
        describe(rows, onward, split.DEFAULT, tmp_path / "third")
    start = learned_before(str(second / progress.BEST)).start
    assert start == "none, then a run at 32 pixels, then a run at 32 pixels"


def test_a_run_whose_start_was_changed_is_not_gone_on_with(drawn: tuple[Path, Path], tmp_path: Path) -> None:
    folder, path = drawn
    rows, start = training_frame(folder, [], [], path, SMALL), tmp_path / "start.safetensors"
    onward = msgspec.structs.replace(SMALL, weights=str(start))
    with pytest.raises(DataError, match=r"start\.safetensors.*cannot be read"):
        describe(rows, onward, path, tmp_path / "run")
    for content in (b"before", b"before", b"after"):
        start.write_bytes(content)
        if content == b"before":
            record = describe(rows, onward, path, tmp_path / "run")
            (tmp_path / "run" / HISTORY).touch()
    assert record["files_sha256"] == {str(start): hashlib.sha256(b"before").hexdigest()}
    with pytest.raises(DataError, match=r"what .*start\.safetensors holds"):
        describe(rows, onward, path, tmp_path / "run")
