from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lesion.decode import decode
from lesion.errors import DataError
from lesion.preprocess import square
from tests.training.folders import drawn_folder
from training.dataset.cache import cached_squares, check_room
from training.dataset.data import read_folder


@pytest.fixture
def frame(tmp_path: Path) -> pd.DataFrame:
    return read_folder(drawn_folder(tmp_path / "drawn", per_class=3))


def test_squares_are_those_of_serving_in_the_order_of_the_rows(frame: pd.DataFrame, tmp_path: Path) -> None:
    squares = cached_squares(frame, 48, tmp_path / "cache")
    assert squares.shape == (len(frame), 48, 48, 3)
    for pixels, path in zip(squares, frame["path"], strict=True):
        assert np.array_equal(pixels, np.asarray(square(decode(Path(path).read_bytes()), 48)))


def test_images_are_decoded_once_and_again_when_they_change(frame: pd.DataFrame, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = cached_squares(frame, 48, cache)
    assert first.filename == cached_squares(frame, 48, cache).filename
    changed, other = Path(frame["path"][0]), Path(frame["path"][1])
    changed.write_bytes(other.read_bytes())
    fresh = cached_squares(frame, 48, cache)
    assert fresh.filename != first.filename
    assert np.array_equal(fresh[0], fresh[1])


def test_photos_that_cannot_be_read_are_named_all_at_once(frame: pd.DataFrame, tmp_path: Path) -> None:
    broken = [Path(frame["path"][row]) for row in (2, 5, 8)]
    for path in broken:
        path.write_bytes(b"no photo")
    with pytest.raises(DataError, match="3 files cannot be read") as caught:
        cached_squares(frame, 48, tmp_path / "cache")
    assert all(str(path) in str(caught.value) for path in broken)
    assert list((tmp_path / "cache").iterdir()) == []


def test_too_little_room_for_the_copies_is_told_before_they_are_made(tmp_path: Path) -> None:
    check_room(1, tmp_path)
    with pytest.raises(DataError, match=r"need 1000000\.00 GB, .* --cache"):
        check_room(10**15, tmp_path)


def test_a_photo_that_cannot_be_read_is_named_and_leaves_no_cache(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    broken = Path(frame["path"][4])
    broken.write_bytes(broken.read_bytes()[:200])
    with pytest.raises(DataError, match=f"{broken.name} cannot be read"):
        cached_squares(frame, 48, tmp_path / "cache")
    assert list((tmp_path / "cache").glob("*.npy")) == []
