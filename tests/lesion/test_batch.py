from __future__ import annotations

import gc
import os
import sys
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image

from lesion.batch import Row, columns, find_images, judge
from lesion.classifier import Classifier, Result, open_classifier
from lesion.pictures import Pictures
from tests import images
from tests.lesion.manifests import manifest

MODEL = Path(__file__).parents[2] / "models" / "mobilenet_v2"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return open_classifier(MODEL, threads=1)


@pytest.fixture
def folder(tmp_path: Path, drawing_bytes: bytes) -> Path:
    names = ("b.jpg", "a.JPG", "sub/c.png", ".hidden/d.jpg", "sub/.e.jpg", "sub/notes.txt", "[x].jpg")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(drawing_bytes)
    return tmp_path


def relative(paths: list[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_a_folder_stands_for_the_images_below_it(folder: Path) -> None:
    assert relative(find_images([str(folder)]), folder) == ["[x].jpg", "a.JPG", "b.jpg", "sub/c.png"]


def test_arguments_keep_their_order_and_may_repeat(folder: Path) -> None:
    wanted = [str(folder / "b.jpg"), str(folder / "sub"), str(folder / "b.jpg")]
    assert relative(find_images(wanted), folder) == ["b.jpg", "sub/c.png", "b.jpg"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.jpg", ["[x].jpg", "b.jpg"]),
        ("**/*.png", ["sub/c.png"]),
        ("s*", ["sub/c.png"]),
        ("[x].jpg", ["[x].jpg"]),
        ("none*.jpg", ["none*.jpg"]),
        ("absent.jpg", ["absent.jpg"]),
        ("sub/notes.txt", ["sub/notes.txt"]),
    ],
)
def test_patterns_are_expanded_where_no_file_has_that_name(
    folder: Path, pattern: str, found: list[str]
) -> None:
    assert relative(find_images([str(folder / pattern)]), folder) == found


def test_columns_follow_what_the_bundle_knows() -> None:
    seven = columns(manifest(), explain=False)
    assert [name for name in seven if name.startswith("p_")] == [
        *("p_akiec", "p_bcc", "p_bkl", "p_df", "p_mel", "p_nv", "p_vasc")
    ]
    two = columns(manifest(task="malignancy", classes=("benign", "malignant")), explain=True)
    assert not [name for name in two if name.startswith("p_")]
    assert two[-2:] == ["explanation", "error"]


def test_each_row_is_what_the_classifier_says(
    classifier: Classifier, folder: Path, drawing_bytes: bytes
) -> None:
    (row,) = judge(classifier, [folder / "b.jpg"])
    result = classifier.classify(drawing_bytes, explain=False)
    assert list(row) == columns(classifier.bundle.manifest, explain=False)
    assert row["prediction"] == result.prediction
    assert row["probability"] == pytest.approx(result.probability, abs=1e-6)
    assert row["p_mel"] == pytest.approx(
        next(found.probability for found in result.diagnoses if found.dx == "mel"), abs=1e-6
    )
    assert (row["triage"], row["message"]) == (result.triage.level, result.triage.message)
    assert row["error"] is None


def test_bad_files_are_rows_with_errors_in_their_place(
    classifier: Classifier, folder: Path, drawing_bytes: bytes
) -> None:
    paths = []
    for number, (name, bad) in enumerate(images.BAD_INPUTS.items()):
        for kind, data in (("bad", bad.data), ("good", drawing_bytes)):
            paths.append(folder / f"{number}-{name.replace('/', '-')}-{kind}.jpg")
            paths[-1].write_bytes(data)
        if number == 11:
            break
    rows = list(judge(classifier, paths, threads=2))
    assert [row["path"] for row in rows] == [str(path) for path in paths]
    assert [row["error"] is None for row in rows] == [False, True] * 12


@pytest.mark.parametrize("name", ["absent.jpg", "sub", "locked.jpg"])
def test_what_cannot_be_opened_is_a_row_that_says_why(
    classifier: Classifier, folder: Path, name: str
) -> None:
    (folder / "locked.jpg").symlink_to("locked.jpg")
    (row,) = judge(classifier, [folder / name])
    assert "check the path" in str(row["error"])
    assert row["prediction"] is None


def test_a_file_over_the_limit_is_refused_without_being_read_whole(
    classifier: Classifier, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as stream:
        stream.truncate(20_000_000_000)
    (row,) = judge(classifier, [huge])
    assert row["error"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_does_not_end_the_run(
    classifier: Classifier, tmp_path: Path, drawing_bytes: bytes
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg"))
    path.write_bytes(drawing_bytes)
    (row,) = judge(classifier, [path])
    assert row["error"] is None
    assert str(row["path"]).encode().decode().endswith("\ufffd.jpg")


def test_a_fault_of_ours_with_one_image_does_not_cost_the_others(
    classifier: Classifier, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Classifier.classify
    calls: list[int] = []

    def sometimes(self: Classifier, data: bytes, **options: object) -> Result:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError("a bug")
        return original(self, data, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Classifier, "classify", sometimes)
    first, second = judge(classifier, [folder / "b.jpg", folder / "a.JPG"])
    assert "Unexpected ZeroDivisionError: a bug" in str(first["error"])
    assert second["error"] is None


def test_explanations_are_pictures_of_the_judged_square(
    classifier: Classifier, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "evidence"
    target.mkdir()
    rows = list(judge(classifier, [folder / "b.jpg", folder / "[x].jpg"], pictures=Pictures(folder=target)))
    names = [Path(str(row["explanation"])).name for row in rows]
    assert names == ["00001-b-malignant-cam.jpg", "00002--x--malignant-cam.jpg"]
    with Image.open(target / names[0]) as picture:
        assert picture.size == (448, 448)


def test_memory_does_not_grow_with_the_number_of_images(classifier: Classifier, folder: Path) -> None:
    def peak(count: int) -> int:
        gc.collect()
        tracemalloc.start()
        rows: list[Row] = []
        for row in judge(classifier, [folder / "b.jpg"] * count, threads=2):
            rows = [row]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert rows
        return peak

    few = peak(8)
    # How far two images overlap is chance and doubles the peak at most; growth would make it six times.
    assert peak(48) < 3 * few
