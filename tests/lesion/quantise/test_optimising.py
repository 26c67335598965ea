from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lesion.bundle import INT8, MODEL, Bundle, save
from lesion.cli import main
from lesion.engine import OnnxEngine, open_engine
from lesion.errors import DataError, HashMismatch
from lesion.quantise.images import known_images
from lesion.quantise.optimising import COMPARED, optimise
from tests.lesion.quantise.graphs import dense_bundle, photos, pictures

pytestmark = pytest.mark.training

SEEN = 16


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photos(tmp_path_factory.mktemp("data") / "photos", SEEN + COMPARED + 4)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return dense_bundle(tmp_path / "dense", known=SEEN + COMPARED)


def test_the_command_writes_the_graph_and_says_how_far_it_differs(bundle: Bundle, images: Path) -> None:
    result = CliRunner().invoke(
        main, ["models", "optimise", str(bundle.path), "--images", str(images), "--count", str(SEEN)]
    )
    assert result.exit_code == 0, result.output
    assert f"of {COMPARED} verdicts are the same" in result.output
    made = Bundle.load(bundle.path)
    assert made.verify() == []
    assert INT8 in made.manifest.files
    # It is there, and answers only once it was measured.
    assert made.manifest.graph == MODEL
    assert made.manifest.operating_points == bundle.manifest.operating_points


def test_the_two_graphs_answer_nearly_alike(bundle: Bundle, images: Path) -> None:
    found = optimise(bundle, images, SEEN)
    assert found.n == COMPARED
    assert found.mean < 0.01
    assert found.same >= COMPARED - 2
    assert min(found.float_ms, found.int8_ms) > 0


def test_a_bundle_opens_the_graph_that_its_manifest_names(bundle: Bundle, images: Path) -> None:
    optimise(bundle, images, SEEN)
    made = save(Bundle.load(bundle.path).serving(INT8))
    assert Bundle.load(bundle.path).manifest.graph == INT8
    logits = open_engine(made, threads=1)(pictures(2)).logits
    assert (logits == OnnxEngine(bundle.path / INT8, threads=1)(pictures(2)).logits).all()
    assert (logits != OnnxEngine(bundle.path / MODEL, threads=1)(pictures(2)).logits).any()


def test_another_int8_graph_is_not_served_by_the_old_thresholds(bundle: Bundle, images: Path) -> None:
    optimise(bundle, images, SEEN)
    served = save(Bundle.load(bundle.path).serving(INT8))
    optimise(served, images, SEEN)
    assert Bundle.load(bundle.path).manifest.evaluated, "the same graph was written again"
    optimise(served, images, SEEN - 8)
    assert not Bundle.load(bundle.path).manifest.evaluated


def test_only_images_that_are_known_are_used(bundle: Bundle, images: Path) -> None:
    chosen = known_images(bundle, images, SEEN + COMPARED)
    assert {path.stem for path in chosen} == {f"P{number}" for number in range(SEEN + COMPARED)}
    with pytest.raises(DataError, match=f"holds {SEEN + COMPARED} images that dense learned from"):
        known_images(bundle, images, SEEN + COMPARED + 1)


def test_masks_beside_the_photos_are_not_taken_for_photos(
    bundle: Bundle, images: Path, tmp_path: Path
) -> None:
    both = tmp_path / "both"
    for name in ("photos", "masks"):
        shutil.copytree(images, both / name)
    with pytest.raises(DataError, match="several files of one name"):
        known_images(bundle, both, SEEN)


def test_a_file_that_is_no_image_is_named(bundle: Bundle, images: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(images, tmp_path / "photos"))
    (folder / "P0.png").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"P0\.png cannot be used"):
        optimise(bundle, folder, SEEN)


def test_altered_weights_are_not_quantised(tmp_path: Path, images: Path) -> None:
    bundle = dense_bundle(tmp_path / "half", known=SEEN + COMPARED, half=True)
    weights = bundle.path / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(HashMismatch, match="weights"):
        optimise(bundle, images, SEEN)
