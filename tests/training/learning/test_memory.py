from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
import torch

from lesion.errors import DataError
from training.learning import memory
from training.learning.config import TrainConfig
from training.nets.building import build
from training.nets.network import LesionNet

pytestmark = pytest.mark.training

CONFIG = TrainConfig(arch="mobilenet_v2", weights="none", size=64, batch_size=8, precision="float32")
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def net() -> torch.nn.Module:
    return build("mobilenet_v2", "none", 7, 0.2)


def test_a_step_that_fits_passes(net: torch.nn.Module) -> None:
    memory.check_memory(net, CONFIG, CPU)
    assert next(net.parameters()).device == CPU, "the network itself is left alone"


def test_a_step_that_cannot_fit_is_refused_with_what_to_do(net: torch.nn.Module) -> None:
    huge = msgspec.structs.replace(CONFIG, batch_size=10_000_000)
    with pytest.raises(DataError, match=r"needs at least [\d.]+ GB .*--batch-size .*--size"):
        memory.check_memory(net, huge, CPU)


def test_what_a_step_keeps_grows_with_images_pixels_and_precision(net: torch.nn.Module) -> None:
    parameters = sum(parameter.numel() for parameter in net.parameters()) * memory.STATE_BYTES
    one, twice, wide, half = (
        memory.step_bytes(net, msgspec.structs.replace(CONFIG, **changes)) - parameters
        for changes in ({}, {"batch_size": 16}, {"size": 128}, {"precision": "bfloat16"})
    )
    assert twice == pytest.approx(2 * one, rel=0.01)
    assert wide == pytest.approx(4 * one, rel=0.1)
    assert half == pytest.approx(one / 2, rel=0.01)


def test_the_estimate_is_what_autograd_keeps(net: torch.nn.Module) -> None:
    """A lower bound must not exceed what a real step holds, counted on real tensors."""
    kept: dict[int, torch.Tensor] = {}
    with torch.autograd.graph.saved_tensors_hooks(
        lambda tensor: kept.setdefault(tensor.data_ptr(), tensor), lambda tensor: tensor
    ):
        net.train()(torch.rand(8, 3, 64, 64))
    own = {parameter.data_ptr() for parameter in net.parameters()}
    real = sum(tensor.nbytes for place, tensor in kept.items() if place not in own)
    parameters = sum(parameter.numel() for parameter in net.parameters()) * memory.STATE_BYTES
    assert memory.step_bytes(net, CONFIG) - parameters == pytest.approx(real, rel=0.1)


def test_teachers_count_with_their_weights_what_they_see_and_their_largest_layer(
    net: torch.nn.Module,
) -> None:
    teacher = LesionNet(torch.nn.Sequential(torch.nn.Conv2d(3, 64, 1)), 64, 7)
    weights = sum(tensor.nbytes for tensor in teacher.state_dict().values())
    alone = memory.step_bytes(net, CONFIG)
    assert memory.step_bytes(net, CONFIG, [teacher]) == alone + weights, "the student keeps more at a time"
    larger = msgspec.structs.replace(CONFIG, teacher_size=640, teachers=("large",))
    parameters = sum(parameter.numel() for parameter in net.parameters()) * memory.STATE_BYTES
    images = 8 * 3 * 640 * 640 * 4
    in_and_out = images + 8 * 64 * 640 * 640 * 4
    assert memory.step_bytes(net, larger, [teacher]) == parameters + weights + images + in_and_out
    huge = msgspec.structs.replace(larger, batch_size=1_000_000)
    with pytest.raises(DataError, match=r"its teachers included.*--teacher-size or a smaller --size"):
        memory.check_memory(net, huge, CPU, [teacher])


def test_a_layer_that_works_in_place_counts_once() -> None:
    layers = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 1), torch.nn.ReLU(inplace=True))
    assert memory.passing_bytes(layers, 32) == (3 + 6) * 32 * 32 * 4
    apart = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 1), torch.nn.ReLU())
    assert memory.passing_bytes(apart, 32) == (6 + 6) * 32 * 32 * 4


@pytest.mark.parametrize("version", [2, 1])
def test_a_container_counts_with_what_its_limit_leaves(
    version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the kernel keeps of files that are not in use makes way for what is."""
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    free = memory.available(CPU)
    limit, used, stat, spare = memory.ACCOUNTS[2 - version]
    (tmp_path / limit).parent.mkdir(exist_ok=True)
    (tmp_path / limit).write_text("1000000\n")
    (tmp_path / used).write_text("700000\n")
    (tmp_path / stat).write_text(f"anon 500000\n{spare} 200000\n")
    assert memory.available(CPU) == 500_000
    (tmp_path / used).write_text("1300000\n")
    assert memory.available(CPU) == 0
    (tmp_path / limit).write_text("max\n" if version == 2 else f"{2**63 - 4096}\n")
    assert memory.available(CPU) == pytest.approx(free, rel=0.5)


def test_exhausted_memory_becomes_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match=rf"--batch-size 8 and --size 64.*kept in {re.escape(str(tmp_path))}"),
        memory.told_when_exhausted(CONFIG, tmp_path),
    ):
        torch.empty(2**50)
    with pytest.raises(DataError, match="Memory ran out"), memory.told_when_exhausted(CONFIG, tmp_path):
        raise torch.OutOfMemoryError("CUDA out of memory.")


def test_other_errors_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="shapes"), memory.told_when_exhausted(CONFIG, tmp_path):
        raise RuntimeError("shapes differ")
