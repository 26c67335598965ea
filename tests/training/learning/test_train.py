from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pandas as pd
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from lesion.drawings import drawing
from lesion.errors import DataError
from lesion.labels import DIAGNOSES
from tests.training.folders import drawn_folder
from training.__main__ import main
from training.bundling.manifests import learned_before, new_manifest
from training.dataset import data, split
from training.learning import progress
from training.learning.augment import augmentation
from training.learning.config import TrainConfig, load_config
from training.learning.fit import train
from training.learning.frame import training_frame
from training.learning.loaders import data_loaders
from training.learning.record import describe
from training.nets.network import NormaliseUnderWhiteLight

pytestmark = [pytest.mark.training, pytest.mark.slow]

CONFIG = TrainConfig(
    arch="mobilenet_v2", weights="none", size=32, epochs=3, frozen_epochs=1, batch_size=8, lr=1e-3, patience=9
)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = drawn_folder(tmp_path_factory.mktemp("drawn"))
    rows = data.read_folder(folder)
    return split.with_parts(rows, split.make_split(rows).replace({"part": {"test": "val"}}))


def history(run: Path) -> pd.DataFrame:
    return pd.read_csv(run / progress.HISTORY)


def test_a_run_leaves_weights_history_and_curves(frame: pd.DataFrame, tmp_path: Path) -> None:
    run = tmp_path / "run"
    describe(frame, CONFIG, split.DEFAULT, run)
    learner = train(frame, CONFIG, run, tmp_path / "cache")
    assert history(run)["phase"].tolist() == ["head", "all", "all", "all"]
    assert (run / "curves.png").stat().st_size > 1000
    record = json.loads((run / "run.json").read_text())
    assert record["config"]["seed"] == 0
    assert record["libraries"]["fastai"]
    best = load_file(run / progress.BEST)
    assert all(torch.equal(best[key], value) for key, value in learner.model.state_dict().items())


@pytest.mark.parametrize(
    ("interrupted_after", "options"),
    [
        pytest.param(1, {}, id="the last frozen epoch"),
        pytest.param(2, {}, id="a later epoch"),
        pytest.param(2, {"freeze": "gradual", "arch": "plain_cnn"}, id="between thaws"),
        pytest.param(2, {"ema": 0.9, "sampling": "weighted", "schedule": "cosine"}, id="with an average"),
    ],
)
def test_an_interrupted_run_ends_as_if_it_had_not_been(
    interrupted_after: int,
    options: dict[str, object],
    frame: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = msgspec.structs.replace(CONFIG, **options)
    whole, broken, cache = tmp_path / "whole", tmp_path / "broken", tmp_path / "cache"
    for run in (whole, broken):
        describe(frame, config, split.DEFAULT, run)
    train(frame, config, whole, cache)

    save, saved = progress.RunKeeper._save_state, 0

    def save_then_fail(keeper: progress.RunKeeper) -> None:
        nonlocal saved
        save(keeper)
        saved += 1
        if saved == interrupted_after:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(progress.RunKeeper, "_save_state", save_then_fail)
        with pytest.raises(KeyboardInterrupt):
            train(frame, config, broken, cache)
    train(frame, config, broken, cache)
    # The training loss is a running mean that starts anew; what was learned must be the same.
    columns = ["phase", "epoch", "valid_loss", "auroc"]
    pd.testing.assert_frame_equal(history(whole)[columns], history(broken)[columns], rtol=1e-4)
    first, second = load_file(whole / progress.BEST), load_file(broken / progress.BEST)
    assert all(torch.allclose(first[key], second[key], atol=1e-4) for key in first)
    train(frame, config, broken, cache)
    assert len(history(broken)) == len(history(whole)), "a finished run has nothing left to do"


def test_a_state_that_would_run_code_is_refused_before_anything_is_read(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    class Malicious:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "ran",)  # type: ignore[return-value]

    for content in (Malicious(), None):
        torch.save({"phase": content}, tmp_path / progress.LAST)
        if content is None:
            (tmp_path / progress.LAST).write_bytes((tmp_path / progress.LAST).read_bytes()[:-100])
        with pytest.raises(DataError, match="--weights"):
            train(frame, CONFIG, tmp_path, tmp_path / "cache")
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "cache").exists()


def test_generators_go_on_where_a_kept_state_left_them(frame: pd.DataFrame, tmp_path: Path) -> None:
    squares = np.zeros((len(frame), 32, 32, 3), dtype=np.uint8)
    learner = SimpleNamespace(dls=data_loaders(frame, squares, CONFIG))

    def draws() -> list[float]:
        own = [random.random(), np.random.normal(), float(torch.rand(())), learner.dls.train.rng.random()]
        return [*own, np.random.normal()]

    np.random.normal()  # so that numpy keeps the second of a pair
    torch.save(progress.plain({"random": progress.random_state(learner)}), tmp_path / progress.LAST)
    first = draws()
    state = progress.load_state(tmp_path)
    assert state is not None
    progress.restore_random_state(learner, state)
    assert draws() == first


def test_an_epoch_told_twice_counts_once(tmp_path: Path) -> None:
    path = tmp_path / progress.HISTORY
    for epoch, auroc in ((1, 0.5), (2, 0.6), (2, 0.7)):
        progress.append_history(path, {"phase": "all", "epoch": epoch, "auroc": auroc})
    assert pd.read_csv(path).to_numpy().tolist() == [["all", 1, 0.5], ["all", 2, 0.7]]


def test_a_run_stops_early_and_stays_stopped(frame: pd.DataFrame, tmp_path: Path) -> None:
    config = load_config(
        None, {**{f: getattr(CONFIG, f) for f in CONFIG.__struct_fields__}, "patience": 1, "epochs": 9}
    )
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    for _ in range(2):
        train(frame, config, tmp_path / "run", tmp_path / "cache")
        assert len(history(tmp_path / "run")) < 10


