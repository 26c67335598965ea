from __future__ import annotations

import copy
from pathlib import Path

import msgspec
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from lesion.bundle import HISTORY, Bundle
from lesion.errors import DataError
from tests.training.conftest import Measured
from tests.training.folders import drawn_folder
from training.bundling.ensemble import make_ensemble
from training.dataset import data, split
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.distil import Hints, load_teachers, stage_ends
from training.learning.fit import train
from training.learning.record import describe
from training.nets.building import build

pytestmark = [pytest.mark.training, pytest.mark.slow]

SMALL = TrainConfig(
    arch="mobilenet_v2", weights="none", size=32, epochs=2, frozen_epochs=0, batch_size=8, lr=1e-3
)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    rows = data.read_folder(drawn_folder(tmp_path_factory.mktemp("drawn")))
    return split.with_parts(rows, split.make_split(rows).replace({"part": {"test": "val"}}))


@pytest.fixture(scope="module")
def teacher(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("teacher")
    describe(frame, SMALL, split.DEFAULT, run)
    train(frame, SMALL, run, run / "cache")
    return run


def taught(frame: pd.DataFrame, teachers: list[Path], run: Path, **options: object) -> pd.DataFrame:
    config = msgspec.structs.replace(SMALL, teachers=tuple(map(str, teachers)), **options)
    record = describe(frame, config, split.DEFAULT, run)
    train(frame, config, run, run / "cache", load_teachers(config, record["split_sha256"]))
    return pd.read_csv(run / HISTORY)


def test_a_student_that_listens_to_its_teacher_alone_ignores_the_labels(
    frame: pd.DataFrame, teacher: Path, tmp_path: Path
) -> None:
    train_rows = frame["part"] == "train"
    wrong = frame.assign(dx=frame["dx"].where(~train_rows, "df"))
    learned = []
    for name, rows, weight in (("right", frame, 1.0), ("wrong", wrong, 1.0), ("mixed", wrong, 0.5)):
        history = taught(rows, [teacher], tmp_path / name, distil_weight=weight, epochs=1)
        learned.append(load_file(tmp_path / name / progress.BEST)["head.3.weight"])
        assert history["train_loss"].notna().all()
    assert torch.equal(learned[0], learned[1])
    assert not torch.equal(learned[1], learned[2])


def test_two_teachers_hints_and_a_larger_view_leave_a_plain_network(
    frame: pd.DataFrame, teacher: Path, tmp_path: Path
) -> None:
    history = taught(frame, [teacher, teacher], tmp_path, hint_weight=1.0, teacher_size=64, ema=0.9)
    assert history["auroc"].notna().all()
    saved = load_file(tmp_path / progress.BEST)
    assert saved.keys() == build("mobilenet_v2", "none", 7).state_dict().keys()


def test_all_that_can_be_combined_is(frame: pd.DataFrame, teacher: Path, tmp_path: Path) -> None:
    options = {"mixup": 0.3, "accumulate": 2, "schedule": "plateau", "sampling": "weighted"}
    assert len(taught(frame, [teacher], tmp_path, loss="focal", label_smoothing=0.0, **options)) == 2


def test_a_student_with_hints_can_be_copied_after_a_step() -> None:
    student, teacher = (build("plain_cnn", "none", 7) for _ in range(2))
    hints = student.hints = Hints(student, teacher)
    images = torch.rand(2, 3, 32, 32)
    teacher(images)
    student(images)
    hints().backward()
    assert copy.deepcopy(student).state_dict().keys() == student.state_dict().keys()


def test_stages_are_found_in_any_backbone() -> None:
    ends = stage_ends(build("mobilenet_v2", "none", 7).features)
    assert {stride: channels for stride, (_, channels) in ends.items()} == {8: 32, 16: 96, 32: 1280}


def test_an_ensemble_is_told_to_send_its_members(measured: Measured, tmp_path: Path) -> None:
    calibrated = Bundle.load(measured.bundle)
    joined, _ = make_ensemble([calibrated], tmp_path / "joined", views=2)
    config = msgspec.structs.replace(SMALL, teachers=(str(joined.path),))
    with pytest.raises(DataError, match=r"is an ensemble.*colours, each with --teachers"):
        load_teachers(config, calibrated.manifest.training.split_sha256)


def test_who_cannot_teach_is_refused(teacher: Path, tmp_path: Path) -> None:
    right = split.split_sha256(split.DEFAULT)
    with pytest.raises(DataError, match="is no teacher"):
        load_teachers(msgspec.structs.replace(SMALL, teachers=(str(tmp_path),)), right)
    with pytest.raises(DataError, match="cannot teach malignancy"):
        load_teachers(msgspec.structs.replace(SMALL, teachers=(str(teacher),), task="malignancy"), right)
    with pytest.raises(DataError, match="another split"):
        load_teachers(msgspec.structs.replace(SMALL, teachers=(str(teacher),)), "0" * 64)
