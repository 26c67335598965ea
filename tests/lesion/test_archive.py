from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from lesion.archive import Archive
from lesion.errors import ArchiveError
from tests.isic_server import IsicServer, StoredImage, serving

IMAGES = [StoredImage(f"ISIC_{n:07d}", collections=frozenset({66 if n % 2 else 60})) for n in range(1, 231)]
FIRST = IMAGES[0]


@pytest.fixture
def server() -> Iterator[IsicServer]:
    with serving(IMAGES) as server:
        yield server


@pytest.fixture
def archive(server: IsicServer) -> Iterator[Archive]:
    with Archive(server.base_url, pause=0.01) as archive:
        yield archive


def fetch(archive: Archive, folder: Path) -> tuple[Path, str]:
    path = folder / "photo.jpg"
    return path, archive.download(archive.image(FIRST.isic_id), path)


def test_search_follows_the_pages_to_their_end(archive: Archive, server: IsicServer) -> None:
    ids = [image.isic_id for image in archive.search()]
    assert ids == [image.isic_id for image in IMAGES]
    assert len(server.requests) == 3
    assert "limit=100" in server.requests[0]
    assert "cursor=" in server.requests[1]


def test_search_keeps_to_the_collections_on_every_page(archive: Archive, server: IsicServer) -> None:
    found = list(archive.search(collections="60"))
    assert [image.isic_id for image in found] == [i.isic_id for i in IMAGES if 60 in i.collections]
    assert all("collections=60" in path for path in server.requests)


def test_count_is_that_of_the_whole_search(archive: Archive) -> None:
    assert archive.count(collections="60,66") == 230


def test_an_image_carries_its_licence_and_attribution(archive: Archive) -> None:
    image = archive.image(FIRST.isic_id)
    assert (image.copyright_license, image.attribution) == ("CC-0", "Anonymous")


def test_an_unknown_image_is_not_asked_for_twice(archive: Archive, server: IsicServer) -> None:
    with pytest.raises(ArchiveError, match="answered 404"):
        archive.image("ISIC_9999999")
    assert len(server.requests) == 1


def test_download_returns_the_hash_and_leaves_nothing_else(archive: Archive, tmp_path: Path) -> None:
    path, digest = fetch(archive, tmp_path)
    assert path.read_bytes() == FIRST.data
    assert digest == hashlib.sha256(FIRST.data).hexdigest()
    assert list(tmp_path.iterdir()) == [path]


def test_a_cut_download_continues_where_it_stopped(
    archive: Archive, server: IsicServer, tmp_path: Path
) -> None:
    server.troubles.cut = 2
    path, _ = fetch(archive, tmp_path)
    assert path.read_bytes() == FIRST.data
    half = len(FIRST.data) // 2
    assert server.ranges[0] == f"bytes={half}-"
    assert server.ranges[1] == f"bytes={half + (len(FIRST.data) - half) // 2}-"


def test_a_download_continues_in_a_later_run(server: IsicServer, tmp_path: Path) -> None:
    server.troubles.cut = 1
    with Archive(server.base_url, attempts=1) as first, pytest.raises(ArchiveError, match="continues where"):
        fetch(first, tmp_path)
    assert not (tmp_path / "photo.jpg").exists()
    with Archive(server.base_url) as second:
        path, _ = fetch(second, tmp_path)
    assert path.read_bytes() == FIRST.data
    assert len(server.ranges) == 1


def test_a_part_of_a_file_that_changed_since_is_thrown_away(server: IsicServer, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.part").write_bytes(b"old half")
    (tmp_path / "photo.jpg.etag").write_text('"another"')
    with Archive(server.base_url) as archive:
        path, _ = fetch(archive, tmp_path)
    assert path.read_bytes() == FIRST.data


def test_a_part_of_unknown_origin_is_thrown_away(
    archive: Archive, server: IsicServer, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg.part").write_bytes(FIRST.data[:100])
    path, _ = fetch(archive, tmp_path)
    assert path.read_bytes() == FIRST.data
    assert not server.ranges


def test_a_part_that_is_too_long_is_thrown_away(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.part").write_bytes(FIRST.data + b"more")
    (tmp_path / "photo.jpg.etag").write_text(FIRST.etag)
    path, _ = fetch(archive, tmp_path)
    assert path.read_bytes() == FIRST.data


def test_an_expired_address_is_asked_for_again(archive: Archive, server: IsicServer, tmp_path: Path) -> None:
    server.troubles.expired = 1
    path, _ = fetch(archive, tmp_path)
    assert path.read_bytes() == FIRST.data
    assert sum(FIRST.isic_id in path and "/images/" in path for path in server.requests) == 2


def test_a_busy_archive_is_asked_again(archive: Archive, server: IsicServer) -> None:
    server.troubles.busy = 3
    assert archive.count() == 230
    assert len(server.requests) == 4


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(archive: Archive, server: IsicServer, form: str) -> None:
    server.troubles.busy = 1
    later = datetime.now(UTC) + timedelta(seconds=2)
    server.troubles.retry_after = "1" if form == "seconds" else format_datetime(later, usegmt=True)
    start = time.monotonic()
    archive.count()
    assert 0.5 < time.monotonic() - start < 5


def test_what_is_no_answer_of_the_archive_is_an_error_that_says_what_to_check(
    archive: Archive, server: IsicServer
) -> None:
    server.troubles.garbage = 1
    with pytest.raises(ArchiveError, match="check the base URL"):
        archive.count()


def test_an_id_that_is_no_plain_name_is_refused(server: IsicServer) -> None:
    server.images["x"] = StoredImage("ISIC_0000999")
    server.images["x"].isic_id = "../../ISIC_0000999"
    with Archive(server.base_url) as archive, pytest.raises(ArchiveError, match="isic_id"):
        list(archive.search())


def test_without_a_connection_the_error_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    advice = pytest.raises(ArchiveError, match="Check the connection")
    with Archive(url, attempts=2, pause=0.01) as archive, advice:
        archive.count()


@pytest.mark.parametrize("base_url", ["nonsense", "ftp://example.org", "http://[::bad"])
def test_an_address_that_is_none_fails_at_once(base_url: str) -> None:
    start = time.monotonic()
    with Archive(base_url) as archive, pytest.raises(ArchiveError):
        archive.count()
    assert time.monotonic() - start < 1


def test_the_time_limit_ends_all_attempts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Archive(url, time_limit=0.4, pause=0.05) as archive, pytest.raises(ArchiveError):
            archive.count()
    assert time.monotonic() - start < 2
