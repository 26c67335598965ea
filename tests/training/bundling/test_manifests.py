from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from lesion.bundle import Bundle
from tests.training.folders import drawn_folder
from tests.training.learning.small import CONFIG
from training.bundling.manifests import new_manifest
from training.dataset import data, split
from training.learning import progress
from training.learning.augment import augmentation
from training.learning.record import describe

pytestmark = pytest.mark.training

ROOT = Path(__file__).parents[3]
RECORD = {"data_sha256": "", "split_sha256": "", "n_images": 1, "n_lesions": 1}


def test_a_bundle_says_what_images_were_varied_by_in_all_runs_before(tmp_path: Path) -> None:
    first = msgspec.structs.replace(CONFIG, marks=0.3, blur=0.5, constancy="shades_of_grey")
    rows = data.read_folder(drawn_folder(tmp_path / "drawn", per_class=1)).assign(part="train")
    describe(rows, first, split.DEFAULT, tmp_path)
    onward = msgspec.structs.replace(CONFIG, weights=str(tmp_path / progress.BEST), blur=0.1, warp=0.0)
    varied = new_manifest("m", onward, {"data": ["mine"], **RECORD}, None).training.augmentation
    assert varied == {**augmentation(onward), "marks": 0.3, "warp": first.warp}
    assert (varied["blur"], "constancy" in varied) == (0.1, False)


def test_a_bundle_names_all_who_taught_it_in_all_runs_before(tmp_path: Path) -> None:
    rows = data.read_folder(drawn_folder(tmp_path / "drawn", per_class=1)).assign(part="train")
    small = msgspec.structs.replace(CONFIG, size=96)
    for name in ("old", "small"):
        describe(rows, small, split.DEFAULT, tmp_path / name)
        (tmp_path / name / "model.pkl").touch()
    pupil = msgspec.structs.replace(CONFIG, teachers=(str(tmp_path / "old"),))
    describe(rows, pupil, split.DEFAULT, tmp_path / "pupil")
    shutil.rmtree(tmp_path / "old")
    onward = msgspec.structs.replace(
        CONFIG,
        weights=str(tmp_path / "pupil" / progress.BEST),
        teachers=(str(tmp_path / "small"), str(ROOT / "models" / "mobilenet_v2")),
    )
    made = new_manifest("m", onward, {"data": ["mine"], **RECORD}, None).training
    bundle = Bundle.load(ROOT / "models" / "mobilenet_v2").manifest
    small_name = f"{CONFIG.arch} at 96 pixels"
    # One whose folder is gone is called by the folder's name.
    assert made.teachers == ("old", small_name, f"mobilenet_v2 {bundle.version}")


def test_a_licence_is_that_of_the_data_or_of_the_one_who_trained() -> None:
    def licence(source: str, given: str | None) -> str:
        return new_manifest("m", CONFIG, {"data": [source], **RECORD}, given).licence

    assert licence("ham10000", None) == "CC BY-NC 4.0"
    assert licence("mine", None) == "not stated"
    assert licence("mine", "CC0") == "CC0"
