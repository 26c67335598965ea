"""A server on this machine that answers as the ISIC Archive's API v2 and its file store do.

Search is paged by cursor, the count is on the first page only, an image's file has a signed address that
expires, and the store knows ranges and entity tags. `Troubles` lets it fail in the ways that networks do.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
from PIL import Image

API = "/api/v2"


def photo(seed: int, size: tuple[int, int] = (96, 72)) -> bytes:
    """A small JPEG that no other seed gives."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=90)
    return stream.getvalue()


@dataclass
class StoredImage:
    """What the archive holds of one image."""

    isic_id: str
    clinical: dict[str, Any] = field(default_factory=dict)
    collections: frozenset[int] = frozenset()
    licence: str = "CC-0"
    attribution: str = "Anonymous"
    data: bytes = b""

    def __post_init__(self) -> None:
        self.data = self.data or photo(int(self.isic_id.removeprefix("ISIC_")))

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.data).hexdigest()}"'


@dataclass
class Troubles:
    """How many of the coming answers go wrong, in each way, and how many seconds a file takes to begin."""

    busy: int = 0
    retry_after: str = ""
    cut: int = 0
    expired: int = 0
    garbage: int = 0
    delay: float = 0


class IsicServer:
    """The state of the server; `requests` keeps every path asked for, `ranges` every Range header."""

    def __init__(self, images: list[StoredImage]) -> None:
        self.images = {image.isic_id: image for image in images}
        self.troubles = Troubles()
        self.requests: list[str] = []
        self.ranges: list[str] = []
        self.lock = threading.Lock()
        self.signature = 1
        self.root = ""

    @property
    def base_url(self) -> str:
        return self.root + API

    def take(self, trouble: str) -> bool:
        """Whether this answer has to go wrong; one less to come."""
        with self.lock:
            left = getattr(self.troubles, trouble)
            setattr(self.troubles, trouble, max(0, left - 1))
            return bool(left)

    def record(self, image: StoredImage) -> dict[str, Any]:
        signed = f"{self.root}/files/{image.isic_id}.jpg?{urlencode({'Signature': self.signature})}"
        return {
            "isic_id": image.isic_id,
            "copyright_license": image.licence,
            "attribution": image.attribution,
            "public": True,
            "files": {
                # The archive lists the size from before it wrote licence and attribution into the file.
                "full": {"url": signed, "size": len(image.data) - 17},
                "thumbnail_256": {"url": signed.replace(".jpg", "_thumbnail_256.jpg"), "size": 1000},
            },
            "metadata": {"acquisition": {"pixels_x": 96, "pixels_y": 72}, "clinical": image.clinical},
        }

    def page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        wanted = {int(number) for number in query.get("collections", [""])[0].split(",") if number}
        found = [image for image in self.images.values() if not wanted or image.collections & wanted]
        limit = max(0, min(int(query.get("limit", ["100"])[0]), 100))
        cursor = query.get("cursor", [""])[0]
        start = int(parse_qs(base64.b64decode(cursor).decode())["p"][0]) if cursor else 0
        following = None
        if start + limit < len(found):
            position = base64.b64encode(f"p={start + limit}".encode()).decode()
            kept = {key: values[0] for key, values in query.items()} | {"cursor": position}
            # Behind its proxy the archive does not always know the scheme it was reached by.
            following = f"https://archive.invalid{API}/images/search/?{urlencode(sorted(kept.items()))}"
        return {
            "results": [self.record(image) for image in found[start : start + limit]],
            "count": None if cursor else len(found),
            "next": following,
            "previous": None,
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        archive = self.server.archive
        archive.requests.append(self.path)
        parts = urlsplit(self.path)
        if archive.take("busy"):
            headers = {"Retry-After": archive.troubles.retry_after} if archive.troubles.retry_after else {}
            self.reply(429 if headers else 503, b"{}", headers)
        elif parts.path.startswith("/files/"):
            self.file(parts.path.removeprefix("/files/").removesuffix(".jpg"), parse_qs(parts.query))
        elif archive.take("garbage"):
            self.reply(200, b"<html>Sign in to the hotel's network</html>")
        elif parts.path == f"{API}/images/search/":
            self.json(archive.page(parse_qs(parts.query)))
        else:
            image = archive.images.get(parts.path.removeprefix(f"{API}/images/").strip("/"))
            self.json(archive.record(image)) if image else self.reply(404, b'{"detail": "Not Found"}')

    def file(self, isic_id: str, query: dict[str, list[str]]) -> None:
        archive = self.server.archive
        time.sleep(archive.troubles.delay)
        if archive.take("expired"):
            archive.signature += 1
        if query.get("Signature") != [str(archive.signature)]:
            self.reply(403, b"<Error><Code>AccessDenied</Code></Error>")
            return
        image = archive.images[isic_id]
        start = self.start(image)
        headers = {"ETag": image.etag, "Content-Type": "image/jpeg"}
        if start is None:
            self.send(200, image.data, headers)
        elif start >= len(image.data):
            self.reply(416, b"", {"Content-Range": f"bytes */{len(image.data)}"})
        else:
            end = len(image.data) - 1
            headers["Content-Range"] = f"bytes {start}-{end}/{len(image.data)}"
            self.send(206, image.data[start:], headers)

    def start(self, image: StoredImage) -> int | None:
        """Where the wanted range starts; None if the whole file is wanted or has changed since."""
        wanted = self.headers.get("Range")
        if wanted is None:
            return None
        self.server.archive.ranges.append(wanted)
        fresh = self.headers.get("If-Range", image.etag) == image.etag
        return int(wanted.removeprefix("bytes=").rstrip("-")) if fresh else None

    def send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        cut = self.server.archive.take("cut")
        self.reply(status, data[: len(data) // 2] if cut else data, headers, length=len(data))
        if cut:
            self.close_connection = True

    def json(self, value: object) -> None:
        self.reply(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def reply(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: `requests` is the log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    archive: IsicServer


@contextmanager
def serving(images: list[StoredImage]) -> Iterator[IsicServer]:
    """Serve `images` on a free port until the end of the block."""
    archive = IsicServer(images)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.archive = archive
        archive.root = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield archive
        finally:
            server.shutdown()
            thread.join()
