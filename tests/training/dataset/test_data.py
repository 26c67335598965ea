from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from lesion.errors import DataError
from tests import images
from training.dataset.clinical import SPEC, clinical_rows
from training.dataset.data import COLUMNS, fingerprint, one_per_lesion, read_folder, read_folders, short_side
from training.dataset.files import named


def photo(path: Path, side: int = 40) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (side + 10, side), "tan").save(path)


def metadata(path: Path, rows: Iterable[tuple[str, str, str]]) -> None:
    table = pd.DataFrame(rows, columns=["lesion_id", "image_id", "dx"])
    table.assign(dx_type="histo", age=50.0, sex="male", localization="back").to_csv(path, index=False)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """The public HAM10000 download: two image parts and the metadata."""
    folder = tmp_path / "public"
    photo(folder / "HAM10000_images_part_1" / "A.jpg")
    photo(folder / "HAM10000_images_part_2" / "B.jpg")
    metadata(folder / "HAM10000_metadata.csv", [("L1", "A", "mel"), ("L2", "B", "nv"), ("L3", "C", "nv")])
    return folder


def test_the_public_download_is_read(public: Path) -> None:
    frame = read_folder(public)
    assert list(frame.columns) == COLUMNS
    assert frame[["lesion_id", "image_id", "dx"]].to_numpy().tolist() == [
        ["L1", "A", "mel"],
        ["L2", "B", "nv"],
    ]
    assert frame["source"].unique() == ["public"]


def test_one_folder_per_class_is_read(tmp_path: Path) -> None:
    photo(tmp_path / "train" / "mel" / "1.png")
    photo(tmp_path / "train" / "nv" / "2.jpg")
    photo(tmp_path / "other" / "3.jpg")
    frame = read_folder(tmp_path)
    assert dict(zip(frame["image_id"], frame["dx"], strict=True)) == {"1": "mel", "2": "nv"}
    assert frame["lesion_id"].tolist() == frame["image_id"].tolist()


def test_photos_of_one_name_in_several_class_folders_are_several_photos(tmp_path: Path) -> None:
    for name in ("train/mel/1.png", "train/nv/1.png", "test/nv/1.png", "train/nv/2.png"):
        photo(tmp_path / name)
    frame = read_folder(tmp_path)
    assert frame["image_id"].is_unique
    assert sorted(frame["dx"]) == ["mel", "nv", "nv", "nv"]
    assert "2" in set(frame["image_id"])


def test_names_of_diagnoses_and_parts_become_codes(tmp_path: Path) -> None:
    for name in "ABC":
        photo(tmp_path / "images" / f"{name}.jpg")
    rows = {"image_id": list("ABC"), "dx": ["Melanoma", "NV", "benign"], "split": ["Training", "Val", None]}
    pd.DataFrame(rows).to_csv(tmp_path / "metadata.csv", index=False)
    frame = read_folder(tmp_path)
    assert frame["dx"].tolist() == ["mel", "nv", "benign"]
    assert frame["part"].tolist() == ["train", "val", ""]


@pytest.mark.parametrize(
    ("column", "value"), [("dx", "melanomma"), ("dx", "lentigo NOS"), ("dx", 4), ("split", "holdout")]
)
def test_a_diagnosis_or_part_that_is_not_known_is_refused_not_taken_for_benign(
    column: str, value: object, tmp_path: Path
) -> None:
    photo(tmp_path / "images" / "A.jpg")
    row = {"image_id": "A", "dx": "nv", "split": "train", column: value}
    pd.DataFrame([row]).to_csv(tmp_path / "metadata.csv", index=False)
    with pytest.raises(DataError, match=f"{str(value).lower()} is not known") as caught:
        read_folder(tmp_path)
    assert ("akiec" in str(caught.value), "valid" in str(caught.value)) == (column == "dx", column != "dx")


def test_an_image_of_two_diagnoses_is_refused_and_a_repeated_row_is_not(tmp_path: Path) -> None:
    photo(tmp_path / "images" / "A.jpg")
    metadata(tmp_path / "metadata.csv", [("L1", "A", "mel"), ("L1", "A", "mel")])
    assert len(read_folder(tmp_path)) == 1
    metadata(tmp_path / "metadata.csv", [("L1", "A", "mel"), ("L1", "A", "nv")])
    with pytest.raises(DataError, match="several diagnoses to A"):
        read_folder(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\xd8", b'a,b\n"1,2\n3'])
def test_a_table_that_cannot_be_read_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"metadata\.csv"):
        read_folder(tmp_path)


def test_photos_of_phones_are_sized(tmp_path: Path) -> None:
    (tmp_path / "A.heic").write_bytes(images.encode(Image.new("RGB", (64, 48), "tan"), "HEIF"))
    assert short_side(tmp_path / "A.heic") == 48
    (tmp_path / "B.heic").write_bytes(b"no photo")
    with pytest.raises(DataError, match=r"B\.heic cannot be read"):
        short_side(tmp_path / "B.heic")


