from __future__ import annotations

import csv
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lesion.fetch import fetch_samples
from lesion.samples import find_samples, listed_samples, read_sample
from tests.isic_server import IsicServer, StoredImage, serving

LISTED = listed_samples()


@pytest.fixture
def server() -> Iterator[IsicServer]:
    with serving([StoredImage(listed.id, attribution="A clinic") for listed in LISTED]) as server:
        yield server


def test_the_listed_photos_come_and_are_found_as_samples(server: IsicServer, tmp_path: Path) -> None:
    fetched = fetch_samples(tmp_path, base_url=server.base_url)
    assert (fetched.listed, fetched.present, fetched.new, fetched.problem) == (8, 8, 8, None)
    samples = find_samples(None, tmp_path)
    assert {sample.title for sample in samples} == {listed.title for listed in LISTED}
    assert {(sample.attribution, sample.licence) for sample in samples} == {("A clinic", "CC0")}
    assert {sample.malignant for sample in samples} == {True, False}
    assert read_sample(samples[0]) == server.images["ISIC_0000028"].data


def test_photos_that_are_there_are_not_asked_for(server: IsicServer, tmp_path: Path) -> None:
    fetch_samples(tmp_path, base_url=server.base_url)
    server.requests.clear()
    fetched = fetch_samples(tmp_path, base_url=server.base_url)
    assert (fetched.present, fetched.new) == (8, 0)
    assert not server.requests


def test_a_damaged_photo_is_fetched_again(server: IsicServer, tmp_path: Path) -> None:
    fetch_samples(tmp_path, base_url=server.base_url)
    (tmp_path / f"{LISTED[0].id}.jpg").write_bytes(b"damaged")
    assert fetch_samples(tmp_path, base_url=server.base_url).new == 1


def test_a_photo_that_is_no_longer_cc0_is_left_out(server: IsicServer, tmp_path: Path) -> None:
    server.images[LISTED[0].id].licence = "CC-BY-NC"
    fetched = fetch_samples(tmp_path, base_url=server.base_url)
    assert fetched.present == 7
    assert "CC-BY-NC" in str(fetched.problem)
    assert not (tmp_path / f"{LISTED[0].id}.jpg").exists()


def test_every_photo_has_its_row_and_hash(server: IsicServer, tmp_path: Path) -> None:
    fetch_samples(tmp_path, base_url=server.base_url)
    with (tmp_path / "metadata.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["image_id"] for row in rows} == {path.stem for path in tmp_path.glob("*.jpg")}
    assert all(len(row["sha256"]) == 64 for row in rows)


def test_what_the_time_limit_cut_short_is_continued(server: IsicServer, tmp_path: Path) -> None:
    server.troubles.delay = 30
    start = time.monotonic()
    fetched = fetch_samples(tmp_path, base_url=server.base_url, time_limit=1)
    assert time.monotonic() - start < 10
    assert fetched.present == 0
    assert fetched.problem
    server.troubles.delay = 0
    assert fetch_samples(tmp_path, base_url=server.base_url).present == 8


def test_a_silent_archive_costs_no_more_than_the_time_limit(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        start = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        fetched = fetch_samples(tmp_path, base_url=url, time_limit=0.5)
    assert time.monotonic() - start < 5
    assert fetched.present == 0
    assert find_samples(None, tmp_path)[0].kind == "drawing"
