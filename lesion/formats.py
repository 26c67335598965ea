"""Which file format some bytes are in, told by their content and never by a name or a declared type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from lesion.errors import NotAnImage, UnsupportedFormat

__all__ = ["ACCEPTED", "FORMATS", "SUFFIXES", "Format", "accept_attribute", "identify"]


class Format(msgspec.Struct, frozen=True):
    """An accepted format: Pillow's name for it, its media types and file suffixes, the usual one first."""

    pillow: str
    mimes: tuple[str, ...]
    suffixes: tuple[str, ...]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "JPEG": Format("JPEG", ("image/jpeg",), (".jpg", ".jpeg", ".jpe", ".jfif")),
        "PNG": Format("PNG", ("image/png", "image/apng"), (".png", ".apng")),
        "WebP": Format("WEBP", ("image/webp",), (".webp",)),
        "BMP": Format("BMP", ("image/bmp", "image/x-ms-bmp"), (".bmp", ".dib")),
        "TIFF": Format("TIFF", ("image/tiff",), (".tif", ".tiff")),
        "HEIC": Format("HEIF", ("image/heic", "image/heif"), (".heic", ".heif", ".hif")),
    }
)
"""The accepted formats by the name that people know them by."""

SUFFIXES = frozenset(suffix for accepted in FORMATS.values() for suffix in accepted.suffixes)
"""The suffixes of files that may be images of an accepted format, in lower case."""

ACCEPTED = f"{', '.join(list(FORMATS)[:-1])} or {list(FORMATS)[-1]}"
"""The accepted formats as part of a sentence."""

_HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_BMP_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_TIFF_MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JPEG_2000_MAGICS = (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
_JPEG_XL_MAGICS = (b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a")
_RECOGNISED: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    ("a GIF", (b"GIF87a", b"GIF89a")),
    ("a PDF", (b"%PDF-", b"\xef\xbb\xbf%PDF-")),
    ("a Photoshop", (b"8BPS",)),
    ("an icon", (b"\0\0\1\0", b"\0\0\2\0", b"icns")),
    ("a JPEG 2000", _JPEG_2000_MAGICS),
    ("a JPEG XL", _JPEG_XL_MAGICS),
    ("a PostScript", (b"%!PS", b"\xc5\xd0\xd3\xc6")),
    ("a GIMP", (b"gimp xcf",)),
    ("an OpenEXR", (b"\x76\x2f\x31\x01",)),
    ("a QOI", (b"qoif",)),
    ("a raw camera", (b"FUJIFILMCCD-RAW", b"FOVb", b"IIRO", b"IIRS", b"IIU\0", b"\0MRM")),
    ("a Matroska video", (b"\x1a\x45\xdf\xa3",)),
)
_PORTABLE_ANYMAP = re.compile(rb"P[1-7]\s")
_SVG = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE\s+svg[^>]*>\s*)*<svg[\s>]", re.DOTALL)


def identify(data: bytes) -> str:
    """Return the key of `FORMATS` for the file's content.

    Raises UnsupportedFormat for a format that is recognised and refused, NotAnImage for anything else.
    """
    name = _accepted(data)
    if name is not None:
        return name
    refused = _refused(data)
    if refused is not None:
        raise UnsupportedFormat(f"This is {refused} file; please send a {ACCEPTED} image.")
    raise NotAnImage(f"This file is not an image; please send a {ACCEPTED} image.")


def accept_attribute() -> str:
    """Return a file input's `accept`: every media type, and suffixes that some systems have no type for."""
    mimes = [mime for item in FORMATS.values() for mime in item.mimes]
    return ",".join([*mimes, *FORMATS["HEIC"].suffixes])


def _accepted(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    # "BM" alone also begins many a text.
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    # Canon's CR2 is a TIFF whose first page is a preview of the raw picture.
    if data.startswith(_TIFF_MAGICS) and data[8:10] != b"CR":
        return "TIFF"
    brands = _brands(data)
    if brands & _HEIF_BRANDS and not brands & {b"avif", b"avis"}:
        return "HEIC"
    return None


def _refused(data: bytes) -> str | None:
    for name, magics in _RECOGNISED:
        if data.startswith(magics):
            return name
    brands = _brands(data)
    if brands:
        return "an AVIF" if brands & {b"avif", b"avis"} else "a video or raw camera"
    if data.startswith(_TIFF_MAGICS):
        return "a raw camera"
    if data[128:132] == b"DICM":
        return "a DICOM"
    if _PORTABLE_ANYMAP.match(data):
        return "a portable anymap"
    if _SVG.match(data[:4096].removeprefix(b"\xef\xbb\xbf")):
        return "an SVG"
    return None


def _brands(data: bytes) -> frozenset[bytes]:
    """Return the brands that an ISO base media file (HEIC, AVIF, MP4) declares; empty for any other file."""
    if data[4:8] != b"ftyp":
        return frozenset()
    box = data[8 : max(12, min(int.from_bytes(data[:4], "big"), 512))]
    return frozenset(box[i : i + 4] for i in range(0, len(box), 4) if i != 4)
