"""The ISIC Archive's API, version 2: search, and downloads that resume. Only this module opens connections.

    GET <base>/images/search/?query=…&collections=60,71&limit=100   {"results": […], "next", "count", …}
    GET <base>/images/ISIC_0000062/                                 one image

The answer of a search is paged: ``next`` is the address of the next page, ``count`` the total, on the first
page only. An image has ``isic_id``, ``copyright_license``, ``attribution``, ``metadata.clinical``,
``metadata.acquisition`` and ``files.full.url``, a signed address that is refused with 403 after its expiry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import httpx
import msgspec

from lesion import __version__
from lesion.bundle import sha256
from lesion.errors import ArchiveError
from lesion.patience import Patience, TryAgainError, check

__all__ = ["BASE_URL", "Archive", "ArchiveImage"]

BASE_URL = "https://api.isic-archive.com/api/v2"
PAGE = 100
"""Images a page, the most that the archive gives."""

T = TypeVar("T")


class _File(msgspec.Struct, frozen=True):
    url: str


class _Files(msgspec.Struct, frozen=True):
    full: _File


class _Metadata(msgspec.Struct, frozen=True):
    clinical: dict[str, Any] = {}
    acquisition: dict[str, Any] = {}


class ArchiveImage(msgspec.Struct, frozen=True):
    """One image as the archive describes it; keys that are not needed here are passed over.

    ``files.full.size`` is left out on purpose: the archive writes licence and attribution into the files
    that it serves, and lists the size from before that.
    """

    isic_id: Annotated[str, msgspec.Meta(pattern=r"^ISIC_[0-9]{7,12}$")]
    files: _Files
    copyright_license: str = ""
    attribution: str = ""
    metadata: _Metadata = _Metadata()


class _Page(msgspec.Struct, frozen=True):
    results: list[ArchiveImage]
    next: str | None = None
    count: int | None = None


class _ExpiredError(Exception):
    """The signed address of a file is no longer accepted."""


class Archive:
    """A client of the archive; use it as a context manager. Threads may share one.

    What may pass (no connection, 429, 5xx) is tried ``attempts`` times, ``pause`` seconds apart at first,
    then twice as long each time, or when ``Retry-After`` says. All work together ends after ``time_limit``
    seconds. Every failure of the network is raised as :class:`~lesion.errors.ArchiveError`.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        attempts: int = 5,
        pause: float = 1.0,
        time_limit: float | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._patience = Patience(attempts, pause, time_limit)
        headers = {"User-Agent": f"lesion/{__version__}", "Accept-Encoding": "identity"}
        self._client = httpx.Client(headers=headers, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def image(self, isic_id: str) -> ArchiveImage:
        """Look one image up by its id, with a freshly signed address."""
        return self._read(f"{self._base}/images/{isic_id}/", ArchiveImage)

    def count(self, *, query: str = "", collections: str = "") -> int | None:
        """Return how many images a search would give, where the archive says so."""
        return self._search(query, collections, 1).count

    def search(self, *, query: str = "", collections: str = "") -> Iterator[ArchiveImage]:
        """Give the images that match, fetching the next page when it is needed.

        Args:
            query: the archive's query language, such as ``diagnosis_3:Nevus``; empty matches all.
            collections: numbers of collections, separated by commas; empty means the whole archive.
        """
        page = self._search(query, collections, PAGE)
        yield from page.results
        while page.next:
            # Only the query is taken over: behind a proxy the scheme or host of `next` can be another.
            page = self._read(f"{self._base}/images/search/", _Page, httpx.URL(page.next).params)
            yield from page.results

    def download(self, image: ArchiveImage, path: Path) -> str:
        """Save the full image at ``path`` and return the SHA-256 of the file.

        Bytes go to ``<path>.part``, which an interrupted download leaves behind and the next one continues,
        unless the archive has changed the file since. The file appears under its own name only when whole.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        address = image.files.full.url

        def attempt() -> None:
            nonlocal address
            try:
                self._transfer(address, path)
            except _ExpiredError as error:
                address = self.image(image.isic_id).files.full.url
                raise TryAgainError("its signed address has expired", 0) from error

        self._patience.persist(attempt, image.isic_id)
        return sha256(path)

    def _search(self, query: str, collections: str, limit: int) -> _Page:
        wanted = {"query": query, "collections": collections, "limit": str(limit)}
        params = httpx.QueryParams({key: value for key, value in wanted.items() if value})
        return self._read(f"{self._base}/images/search/", _Page, params)

    def _read(self, url: str, kind: type[T], params: httpx.QueryParams | None = None) -> T:
        def attempt() -> T:
            response = self._client.get(url, params=params, timeout=self._patience.timeout())
            check(response)
            return msgspec.json.decode(response.content, type=kind)

        try:
            return self._patience.persist(attempt, url)
        except msgspec.DecodeError as error:
            raise ArchiveError(
                f"The answer of {url} is not that of the ISIC Archive's API v2 ({error}): check the base URL."
            ) from error

    def _transfer(self, url: str, path: Path) -> None:
        part, tag = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.etag")
        headers = _resume_headers(part, tag)
        with self._client.stream("GET", url, headers=headers, timeout=self._patience.timeout()) as response:
            if response.status_code == 403:
                raise _ExpiredError(url)
            if response.status_code == 416:
                part.unlink(missing_ok=True)
                raise TryAgainError("the part kept of it does not fit", 0)
            check(response)
            tag.write_text(response.headers.get("ETag", ""))
            with part.open("ab" if response.status_code == 206 else "wb") as stream:
                for chunk in response.iter_raw():
                    stream.write(chunk)
                    self._patience.timeout()
        _check_whole(response, part.stat().st_size)
        part.replace(path)
        tag.unlink(missing_ok=True)


def _resume_headers(part: Path, tag: Path) -> dict[str, str]:
    """Ask for the rest of a file, on condition that it is still the file that the part was cut from."""
    if not part.exists() or not tag.exists() or not tag.read_text().startswith('"'):
        return {}
    return {"Range": f"bytes={part.stat().st_size}-", "If-Range": tag.read_text()}


def _check_whole(response: httpx.Response, size: int) -> None:
    """Compare the bytes at hand with the size of the file as the server states it, in whichever header."""
    of_range = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", ""))
    stated = of_range[1] if of_range else response.headers.get("Content-Length")
    if size == 0 or (stated is not None and size != int(stated)):
        raise TryAgainError(f"{size} bytes came of {stated or 'some'}")