def test_the_learning_rate_is_found_once_and_drawn(frame: pd.DataFrame, tmp_path: Path) -> None:
    config = load_config(
        None, {"arch": "mobilenet_v2", "weights": "none", "size": 32, "epochs": 1, "batch_size": 8}
    )
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    train(frame, config, tmp_path / "run", tmp_path / "cache")
    assert 1e-7 < json.loads((tmp_path / "run" / "lr_find.json").read_text())["lr"] < 10
    assert (tmp_path / "run" / "lr_find.png").stat().st_size > 1000


def test_a_folder_of_another_run_is_not_overwritten(frame: pd.DataFrame, tmp_path: Path) -> None:
    describe(frame, CONFIG, split.DEFAULT, tmp_path)
    other = load_config(None, {"arch": "mobilenet_v2", "seed": 1})
    with pytest.raises(DataError, match="another run"):
        describe(frame, other, split.DEFAULT, tmp_path)


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of drawings and its split."""
    folder = drawn_folder(tmp_path / "drawn", classes=DIAGNOSES)
    split.write_split(split.make_split(data.read_folder(folder)), tmp_path / "split.csv", 0)
    return folder, tmp_path / "split.csv"


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


def test_wrong_folders_and_files_end_in_one_line(drawn: tuple[Path, Path], tmp_path: Path) -> None:
    folder, path = drawn
    common = ["train", "--weights", "none", "--arch", "mobilenet_v2", "--split", str(path)]
    for options, words in (
        (["--data", str(tmp_path / "absent")], "no data folder"),
        (["--data", str(folder), "--config", str(folder)], "configuration is not valid"),
        (["--data", str(folder), "--arch", "alexnet", "--run", str(tmp_path / "run")], "no backbone alexnet"),
        (["--data", str(folder), "--weights", "absent.pth", "--run", str(tmp_path / "run")], "No weights at"),
    ):
        result = CliRunner().invoke(main, [*common, *options])
        assert result.exit_code == 1, result.output
        assert words in result.output
        assert "Traceback" not in result.output
    assert not (tmp_path / "run").exists(), "a mistake leaves no run that the next try would have to delete"


def test_weights_that_may_know_the_held_out_lesions_are_refused(
    drawn: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, path = drawn
    first, second = tmp_path / "first", tmp_path / "second"
    rows = training_frame(folder, [], [], path, CONFIG)
    describe(rows, CONFIG, path, first)
    (first / progress.BEST).write_bytes(b"as learned")
    onward = msgspec.structs.replace(CONFIG, weights=str(first / progress.BEST))
    describe(rows, onward, path, second)
    with pytest.raises(DataError, match="another split"):
        describe(rows, onward, split.DEFAULT, tmp_path / "third")
    start, _ = learned_before(str(second / progress.BEST))
    assert start == "none, then a run at 32 pixels, then a run at 32 pixels"


def test_a_bundle_says_what_images_were_varied_by_in_all_runs_before(
    drawn: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, path = drawn
    first = msgspec.structs.replace(CONFIG, marks=0.3, blur=0.5, constancy="shades_of_grey")
    rows = training_frame(folder, [], [], path, first)
    describe(rows, first, path, tmp_path)
    onward = msgspec.structs.replace(CONFIG, weights=str(tmp_path / progress.BEST), blur=0.1, warp=0.0)
    record = {"data": ["mine"], "data_sha256": "", "split_sha256": "", "n_images": 1, "n_lesions": 1}
    varied = new_manifest("m", onward, record, None).training.augmentation
    assert varied == {**augmentation(onward), "marks": 0.3, "warp": first.warp}
    assert (varied["blur"], "constancy" in varied) == (0.1, False)


def test_a_run_whose_start_was_changed_is_not_gone_on_with(drawn: tuple[Path, Path], tmp_path: Path) -> None:
    folder, path = drawn
    rows, start = training_frame(folder, [], [], path, CONFIG), tmp_path / "start.safetensors"
    onward = msgspec.structs.replace(CONFIG, weights=str(start))
    with pytest.raises(DataError, match=r"start\.safetensors.*cannot be read"):
        describe(rows, onward, path, tmp_path / "run")
    for content in (b"before", b"before", b"after"):
        start.write_bytes(content)
        if content == b"before":
            record = describe(rows, onward, path, tmp_path / "run")
    assert record["files_sha256"] == {str(start): hashlib.sha256(b"before").hexdigest()}
    with pytest.raises(DataError, match=r"what .*start\.safetensors holds"):
        describe(rows, onward, path, tmp_path / "run")


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


def test_layers_thaw_one_group_after_another(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = msgspec.structs.replace(
        CONFIG, arch="plain_cnn", freeze="gradual", epochs=1, constancy="shades_of_grey"
    )
    learning: dict[str, list[bool]] = {}
    save = progress.RunKeeper._save_state

    def note_what_learns(keeper: progress.RunKeeper) -> None:
        save(keeper)
        convolutions = [module for module in keeper.model.modules() if isinstance(module, torch.nn.Conv2d)]
        learning[keeper.phase] = [module.weight.requires_grad for module in convolutions]

    monkeypatch.setattr(progress.RunKeeper, "_save_state", note_what_learns)
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    learner = train(frame, config, tmp_path / "run", tmp_path / "cache")
    assert learning == {
        "head": [False, False, False, False],
        "last-2": [False, False, False, True],
        "last-3": [False, True, True, True],
        "all": [True, True, True, True],
    }
    assert history(tmp_path / "run")["phase"].tolist() == list(learning)
    assert isinstance(learner.model.normalise, NormaliseUnderWhiteLight)
