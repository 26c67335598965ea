from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from lesion.bundle import Bundle, save
from lesion.errors import HashMismatch
from tests.training.conftest import Measured
from training.dataset.trained_ids import TRAINED_IDS, known, read_trained_ids, write_trained_ids

PHOTOS = pd.DataFrame({"image_id": ["P1", "P2", "P3"], "lesion_id": ["L1", "L1", "L3"]})


def test_ids_are_kept_as_sorted_hashes(tmp_path: Path) -> None:
    write_trained_ids(PHOTOS, tmp_path / TRAINED_IDS)
    lines = (tmp_path / TRAINED_IDS).read_text().split()
    names = ("P1", "P2", "P3", "L1", "L3")
    assert lines == sorted(hashlib.sha256(name.encode()).hexdigest()[:16] for name in names)


def test_a_photo_is_known_by_its_own_id_or_by_its_lesion(measured: Measured) -> None:
    write_trained_ids(PHOTOS.head(1), measured.bundle / TRAINED_IDS)
    ids = read_trained_ids(save(Bundle.load(measured.bundle)))
    assert ids is not None
    assert known(PHOTOS, ids).tolist() == [True, True, False]


def test_a_bundle_without_the_list_says_so(measured: Measured) -> None:
    assert read_trained_ids(Bundle.load(measured.bundle)) is None


def test_an_altered_list_is_refused(measured: Measured) -> None:
    write_trained_ids(PHOTOS, measured.bundle / TRAINED_IDS)
    bundle = save(Bundle.load(measured.bundle))
    (measured.bundle / TRAINED_IDS).write_text("")
    with pytest.raises(HashMismatch):
        read_trained_ids(bundle)