def test_a_folder_given_as_a_dot_has_its_own_name(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(public)
    assert set(read_folder(Path())["source"]) == {"public"}


def test_the_sharper_of_two_copies_counts_and_masks_do_not(tmp_path: Path) -> None:
    photo(tmp_path / "images-small" / "A.jpg", 40)
    photo(tmp_path / "images-large" / "A.jpg", 80)
    photo(tmp_path / "masks" / "A.png", 400)
    metadata(tmp_path / "metadata.csv", [("L1", "A", "mel")])
    assert Path(read_folder(tmp_path)["path"].item()).parent.name == "images-large"


def test_real_folders_are_read(shared_data: Path) -> None:
    frame = read_folder(shared_data / "ham10000")
    assert len(frame) == 10015
    assert frame["lesion_id"].nunique() == 7470
    parents = frame["path"].map(lambda path: Path(path).parent.name).value_counts()
    assert parents.to_dict() == {"images-224": 5984, "images-200x150": 4031}
    others = read_folders([shared_data / name for name in ("isic2017", "isic-extra", "uda")])
    assert others["image_id"].is_unique
    assert set(others["dx"]) == {"mel", "nv", "seborrheic_keratosis", "df", "scc", "bcc"}


def test_each_lesion_is_shown_by_its_sharpest_photo(tmp_path: Path) -> None:
    for name, side in (("A", 40), ("B", 80), ("C", 80), ("D", 40)):
        photo(tmp_path / "images" / f"{name}.jpg", side)
    rows = [("L1", "A", "mel"), ("L1", "C", "mel"), ("L1", "B", "mel"), ("L2", "D", "nv")]
    metadata(tmp_path / "metadata.csv", rows)
    assert one_per_lesion(read_folder(tmp_path))["image_id"].tolist() == ["B", "D"]


def test_the_fingerprint_follows_labels_and_images(public: Path) -> None:
    before = fingerprint(read_folder(public))
    assert before == fingerprint(read_folder(public).iloc[::-1])
    metadata(public / "HAM10000_metadata.csv", [("L1", "A", "mel"), ("L2", "B", "bkl")])
    assert fingerprint(read_folder(public)) != before


def test_rows_without_a_file_are_counted_and_named(public: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert len(read_folder(public)) == 2
    assert "1 of 3 images" in caplog.text
    assert "no image file" in caplog.text
    assert caplog.text.rstrip().endswith("left out: C.")


def test_a_table_of_which_no_row_has_a_file_is_refused(public: Path) -> None:
    metadata(public / "HAM10000_metadata.csv", [("L1", "X", "mel"), ("L2", "Y", "nv")])
    with pytest.raises(DataError, match=r"Of the 2 images .* X and 1 more, not one is there"):
        read_folder(public)


def test_images_of_no_diagnosis_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("MEL/1", "Nevus/2", "other/3", "nevvus/4"):
        photo(tmp_path / f"{name}.png")
    assert read_folder(tmp_path)["dx"].tolist() == ["mel", "nv"]
    assert "2 of 4 images" in caplog.text
    assert "left out: 4 and 3." in caplog.text


def test_a_copy_that_cannot_be_read_gives_way_to_one_that_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    photo(tmp_path / "images-small" / "A.jpg", 40)
    (tmp_path / "images-large").mkdir()
    (tmp_path / "images-large" / "A.jpg").write_bytes(b"no photo")
    metadata(tmp_path / "metadata.csv", [("L1", "A", "mel")])
    assert Path(read_folder(tmp_path)["path"].item()).parent.name == "images-small"
    assert "images-large" in caplog.text


def test_files_that_are_no_images_are_named_together(public: Path) -> None:
    frame = read_folder(public)
    for path in frame["path"]:
        Path(path).write_bytes(b"no photo")
    with pytest.raises(DataError, match=r"2 files cannot be read as images: .*A\.jpg and .*B\.jpg"):
        one_per_lesion(frame)


def test_many_names_are_cut_short() -> None:
    assert named(range(1)) == "0"
    assert named(range(3)) == "0, 1 and 2"
    assert named(range(12)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"


def test_unusable_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no data folder"):
        read_folder(tmp_path / "absent")
    with pytest.raises(DataError, match="No labelled image"):
        read_folder(tmp_path)
    pd.DataFrame({"image_id": ["A"]}).to_csv(tmp_path / "metadata.csv")
    with pytest.raises(DataError, match="needs image_id or path, and one of dx"):
        read_folder(tmp_path)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A hospital's own layout: photos in some folder, and a table that lies elsewhere."""
    for name in ("a/1.png", "a/2.png", "b/1.png"):
        photo(tmp_path / "photos" / name)
    (tmp_path / "tables").mkdir()
    return tmp_path / "tables" / "clinic.csv"


def test_a_csv_file_names_its_images_by_paths_from_its_own_folder(own: Path) -> None:
    paths = [f"../photos/{name}" for name in ("a/1.png", "a/2.png", "b/1.png")]
    pd.DataFrame({"path": paths, "diagnosis": ["Melanoma", "nevus", None]}).to_csv(own, index=False)
    frame = read_folder(own)
    assert frame[["image_id", "dx", "source"]].to_numpy().tolist() == [
        [paths[0], "mel", "clinic"],
        ["2", "nv", "clinic"],
    ]
    assert all(path.is_file() for path in frame["path"])


def test_files_of_one_name_in_a_csv_are_several_photos(own: Path) -> None:
    paths = ["../photos/a/1.png", "../photos/b/1.png"]
    pd.DataFrame({"path": paths, "malignant": [1, 0]}).to_csv(own, index=False)
    frame = read_folder(own)
    assert frame["image_id"].tolist() == paths
    assert frame["dx"].tolist() == ["malignant", "benign"]


def test_of_several_files_of_one_image_the_sharpest_counts_and_it_is_told(
    own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    photo(own.parent / "large.png", 80)
    names = ["../photos/a/1.png", "large.png", "../photos/b/1.png", "../photos/a/2.png"]
    rows = {"path": names, "image_id": ["A", "A", "A", "B"], "dx": ["mel"] * 4}
    pd.DataFrame(rows).to_csv(own, index=False)
    frame = read_folder(own)
    assert frame["image_id"].tolist() == ["A", "B"]
    assert Path(frame["path"][0]).name == "large.png"
    assert "several files for 1 images, of which the sharpest counts: A." in caplog.text


def test_an_image_told_of_twice_is_no_matter(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    names = ["../photos/a/1.png", "../photos/a/1.png"]
    pd.DataFrame({"path": names, "image_id": ["A"] * 2, "dx": ["mel"] * 2}).to_csv(own, index=False)
    assert len(read_folder(own)) == 1
    assert caplog.text == ""


def test_rows_without_an_id_of_their_own_are_photos_of_their_own(own: Path) -> None:
    names = ["../photos/a/1.png", "../photos/a/2.png", "../photos/b/1.png"]
    pd.DataFrame({"path": names, "image_id": ["2", None, " "], "dx": ["nv"] * 3}).to_csv(own, index=False)
    frame = read_folder(own)
    assert frame["image_id"].tolist() == ["2", names[1], "1"], "a name that another bears is not taken twice"
    assert fingerprint(frame)


@pytest.mark.parametrize("words", [["45 years", "61"], ["unknown", None, "61"], [None, " ", 61], [45, 61]])
def test_ages_that_are_no_numbers_are_counted_and_never_learned_from(
    words: list[object], own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = ["../photos/a/1.png", "../photos/a/2.png", "../photos/b/1.png"][: len(words)]
    pd.DataFrame({"path": paths, "dx": "nv", "age": words}).to_csv(own, index=False)
    frame = read_folder(own)
    assert frame["age"].iloc[-1] == 61
    if words[0] == "45 years":
        assert "1 ages are no numbers of years and count as not known: 45 years." in caplog.text
        with pytest.raises(DataError, match="The age of 1 is no number of years"):
            clinical_rows(frame, SPEC)
    else:
        assert caplog.text == ""
        assert len(clinical_rows(frame, SPEC)) == len(words)


@pytest.mark.parametrize("values", [[True, False], [1, 0], ["yes", "no"], ["Malignant", "benign"]])
def test_malignancy_may_be_told_in_several_ways(own: Path, values: list[object]) -> None:
    pd.DataFrame({"path": ["../photos/a/1.png", "../photos/a/2.png"], "malignant": values}).to_csv(own)
    assert read_folder(own)["dx"].tolist() == ["malignant", "benign"]


def test_a_csv_file_keeps_its_own_sources(own: Path) -> None:
    rows = {"path": ["../photos/a/1.png", "../photos/a/2.png"], "dx": ["mel", "nv"], "source": ["here", None]}
    pd.DataFrame(rows).to_csv(own, index=False)
    assert read_folder(own)["source"].tolist() == ["here", "clinic"]


def test_metadata_named_itself_is_its_folder(public: Path) -> None:
    named = read_folder(public / "HAM10000_metadata.csv")
    pd.testing.assert_frame_equal(named, read_folder(public))


def test_files_that_a_csv_names_and_that_are_not_there_are_counted(
    own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pd.DataFrame({"path": ["1.png", "2.png"], "dx": ["mel", "nv"]}).to_csv(own, index=False)
    with pytest.raises(DataError, match=r"Of the 2 images .* 1 and 1 more, not one is there"):
        read_folder(own)
    pd.DataFrame({"path": ["1.png", "../photos/a/2.png"], "dx": ["mel", "nv"]}).to_csv(own, index=False)
    assert read_folder(own)["image_id"].tolist() == ["2"]
    assert "1 of 2 images" in caplog.text
