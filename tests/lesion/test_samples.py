from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from lesion.drawings import KINDS
from lesion.labels import NAMES
from lesion.samples import (
    Sample,
    default_cache_dir,
    find_samples,
    listed_ids,
    listed_samples,
    read_sample,
)
from tests.isic_server import photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("b.jpg", "A b.JPEG", "a-b.png", "ärm.webp", "notes.txt"):
        (folder / name).write_bytes(photo(len(name)))
    return folder


def only(samples: list[Sample], sample_id: str) -> Sample:
    return next(sample for sample in samples if sample.id == sample_id)


def test_without_photos_there_are_drawings(tmp_path: Path) -> None:
    samples = find_samples(None, tmp_path / "absent")
    assert [sample.kind for sample in samples] == ["drawing"] * len(KINDS)
    assert all(sample.title.startswith("Drawing: ") for sample in samples)
    assert all(sample.dx is None and sample.malignant is None and sample.path is None for sample in samples)


def test_a_drawing_is_read_as_the_same_image_each_time(tmp_path: Path) -> None:
    sample = find_samples(None, tmp_path)[0]
    data = read_sample(sample)
    assert data == read_sample(sample)
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_the_named_folder_comes_before_the_cache(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "cached.jpg").write_bytes(photo(1))
    assert "cached" not in {sample.id for sample in find_samples(folder, cache)}
    assert [sample.id for sample in find_samples(None, cache)] == ["cached"]


def test_a_folder_without_images_falls_back(tmp_path: Path, folder: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert find_samples(empty, folder)[0].kind == "photo"


def test_photos_are_in_order_with_safe_and_distinct_ids(folder: Path, tmp_path: Path) -> None:
    ids = [sample.id for sample in find_samples(folder, tmp_path)]
    assert ids == ["a-b", "a-b-2", "b", "rm"]
    assert all(re.fullmatch(r"[a-z0-9-]+", sample_id) for sample_id in ids)


def test_a_photo_without_metadata_is_titled_by_its_name(folder: Path, tmp_path: Path) -> None:
    sample = only(find_samples(folder, tmp_path), "b")
    assert (sample.title, sample.dx, sample.malignant) == ("Photo b", None, None)
    assert read_sample(sample) == (folder / "b.jpg").read_bytes()


@pytest.mark.parametrize(
    ("header", "row", "dx", "malignant"),
    [
        ("image_id,dx", "b,mel", "mel", True),
        ("image_id,diagnosis", "b,nevus", "nv", False),
        ("image_id,diagnosis,benign_malignant", "b,melanoma,malignant", "mel", True),
        ("image_id,benign_malignant", "b,benign", None, False),
        ("image_id,diagnosis,benign_malignant", "b,unheard of,indeterminate", None, None),
        ("image_id,dx", "other,mel", None, None),
        ("id,dx", "b,mel", None, None),
    ],
)
def test_metadata_gives_the_diagnosis(
    folder: Path, tmp_path: Path, header: str, row: str, dx: str | None, malignant: bool | None
) -> None:
    (folder / "metadata.csv").write_text(f"{header}\n{row}\n")
    sample = only(find_samples(folder, tmp_path), "b")
    assert (sample.dx, sample.malignant) == (dx, malignant)


def test_metadata_gives_title_attribution_and_licence(folder: Path, tmp_path: Path) -> None:
    (folder / "metadata.csv").write_text(
        "\ufeffimage_id,title,attribution,licence\nb,A spot,Somebody,CC0\n", encoding="utf-8"
    )
    sample = only(find_samples(folder, tmp_path), "b")
    assert (sample.title, sample.attribution, sample.licence) == ("A spot", "Somebody", "CC0")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00garbage", b"image_id\nb,too,many\n"])
def test_unreadable_metadata_does_not_hide_the_photos(folder: Path, tmp_path: Path, content: bytes) -> None:
    (folder / "metadata.csv").write_bytes(content)
    assert len(find_samples(folder, tmp_path)) == 4


def test_a_photo_that_has_gone_raises_what_opening_it_raises(folder: Path, tmp_path: Path) -> None:
    sample = only(find_samples(folder, tmp_path), "b")
    (folder / "b.jpg").unlink()
    with pytest.raises(FileNotFoundError):
        read_sample(sample)


def test_the_real_photos_work_as_they_are(shared_data: Path, tmp_path: Path) -> None:
    samples = find_samples(shared_data / "uda", tmp_path)
    assert len(samples) == 36
    assert only(samples, "isic-0000036").dx == "mel"
    assert {sample.malignant for sample in samples} == {True, False}


def test_the_listed_samples_are_distinct_and_of_both_kinds() -> None:
    listed = listed_samples()
    assert len(listed_ids()) == len(listed) == 8
    assert {sample.dx for sample in listed} == {"mel", "nv"} <= set(NAMES)
    assert all(re.fullmatch(r"ISIC_\d{7}", sample.id) and sample.licence == "CC0" for sample in listed)
    assert all(sample.title and sample.attribution for sample in listed)


def test_the_cache_is_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "lesion" / "samples"
