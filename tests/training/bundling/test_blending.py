from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from lesion.errors import DataError
from training.bundling.blending import write_blend
from training.learning.config import TrainConfig

pytestmark = pytest.mark.training


def weights(path: Path, value: float, count: int, n: int = 3) -> Path:
    save_file({"head.weight": torch.full((n,), value), "bn.batches": torch.tensor(count)}, path)
    return path


def test_the_blend_lies_on_the_line_between_start_and_run(tmp_path: Path) -> None:
    start, run = weights(tmp_path / "start", 1.0, 10), weights(tmp_path / "run", 3.0, 20)
    write_blend(run, TrainConfig(weights=str(start)), 0.25, tmp_path / "blend")
    blend = load_file(tmp_path / "blend")
    assert blend["head.weight"].tolist() == [2.5, 2.5, 2.5]
    assert blend["bn.batches"] == 20


@pytest.mark.parametrize("start", ["none", "imagenet", "nowhere.safetensors"])
def test_a_run_that_began_from_no_weights_of_its_kind_is_refused(start: str, tmp_path: Path) -> None:
    run = weights(tmp_path / "run", 3.0, 20)
    with pytest.raises(DataError, match="nothing to blend it with"):
        write_blend(run, TrainConfig(weights=start), 0.5, tmp_path / "blend")


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    start, run = weights(tmp_path / "start", 1.0, 10, n=5), weights(tmp_path / "run", 3.0, 20)
    with pytest.raises(DataError, match="another network"):
        write_blend(run, TrainConfig(weights=str(start)), 0.5, tmp_path / "blend")
