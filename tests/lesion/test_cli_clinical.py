"""``lesion classify`` with age, sex and site."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lesion.cli import main
from tests.lesion.clinical_bundle import clinical_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinical_bundle(tmp_path_factory.mktemp("models") / "clinical")


@pytest.fixture
def photos(tmp_path: Path, drawing_bytes: bytes) -> Path:
    for name in ("old.jpg", "young.jpg", "nobody.jpg"):
        (tmp_path / name).write_bytes(drawing_bytes)
    return tmp_path


def classify(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["classify", *map(str, arguments)])


def test_they_are_told_for_all_images_and_each_row_says_what_was_used(bundle: Path, photos: Path) -> None:
    told = ("--age", 61, "--sex", "Male", "--site", "lower extremity")
    result = classify(photos / "old.jpg", "--model", bundle, "--json", *told)
    row = json.loads(result.stdout)
    assert (row["age"], row["sex"], row["localization"]) == (61, "male", "lower extremity")


def test_a_table_tells_them_of_each_image(bundle: Path, photos: Path) -> None:
    table = photos / "people.csv"
    table.write_text("image_id,age\nold,85\nyoung,5\n")
    results = photos / "results.csv"
    result = classify(photos, "--model", bundle, "--clinical", table, "--csv", results)
    assert result.exit_code == 0, result.output
    assert "does not tell of 1 of 3 images, such as" in result.stderr
    with results.open(newline="") as stream:
        rows = {Path(row["path"]).stem: row for row in csv.DictReader(stream)}
    assert {name: row["age"] for name, row in rows.items()} == {"old": "85.0", "young": "5.0", "nobody": ""}
    assert float(rows["old"]["probability"]) > float(rows["young"]["probability"])


def test_the_results_can_be_given_back_as_the_table(bundle: Path, photos: Path) -> None:
    first, second = photos / "first.csv", photos / "second.csv"
    classify(photos, "--model", bundle, "--age", 40, "--csv", first)
    classify(photos, "--model", bundle, "--clinical", first, "--csv", second)
    assert second.read_text() == first.read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--age", 200), "0 to 120 years"),
        (("--site", "moon"), "site 'moon' is not known"),
        (("--age", 50, "--clinical", "people.csv"), "not both"),
        (("--clinical", "strangers.csv"), "tells of none of the images"),
        (("--clinical", "absent.csv"), "does not exist"),
    ],
)
def test_wrong_usage_says_what_to_do(
    bundle: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple, complaint: str
) -> None:
    monkeypatch.chdir(photos)
    (photos / "people.csv").write_text("image_id,age\nold,85\n")
    (photos / "strangers.csv").write_text("image_id,age\nX,85\n")
    result = classify(photos, "--model", bundle, *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert not result.stdout


def test_a_model_of_the_image_alone_refuses_them_before_it_begins(photos: Path) -> None:
    result = classify(photos, "--age", 50, "--csv", photos / "results.csv")
    assert result.exit_code == 2
    assert "mobilenet_v2 judges by the image alone: leave out age." in result.stderr
    assert not (photos / "results.csv").read_text()
