from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lesion.bundle import Bundle
from lesion.errors import DataError
from tests.training.colours import colour_bundle, colour_folder, colour_split
from tests.training.explaining.conftest import Spots
from training.explaining.sample import draw_sample


def test_a_mask_shows_the_same_square_as_its_picture(bundle: Bundle, spots: Spots) -> None:
    sample = draw_sample(bundle, spots.data, spots.split, 100)
    assert len(sample.lesions) >= 5
    for lesion in sample.lesions:
        red = np.asarray(lesion.picture)[..., 0] > 150
        assert red.shape == lesion.mask.shape == (bundle.manifest.input.size,) * 2
        assert (red & lesion.mask).sum() > 0.8 * (red | lesion.mask).sum()


def test_the_same_lesions_are_drawn_each_time(bundle: Bundle, spots: Spots) -> None:
    first, again = (draw_sample(bundle, spots.data, spots.split, 5) for _ in range(2))
    assert len(first.lesions) == 5
    assert [lesion.image_id for lesion in first.lesions] == [lesion.image_id for lesion in again.lesions]
    assert first.photos_sha256 == again.photos_sha256
    assert first.photos_sha256 != draw_sample(bundle, spots.data, spots.split, 6).photos_sha256


def test_data_without_masks_are_refused(tmp_path: Path) -> None:
    data = colour_folder(tmp_path / "home", 70)
    split = colour_split(data, tmp_path / "split.csv")
    bundle = colour_bundle(tmp_path / "colours", split)
    with pytest.raises(DataError, match="has a mask: put a folder masks"):
        draw_sample(bundle, data, split, 10)


def test_data_without_a_test_part_are_refused(bundle: Bundle, spots: Spots, tmp_path: Path) -> None:
    other = colour_folder(tmp_path / "other", 14)
    with pytest.raises(DataError, match="names none of these images"):
        draw_sample(bundle, other, spots.split, 10)
