from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from PIL import Image

from lesion.drawings import KINDS, drawing
from lesion.errors import DataError
from tests.training.colours import colour_bundle
from training.auditing.audit import audit, audit_folders
from training.auditing.findings import disagree
from training.auditing.looks import TURNS, look, turned
from training.auditing.report import Audit, Finding
from training.auditing.twins import copies, look_alikes
from training.dataset.split import make_split, write_split

ROWS = [("A", "L1", "mel"), ("B", "L2", "nv"), ("C", "L3", "nv"), ("D", "L3", "nv"), ("E", "L5", "bkl")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five photos of four lesions."""
    folder = tmp_path / "clinic"
    (folder / "images").mkdir(parents=True)
    for seed, (image_id, _, _) in enumerate(ROWS):
        drawing("irregular", seed, (150, 120)).save(folder / "images" / f"{image_id}.png")
    pd.DataFrame(ROWS, columns=["image_id", "lesion_id", "dx"]).to_csv(folder / "metadata.csv", index=False)
    return folder


def divided(folder: Path, **parts: str) -> Path:
    """Write a split of the five photos, all to train but those named."""
    rows = pd.DataFrame(ROWS, columns=["image_id", "lesion_id", "dx"])
    path = folder.parent / "split.csv"
    write_split(rows.assign(part=[parts.get(image_id, "train") for image_id in rows["image_id"]]), path, 0)
    return path


def found(audit: Audit, title: str) -> Finding:
    return next(finding for finding in audit.findings if finding.title.startswith(title))


def test_nothing_is_found_where_nothing_is_wrong(
    folder: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    result = run(audit, "--data", folder, "--split", divided(folder, A="val", E="test"))
    assert result.exit_code == 0, result.output
    assert "clinic, train: 3 images of 2 lesions" in result.output
    assert "LEAK" not in result.output
    assert "warning" not in result.output


def test_a_lesion_on_two_sides_fails_the_audit(
    folder: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    report = tmp_path / "report" / "audit.json"
    result = run(audit, "--data", folder, "--split", divided(folder, C="test"), "--report", report)
    assert result.exit_code == 1
    assert "L3" in result.output
    leak = json.loads(report.read_text())["findings"][0]
    assert leak["level"] == "LEAK"
    assert leak["cases"] == [
        {"lesion_id": "L3", "image_id": "C, D", "dx": "nv", "part": "test, train", "source": "clinic"}
    ]


def test_lesions_listed_as_one_are_one(folder: Path) -> None:
    split = divided(folder, A="val")
    assert audit_folders([folder], split_path=split).leaks == 0
    pairs = pd.DataFrame({"image_id_a": ["A"], "image_id_b": ["B"]})
    pairs.to_csv(folder / "same_lesion_pairs.csv", index=False)
    leak = found(audit_folders([folder], split_path=split), "Lesions on several sides")
    assert leak.records[0]["lesion_id"] == "L1, L2"


@pytest.mark.parametrize("turn", TURNS)
def test_a_copy_is_found_however_turned_reduced_and_pressed(turn: tuple[bool, int], folder: Path) -> None:
    mirrored, quarters = turn
    image = Image.open(folder / "images" / "A.png")
    if mirrored:
        image = image.transpose(Image.Transpose.TRANSPOSE)
    image = image.rotate(90 * quarters, expand=True)
    image.resize((image.width * 2 // 3, image.height * 2 // 3)).save(folder / "images" / "B.png")
    pair = found(audit_folders([folder], split_path=divided(folder, B="test")), "Copies of one image on")
    assert [(case["image_id_a"], case["image_id_b"]) for case in pair.records] == [("A", "B")]


def test_a_copy_pressed_out_of_shape_is_found_by_its_whole_frame(folder: Path) -> None:
    drawing("irregular", 0, (300, 160)).save(folder / "images" / "A.png")
    drawing("irregular", 0, (300, 160)).resize((128, 128)).save(folder / "images" / "B.png")
    pair = found(audit_folders([folder], split_path=divided(folder, B="test")), "Copies of one image on")
    assert pair.records[0]["image_id_b"] == "B"


def test_copies_on_one_side_are_a_warning_and_so_are_their_labels(
    folder: Path, run: Callable[..., Result]
) -> None:
    shutil.copy(folder / "images" / "A.png", folder / "images" / "B.png")
    split = divided(folder)
    result = run(audit, "--data", folder, "--split", split)
    assert result.exit_code == 0
    checked = audit_folders([folder], split_path=split)
    assert len(found(checked, "Copies of one image with several diagnoses").cases) == 1
    one_side = found(checked, "Copies of one image under several lesions").records
    assert one_side[0]["similarity"] == pytest.approx(1)


def test_unlike_photos_and_blank_ones_are_no_copies(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(14)]
    for seed, path in enumerate(paths[:12]):
        drawing(KINDS[seed % 3], seed, (120, 120)).save(path)
    for path, colour in zip(paths[12:], ("tan", "peru"), strict=True):
        Image.new("RGB", (80, 80), colour).save(path)
    assert copies([look(path) for path in paths]).empty


def test_all_that_cannot_be_read_is_told_and_the_rest_looked_at(folder: Path) -> None:
    for name in ("A", "C"):
        (folder / "images" / f"{name}.png").write_bytes(b"no photo")
    (folder / "images" / "E.png").unlink()
    checked = audit_folders([folder], split_path=divided(folder))
    assert [case["image_id"] for case in found(checked, "Files that cannot").records] == ["A", "C"]
    assert found(checked, "Rows without").records == [{"image_id": "E", "source": "clinic"}]


def test_contradictory_diagnoses_are_told(folder: Path) -> None:
    rows = [*ROWS, ("A", "L1", "nv"), ("F", "L2", "benign")]
    pd.DataFrame(rows, columns=["image_id", "lesion_id", "dx"]).to_csv(folder / "metadata.csv", index=False)
    shutil.copy(folder / "images" / "D.png", folder / "images" / "F.png")
    conflicts = found(audit_folders([folder], split_path=divided(folder)), "Images and lesions given").records
    assert [(case["image_id"], case["dx"]) for case in conflicts] == [("A", "mel, nv")]


@pytest.mark.parametrize(
    ("diagnoses", "contradictory"),
    [
        ({"nv"}, False),
        ({"nv", "mel"}, True),
        ({"bkl", "seborrheic_keratosis"}, False),
        ({"benign", "nv"}, False),
        ({"benign", "mel"}, True),
        ({"malignant", "bcc", "mel"}, False),
    ],
)
def test_codes_of_one_thing_do_not_contradict_each_other(diagnoses: set[str], contradictory: bool) -> None:
    assert disagree(diagnoses) == contradictory


def test_leaks_between_sources_are_found(folder: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    """What is learned from must not be measured on, whatever it is called elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "nv").mkdir(parents=True)
    shutil.copy(folder / "images" / "B.png", elsewhere / "nv" / "renamed.png")
    shutil.copy(folder / "images" / "C.png", elsewhere / "nv" / "C.png")
    split = divided(folder)
    together = run(audit, "--data", folder, "--data", elsewhere, "--split", split)
    assert together.exit_code == 0
    checked = audit_folders([folder, elsewhere], split_path=split)
    assert found(checked, "Image ids that several").records == [
        {"image_id": "C", "source": "clinic, elsewhere"}
    ]
    apart = run(audit, "--data", folder, "--external", elsewhere, "--split", split)
    assert apart.exit_code == 1
    assert "B (clinic, train, nv) = renamed (elsewhere, test, nv), similarity 1.00" in apart.output


