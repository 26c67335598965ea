"""A bundle tells of all epochs behind its weights, as far back as they are known."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from lesion.bundle import HISTORY, Bundle, save, sha256
from tests.training.conftest import Measured
from training.bundling.lineage import whole_history
from training.comparison.candidates import read_history
from training.learning.config import TrainConfig
from training.learning.progress import BEST, RECORD

pytestmark = pytest.mark.training

OLD = "phase,epoch,auroc\nhead,1,0.8938004246284501\nall,1,0.9014437367303609\n"
NEW = "phase,epoch,auroc,seconds\nall,1,0.918495602062481,1519.76\n"


def made(folder: Path, history: str, size: int, weights: str = "none", **more: object) -> str:
    """Write a finished run and return its weights."""
    config = TrainConfig(arch="plain_cnn", weights=weights, size=size)
    folder.mkdir()
    (folder / RECORD).write_text(json.dumps({"config": msgspec.to_builtins(config), **more}))
    (folder / HISTORY).write_text(history)
    (folder / BEST).write_text(folder.name)
    return str(folder / BEST)


def test_the_runs_that_a_run_goes_back_to_come_first_and_nothing_is_rounded(tmp_path: Path) -> None:
    first = made(tmp_path / "first", OLD, 96)
    second = made(tmp_path / "second", NEW, 144, first, files_sha256={first: sha256(Path(first))})
    made(tmp_path / "third", NEW, 224, second)
    rows = whole_history(tmp_path / "third")
    assert rows is not None
    assert rows.to_csv(index=False) == (
        "stage,size,phase,epoch,auroc,seconds\n"
        "1,96,head,1,0.8938004246284501,\n"
        "1,96,all,1,0.9014437367303609,\n"
        "2,144,all,1,0.918495602062481,1519.76\n"
        "3,224,all,1,0.918495602062481,1519.76\n"
    )


def test_the_way_back_ends_where_it_is_not_known(tmp_path: Path) -> None:
    first = made(tmp_path / "first", OLD, 96)
    made(tmp_path / "changed", NEW, 144, first, files_sha256={first: "0" * 64})
    made(tmp_path / "lost", NEW, 144, str(tmp_path / "gone" / BEST))
    for name in ("changed", "lost"):
        rows = whole_history(tmp_path / name)
        assert rows is not None
        assert rows["stage"].tolist() == ["1"]
    (tmp_path / "first" / HISTORY).unlink()
    assert whole_history(tmp_path / "first") is None


def test_a_bundle_to_start_from_passes_its_history_on(measured: Measured, tmp_path: Path) -> None:
    start = measured.bundle / "weights.safetensors"
    made(tmp_path / "run", NEW, 224, str(start))
    size = Bundle.load(measured.bundle).manifest.input.size
    for text, told in (
        (OLD, [("1", str(size))] * 2 + [("2", "224")]),
        (
            "stage,size,phase,epoch,auroc\n1,96,all,1,0.8\n2,144,all,1,0.9\n",
            [("1", "96"), ("2", "144"), ("3", "224")],
        ),
    ):
        (measured.bundle / HISTORY).write_text(text)
        save(Bundle.load(measured.bundle))
        rows = whole_history(tmp_path / "run")
        assert rows is not None
        assert list(zip(rows["stage"], rows["size"], strict=True)) == told


def test_models_are_compared_by_their_last_run(tmp_path: Path) -> None:
    (tmp_path / HISTORY).write_text("stage,size,phase,epoch,auroc\n1,96,all,1,0.8\n2,144,all,1,0.9\n")
    rows = read_history(tmp_path)
    assert rows is not None
    assert rows["auroc"].tolist() == [0.9]
