from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from lesion.decode import decode
from lesion.errors import DataError
from lesion.preprocess import preprocess
from tests.training.folders import drawn_folder
from training.dataset import data
from training.dataset.cache import cached_squares
from training.learning.config import TrainConfig
from training.learning.learner import malignancy_auroc
from training.learning.loaders import data_loaders

pytestmark = pytest.mark.training
CONFIG = TrainConfig(size=48, batch_size=64)


@pytest.fixture
def frame(tmp_path: Path) -> pd.DataFrame:
    rows = data.read_folder(drawn_folder(tmp_path / "drawn", per_class=4))
    return rows.assign(part=["train", "val", "train", "val"] * 3)


def test_validation_tensors_are_the_ones_that_serving_makes(frame: pd.DataFrame, tmp_path: Path) -> None:
    loaders = data_loaders(frame, cached_squares(frame, 48, tmp_path / "cache"), CONFIG)
    images, labels = next(iter(loaders.valid))
    paths = frame.loc[frame["part"] == "val", "path"]
    served = np.concatenate([preprocess(decode(Path(path).read_bytes()), 48) for path in paths])
    assert np.abs(images.numpy() - served).max() < 1e-6, "normalised, augmented or reduced in another way"
    assert [loaders.vocab[i] for i in labels] == frame.loc[frame["part"] == "val", "dx"].tolist()


def test_an_epoch_drawn_shorter_than_a_batch_is_one_batch(frame: pd.DataFrame, tmp_path: Path) -> None:
    config = TrainConfig(size=48, batch_size=6, sampling="downsample", class_power=1.0)
    rare = frame.assign(dx=["nv", "nv", "mel", "mel", *["nv"] * 8])
    loaders = data_loaders(rare, cached_squares(rare, 48, tmp_path / "cache"), config)
    assert [len(labels) for _, labels in loaders.train] == [2]


def test_a_network_that_diverged_says_what_to_do() -> None:
    with pytest.raises(DataError, match="smaller --lr"):
        malignancy_auroc(torch.full((4, 2), torch.nan), torch.tensor([0, 1, 0, 1]), [1])


def test_training_tensors_vary_within_the_range_of_an_image(frame: pd.DataFrame, tmp_path: Path) -> None:
    loaders = data_loaders(frame, cached_squares(frame, 48, tmp_path / "cache"), CONFIG)
    (first, _), (second, _) = next(iter(loaders.train)), next(iter(loaders.train))
    assert first.shape == (6, 3, 48, 48), "fewer images than make a batch are one batch"
    assert not np.array_equal(first.numpy(), second.numpy())
    for batch in (first, second):
        assert float(batch.min()) >= 0
        assert float(batch.max()) <= 1
