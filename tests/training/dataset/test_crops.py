from __future__ import annotations

import pickle
import random
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lesion.errors import DataError
from training.dataset import crops
from training.dataset.crops import Box, box_of, lesion_boxes, random_crop
from training.learning.config import TrainConfig
from training.learning.learner import OpenSquare

pytestmark = pytest.mark.training

BOX = Box(0.5, 0.25, 0.75, 0.625)


def masked(folder: Path) -> pd.DataFrame:
    """Four photos 80x60 in two sizes of name, with masks beside three of them."""
    for name in ("photos", "masks"):
        (folder / name).mkdir(parents=True)
    for name in ("a", "b", "c", "held"):
        Image.new("RGB", (80, 60), "white").save(folder / "photos" / f"{name}.png")
    mask = np.zeros((60, 80), dtype=np.uint8)
    mask[15:30, 40:55] = 255
    mask[0:5, 0:5] = 100  # soft edges count as skin
    for name in ("a", "b_segmentation", "held"):
        Image.fromarray(mask if name != "b_segmentation" else mask * 0).save(folder / "masks" / f"{name}.png")
    paths = [str(folder / "photos" / f"{name}.png") for name in ("a", "b", "c", "held")]
    return pd.DataFrame({"path": paths, "part": ["train", "train", "train", "val"]})


def test_boxes_lie_in_the_centred_square_and_are_for_training_alone(tmp_path: Path) -> None:
    first, *others = lesion_boxes(masked(tmp_path / "data"), tmp_path / "cache")
    # The square leaves out ten columns at either side.
    assert first == pytest.approx((0.5, 0.25, 0.75, 0.5), abs=1.5 / crops.MASK_SIZE)
    assert others == [None, None, None], "an empty mask, no mask, and a row that is held out"


def test_without_any_mask_the_choice_is_refused(tmp_path: Path) -> None:
    frame = masked(tmp_path / "data")
    with pytest.raises(DataError, match="leave --crop out"):
        lesion_boxes(frame[frame["part"] == "val"], tmp_path / "cache")


def test_a_box_holds_all_of_a_mask() -> None:
    mask = np.zeros((8, 8), dtype=np.uint8)
    assert box_of(mask) is None
    mask[2, 4] = mask[4, 5] = 128
    assert box_of(mask) == (0.5, 0.25, 0.75, 0.625)


def test_a_crop_holds_the_lesion_whole_at_many_scales() -> None:
    random.seed(0)
    square = np.zeros((64, 64, 3), dtype=np.uint8)
    square[16:40, 32:48] = 255
    areas = []
    for _ in range(200):
        crop = random_crop(square, BOX)
        assert crop.shape == square.shape
        found = box_of(crop[..., 0])
        assert found is not None
        areas.append((found.right - found.left) * (found.bottom - found.top))
        # A crop that cut the lesion would change its shape.
        assert (found.bottom - found.top) / (found.right - found.left) == pytest.approx(1.5, rel=0.15)
    assert min(areas) == pytest.approx(0.25 * 0.375, rel=0.2), "as the whole image shows it"
    assert max(areas) > 4 * min(areas)
    assert max(areas) <= (1 / crops.TIGHTEST) ** 2


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(0, 0.2, 0.95, 0.3), Box(0.98, 0.98, 1, 1)])
def test_lesions_that_fill_the_image_or_lie_in_a_corner_are_no_trouble(box: Box) -> None:
    square = np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    for _ in range(50):
        assert random_crop(square, box).shape == square.shape
    if box == Box(0, 0, 1, 1):
        assert np.array_equal(random_crop(square, box), square)


def test_rows_without_a_box_are_shown_as_they_are_and_a_pickle_forgets_boxes() -> None:
    squares = np.random.default_rng(0).integers(0, 255, (2, 32, 32, 3), dtype=np.uint8)
    opened = OpenSquare(32, squares, [BOX, None])
    plain = OpenSquare(32, squares)
    assert (opened(1) == plain(1)).all()
    assert not (opened(0) == plain(0)).all()
    assert pickle.loads(pickle.dumps(opened)).boxes is None


@pytest.mark.slow
def test_a_run_learns_from_crops(tmp_path: Path) -> None:
    from tests.training.folders import drawn_folder
    from training.dataset import data, split
    from training.learning.fit import train
    from training.learning.record import describe

    folder = drawn_folder(tmp_path / "drawn")
    frame = data.read_folder(folder)
    (folder / "masks").mkdir()
    for path in frame["path"].head(20):
        Image.new("L", (120, 90), 255).save(folder / "masks" / Path(path).name)
    frame = split.with_parts(frame, split.make_split(frame).replace({"part": {"test": "val"}}))
    config = TrainConfig(arch="plain_cnn", weights="none", size=32, epochs=1, frozen_epochs=0, lr=1e-3)
    config = msgspec.structs.replace(config, crop="lesion", batch_size=8)
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    train(frame, config, tmp_path / "run", tmp_path / "cache")
    assert (tmp_path / "run" / "weights.safetensors").is_file()


def test_ham10000_s_masks_are_found(shared_data: Path, tmp_path: Path) -> None:
    paths = sorted((shared_data / "ham10000" / "images-200x150").iterdir())[:12]
    frame = pd.DataFrame({"path": [str(path) for path in paths], "part": "train"})
    boxes = [box for box in lesion_boxes(frame, tmp_path) if box]
    assert len(boxes) == 12
    assert all(0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1 for box in boxes)
