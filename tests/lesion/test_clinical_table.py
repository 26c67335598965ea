from __future__ import annotations

from pathlib import Path

import pytest

from lesion.clinical import Clinical
from lesion.clinical_table import read_clinical
from lesion.errors import InvalidOption


def written(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text)
    return path


def test_rows_are_found_by_path_from_either_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    table = read_clinical(written(tmp_path, "path,age,sex\nphotos/a.jpg,50,male\n"))
    for image in ("photos/a.jpg", tmp_path / "photos/a.jpg", tmp_path / "here/../photos/a.jpg"):
        assert table.find(Path(image)) == Clinical(age=50, sex="male")
    assert table.find(tmp_path / "a.jpg") is None


def test_rows_are_found_by_image_id_and_empty_fields_are_not_known(tmp_path: Path) -> None:
    text = "\ufeffimage_id,dx,age,sex,localization\nA,mel,,unknown,scalp\nB,nv,30.0,Female,\n"
    table = read_clinical(written(tmp_path, text))
    assert table.find(Path("somewhere/A.jpg")) == Clinical(localization="scalp")
    assert table.find(Path("B.png")) == Clinical(age=30, sex="female")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("age,sex\n1,male\n", "needs a column path or image_id"),
        ("image_id,dx\nA,mel\n", "one or more of age, sex, localization"),
        ("", "needs a column"),
        ("image_id,age\nA,1\nB,old\n", "line 3: The age 'old' is no number"),
        ("image_id,age\nA,1000\n", "line 2: The age 1000"),
        ("image_id,sex\nA,male\nA,female\n", "line 3: A has another row"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InvalidOption, match=complaint):
        read_clinical(written(tmp_path, text))


def test_what_is_no_csv_is_named(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidOption, match="cannot be read as CSV"):
        read_clinical(tmp_path / "people.csv")
