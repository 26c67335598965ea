"""Drawings to learn from, and the smallest run on them, for tests of how a run goes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lesion.labels import DIAGNOSES
from tests.training.folders import drawn_folder
from training.dataset import data, split


@pytest.fixture(scope="package")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Rows of drawings, to learn from and to validate on."""
    folder = drawn_folder(tmp_path_factory.mktemp("drawn"))
    rows = data.read_folder(folder)
    return split.with_parts(rows, split.make_split(rows).replace({"part": {"test": "val"}}))


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of drawings and its split."""
    folder = drawn_folder(tmp_path / "drawn", classes=DIAGNOSES)
    split.write_split(split.make_split(data.read_folder(folder)), tmp_path / "split.csv", 0)
    return folder, tmp_path / "split.csv"