def test_what_is_never_learned_from_leaks_nothing(
    folder: Path, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(folder / "images" / "A.png", folder / "images" / "B.png")
    options = ["--data", folder, "--split", divided(folder, A="test")]
    assert run(audit, *options).exit_code == 1
    (tmp_path / "apart").mkdir()
    shutil.copy(folder / "images" / "B.png", tmp_path / "apart" / "B.png")
    excluded = run(audit, *options, "--exclude", tmp_path / "apart")
    assert excluded.exit_code == 0, excluded.output
    assert "clinic, train: 3 images" in excluded.output
    (tmp_path / "copies.csv").write_text("image_id,held_out\nB,A\n")
    monkeypatch.setattr("training.dataset.split.COPIES", tmp_path / "copies.csv")
    assert run(audit, *options).exit_code == 0, "copies that are known are left out by training"


def test_a_bundle_tells_look_alikes(folder: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    bundle = colour_bundle(tmp_path / "colours").path
    options = ["--data", folder, "--split", divided(folder), "--bundle", bundle]
    result = run(audit, *options, "--report", tmp_path / "a.md")
    assert result.exit_code == 0, result.output
    assert "Look-alikes" in (tmp_path / "a.md").read_text()


def test_what_sets_photos_apart_is_compared_not_what_all_share() -> None:
    rng = np.random.default_rng(0)
    shared = rng.normal(size=32) * 20
    embeddings = (shared * rng.normal(1, 0.5, (400, 1)) + rng.normal(size=(400, 32))).astype(np.float32)
    embeddings[7] = embeddings[3] + rng.normal(0, 0.05, 32)
    pairs = look_alikes(embeddings, 0.9)
    assert pairs[["a", "b"]].to_numpy().tolist() == [[3, 7]]


@pytest.mark.parametrize("suffix", [".md", ".html", ".json"])
def test_each_report_holds_every_case(suffix: str, folder: Path, tmp_path: Path) -> None:
    from training.auditing.report import write_report

    checked = audit_folders([folder], split_path=divided(folder, C="test"))
    write_report(checked, tmp_path / f"audit{suffix}")
    text = (tmp_path / f"audit{suffix}").read_text()
    assert "C, D" in text
    assert "Lesions on several sides" in text


def test_a_report_of_no_known_kind_is_refused_before_the_work(
    folder: Path, run: Callable[..., Result]
) -> None:
    result = run(audit, "--data", folder, "--split", divided(folder), "--report", "audit.pdf")
    assert isinstance(result.exception, DataError)
    assert ".md, .html, .json" in str(result.exception)


def test_two_photos_of_one_lesion_are_no_copies_unless_they_nearly_are(shared_data: Path) -> None:
    pairs = pd.read_csv(shared_data / "ham10000" / "same_lesion_pairs.csv")
    ids = [*pairs["image_id_a"], *pairs["image_id_b"]]
    looks = [look(shared_data / "ham10000" / "images-200x150" / f"{name}.jpg") for name in ids]
    found = {(ids[a], ids[b]) for a, b in copies(looks)[["a", "b"]].to_numpy()}
    assert [set(pair) for pair in found] == [{"ISIC_0030074", "ISIC_0025226"}]


def test_reduced_and_cropped_copies_of_real_photos_are_found(shared_data: Path) -> None:
    folder = shared_data / "ham10000"
    names = sorted(path.name for path in (folder / "images-224").glob("*.jpg"))[::300]
    looks = [look(folder / part / name) for part in ("images-224", "images-200x150") for name in names]
    found = copies(looks)[["a", "b"]].to_numpy().tolist()
    assert found == [[place, place + len(names)] for place in range(len(names))]


def test_a_turned_miniature_is_turned_back_by_its_inverse() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert len({(turned(pixels, turn).shape, turned(pixels, turn).tobytes()) for turn in TURNS}) == 8
    assert np.array_equal(turned(turned(pixels, (False, 1)), (False, 3)), pixels)


def test_a_split_made_by_the_command_passes(folder: Path, tmp_path: Path) -> None:
    from training.dataset.data import read_folder

    write_split(make_split(read_folder(folder)), tmp_path / "own.csv", 0)
    assert audit_folders([folder], split_path=tmp_path / "own.csv").leaks == 0
