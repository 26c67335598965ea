"""Refusal of files that are an image and at the same time something a browser, shell or archiver would open.

Bytes behind an image's end are no offence by themselves: phones put a motion photo's video, a gain map or a
vendor's trailer there. What is refused is a document, archive, page or program in that place.
"""

from __future__ import annotations

import re

from lesion.errors import CorruptImage, PolyglotImage

__all__ = ["MAX_SCANS", "image_end", "refuse_polyglot"]

MAX_SCANS = 200
"""More scans than any camera or optimiser writes; each costs a pass over the whole picture (LJT-01-004)."""

_ZIP_END = b"PK\5\6"
_ZIP_END_SIZE = 22
_ZIP_TAIL = _ZIP_END_SIZE + 0xFFFF
_PDF_HEAD = 1024
_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PAYLOADS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("a ZIP archive", re.compile(rb"PK\x03\x04")),
    ("another archive", re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|BZh[1-9]|\xfd7zXZ\0")),
    ("a PDF", re.compile(rb"\s*%PDF-")),
    ("a web page", re.compile(rb"\s*<(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)),
    ("a script", re.compile(rb"\s*(<\?(php|=)|<%|#!\s*/)", re.IGNORECASE)),
    (
        "a program",
        re.compile(rb"MZ.\x00\x03|MZ\x90|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\x00asm", re.DOTALL),
    ),
)
_SCRIPTS = (b"<script", b"<SCRIPT", b"<?php", b"<?PHP")


def refuse_polyglot(data: bytes, name: str) -> None:
    """Raise PolyglotImage when `data`, of image format `name`, is also a document, archive, page or program.

    Raises CorruptImage for a JPEG of more than `MAX_SCANS` scans.
    """
    hidden = _hidden(data, image_end(data, name))
    if hidden is not None:
        raise PolyglotImage(f"This image also contains {hidden}; please send the picture alone.")


def image_end(data: bytes, name: str) -> int:
    """Return the offset just behind the image; the file's length where the format does not tell.

    TIFF never tells: its parts lie anywhere. Truncated files end where they stop.
    """
    finders = {"JPEG": _jpeg_end, "PNG": _png_end, "WebP": _riff_end, "BMP": _bmp_end, "HEIC": _box_end}
    end = finders[name](data) if name in finders else len(data)
    return min(end, len(data))


def _hidden(data: bytes, end: int) -> str | None:
    if b"%PDF-" in data[:_PDF_HEAD]:
        return "a PDF"
    trailer = data[end : end + 512].lstrip(b"\0")
    for what, pattern in _PAYLOADS:
        if pattern.match(trailer):
            return what
    if _ends_as_zip(data):
        return "a ZIP archive"
    if any(script in data for script in _SCRIPTS):
        return "a script"
    return None


def _ends_as_zip(data: bytes) -> bool:
    """Whether an end-of-central-directory record (APPNOTE 4.3.16) in the tail points inside the file."""
    tail = data[-_ZIP_TAIL:]
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        record = tail[at : at + _ZIP_END_SIZE]
        size, offset = int.from_bytes(record[12:16], "little"), int.from_bytes(record[16:20], "little")
        if len(record) == _ZIP_END_SIZE and size + offset <= len(data):
            return True
        at = tail.rfind(_ZIP_END, 0, at)
    return False


def _jpeg_end(data: bytes) -> int:
    """Walk the segments to the end-of-image marker (ITU-T T.81, annex B)."""
    position, scans = 2, 0
    while found := _JPEG_MARKER.search(data, position):
        marker, position = data[found.start() + 1], found.end()
        if marker == 0xD9:
            return position
        if marker in (0x01, 0xD8):
            continue
        scans += marker == 0xDA
        if scans > MAX_SCANS:
            raise CorruptImage("This JPEG is built of too many scans to be a photo; please save it afresh.")
        position += int.from_bytes(data[position : position + 2], "big")
    return len(data)


def _png_end(data: bytes) -> int:
    position = 8
    while position + 8 <= len(data):
        kind = data[position + 4 : position + 8]
        position += 12 + int.from_bytes(data[position : position + 4], "big")
        if kind == b"IEND":
            break
    return position


def _riff_end(data: bytes) -> int:
    size = int.from_bytes(data[4:8], "little")
    return 8 + size + size % 2


def _bmp_end(data: bytes) -> int:
    # Some writers leave the size at nought.
    return int.from_bytes(data[2:6], "little") or len(data)


def _box_end(data: bytes) -> int:
    """Walk the top-level boxes (ISO 14496-12, 4.2) as far as they are well formed."""
    position = 0
    while position + 8 <= len(data):
        size, kind = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size == 0:
            return len(data)
        if size < 8 or not kind.isalnum():
            break
        position += size
    return position
