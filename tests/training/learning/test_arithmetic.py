from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
import torch
from fastai.callback.core import Callback
from fastai.learner import Learner

from tests.training.folders import drawn_folder
from training.dataset import data
from training.dataset.cache import cached_squares
from training.learning import loaders
from training.learning.arithmetic import QUICKER_IN_FLOAT32, FastConvolutions, takes_bfloat16
from training.learning.config import TrainConfig
from training.learning.learner import make_learner
from training.learning.loaders import data_loaders
from training.nets.backbones import BACKBONES

pytestmark = pytest.mark.training

CONFIG = TrainConfig(arch="plain_cnn", weights="none", size=32, batch_size=4)
CPU = torch.device("cpu")


def with_abilities(monkeypatch: pytest.MonkeyPatch, **abilities: bool) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: abilities)


def test_auto_takes_bfloat16_where_it_is_native_and_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = msgspec.structs.replace(CONFIG, arch="efficientnet_b0")
    with_abilities(monkeypatch, avx512_bf16=True)
    assert takes_bfloat16(CONFIG, CPU)
    assert not takes_bfloat16(slow, CPU)
    with_abilities(monkeypatch, avx512_f=True)
    assert not takes_bfloat16(CONFIG, CPU)
    assert takes_bfloat16(msgspec.structs.replace(slow, precision="bfloat16"), CPU), "asked for is asked for"
    assert BACKBONES.keys() >= QUICKER_IN_FLOAT32


def test_an_accelerator_computes_in_bfloat16_if_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    for able in (True, False):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation, able=able: able)
        assert takes_bfloat16(CONFIG, torch.device("cuda")) == able
        full = msgspec.structs.replace(CONFIG, precision="float32")
        assert not takes_bfloat16(full, torch.device("cuda"))


class Watch(Callback):  # type: ignore[misc]
    """What the network is given, and what comes out of its first layer and of the whole."""

    order = 11

    def before_fit(self) -> None:
        convolution = next(m for m in self.learn.model.modules() if isinstance(m, torch.nn.Conv2d))
        convolution.register_forward_hook(lambda module, inputs, maps: setattr(self, "maps", maps))

    def before_batch(self) -> None:
        self.images = self.xb[0]

    def after_loss(self) -> None:
        self.dtypes = (self.maps.dtype, self.learn.loss.dtype)


@pytest.fixture
def frame(tmp_path: Path) -> pd.DataFrame:
    rows = data.read_folder(drawn_folder(tmp_path / "drawn", per_class=4))
    return rows.assign(part=["train", "train", "train", "val"] * 3)


def learner_of(frame: pd.DataFrame, config: TrainConfig, folder: Path) -> Learner:
    squares = cached_squares(frame, config.size, folder)
    return make_learner(data_loaders(frame, squares, config), frame, config, folder)


@pytest.mark.parametrize(("precision", "dtype"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_images_and_maps_are_channels_last_in_the_precision_asked_for(
    precision: str, dtype: torch.dtype, frame: pd.DataFrame, tmp_path: Path
) -> None:
    config = msgspec.structs.replace(CONFIG, precision=precision)
    watch = Watch()
    with (made := learner_of(frame, config, tmp_path)).no_bar(), made.no_logging():
        made.fit(1, 1e-3, cbs=[FastConvolutions(config), watch])
    assert watch.images.is_contiguous(memory_format=torch.channels_last)
    assert watch.maps.is_contiguous(memory_format=torch.channels_last)
    assert watch.dtypes == (dtype, torch.float32), "the loss is always computed in float32"


def test_what_is_done_for_an_image_is_a_read_and_the_rest_is_done_for_the_batch(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    """So that images travel to an accelerator as bytes, and are augmented there."""
    loader = learner_of(frame, CONFIG, tmp_path).dls.train
    seen: dict[str, list[tuple[torch.dtype, int]]] = {"item": [], "batch": []}
    items, batches = loader.create_item, loader.after_batch

    def item(row: int) -> Any:
        made = items(row)
        seen["item"].append((made[0].dtype, made[0].ndim))
        return made

    def batch(made: Any) -> Any:
        seen["batch"].append((made[0].dtype, made[0].ndim))
        return batches(made)

    loader.create_item, loader.after_batch = item, batch
    images, _ = next(iter(loader))
    assert seen == {"item": [(torch.uint8, 3)] * len(images), "batch": [(torch.uint8, 4)]}
    assert images.dtype == torch.float32
    assert not any(transform.split_idx == 0 for transform in loader.after_item.fs), "augmented one by one"


def test_an_accelerator_is_fed_by_processes_from_pinned_memory() -> None:
    assert loaders._loading(CPU) == {"num_workers": 0}
    fed = loaders._loading(torch.device("cuda"))
    assert fed["pin_memory"]
    assert fed["num_workers"] > 0


def test_rows_read_by_processes_are_those_of_the_loop_itself(frame: pd.DataFrame, tmp_path: Path) -> None:
    squares = cached_squares(frame, 32, tmp_path)
    valid = data_loaders(frame, squares, CONFIG).valid
    own, others = next(iter(valid))[0], next(iter(valid.new(num_workers=1)))[0]
    assert np.array_equal(own.numpy(), others.numpy())
