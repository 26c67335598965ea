"""Photos of red spots with masks, and a bundle of one tiny layer that weighs red, calibrated and measured."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from lesion.bundle import Bundle
from lesion.labels import DIAGNOSES, is_malignant
from tests.training.colours import colour_bundle, colour_split
from training.evidence.calibrate import calibrate
from training.evidence.evaluate import evaluate

SIZE = (72, 48)


class Spots(NamedTuple):
    """Where the bundle, its photos and their split lie."""

    bundle: Path
    data: Path
    split: Path

    @property
    def common(self) -> Sequence[object]:
        return self.bundle, "--data", self.data, "--split", self.split


def spot_folder(folder: Path, lesions: int = 210) -> Path:
    """Write photos and, a quarter smaller, masks; a spot is red where the lesion is malignant, else grey."""
    rng = np.random.default_rng(0)
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    rows = []
    for number in range(lesions):
        image_id, dx = f"S{number:03}", DIAGNOSES[number % len(DIAGNOSES)]
        photo, mask = Image.new("RGB", SIZE, (100, 120, 120)), Image.new("L", SIZE)
        left, top = rng.integers(16, 40), rng.integers(4, 28)
        box = (left, top, left + 14, top + 14)
        red = int(rng.integers(190, 255)) if is_malignant(dx) else int(rng.integers(60, 120))
        ImageDraw.Draw(photo).rectangle(box, (red, 100, 100))
        ImageDraw.Draw(mask).rectangle(box, 255)
        photo.save(folder / "images" / f"{image_id}.png")
        mask.resize((54, 36)).save(folder / "masks" / f"{image_id}_segmentation.png")
        rows.append({"image_id": image_id, "lesion_id": image_id, "dx": dx, "dx_type": "histo"})
    pd.DataFrame(rows).to_csv(folder / "metadata.csv", index=False)
    return folder


@pytest.fixture(scope="package")
def spots_once(tmp_path_factory: pytest.TempPathFactory) -> Spots:
    root = tmp_path_factory.mktemp("spots")
    data = spot_folder(root / "home")
    split = colour_split(data, root / "split.csv")
    spots = Spots(colour_bundle(root / "spots", split).path, data, split)
    for command in (calibrate, evaluate):
        result = CliRunner().invoke(command, [str(arg) for arg in spots.common])
        assert result.exit_code == 0, (result.output, result.exception)
    return spots


@pytest.fixture
def spots(spots_once: Spots, tmp_path: Path) -> Spots:
    """The same with a copy of the bundle that a test may change."""
    return spots_once._replace(bundle=Path(shutil.copytree(spots_once.bundle, tmp_path / "spots")))


@pytest.fixture
def bundle(spots: Spots) -> Bundle:
    return Bundle.load(spots.bundle)
