"""From the bytes of an uploaded file to one upright sRGB image, or a named error; never anything else.

    bytes → limits → format by content → size from the header → nothing else hidden in it → pixels → sRGB

Nothing is decompressed before its size is known and allowed. Files are hostile until decoded: each format
goes to its own Pillow plugin and to no other, and whatever that raises becomes a `LesionError`. No setting of
Pillow is changed, so calls from many threads do not meet.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
from PIL import BmpImagePlugin, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from lesion.colour import as_srgb, full_scale, plain, upright, upright_size
from lesion.errors import (
    CorruptImage,
    EmptyInput,
    ImageTooSmall,
    LesionError,
    MissingDependency,
    TooManyBytes,
    TooManyPixels,
    UnsupportedFormat,
)
from lesion.formats import ACCEPTED, FORMATS, Format, accept_attribute, identify
from lesion.polyglot import refuse_polyglot

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

__all__ = [
    "ACCEPTED",
    "FORMATS",
    "SHORT_SIDE",
    "WEBP_SHARE",
    "Format",
    "Limits",
    "accept_attribute",
    "decode",
    "dimensions",
]

SHORT_SIDE = 448
"""Pixels of the shorter side that reduction while decoding leaves at least: twice the input of a network."""

WEBP_SHARE = 4
"""WebP is allowed one part in so many of the pixels: its decoder takes about 15 bytes for each of them."""

_BAND = 64  # rows of the reduced image that are converted at a time, to keep the peak of memory low
_TIFF_CODECS = frozenset(
    {
        "raw",
        "packbits",
        "tiff_lzw",
        "tiff_deflate",
        "tiff_adobe_deflate",
        "jpeg",
        "tiff_ccitt",
        "group3",
        "group4",
    }
)
_TIFF_NEW_SUBFILE_TYPE, _TIFF_TILE_WIDTH, _TIFF_TILE_LENGTH, _DNG_VERSION = 254, 322, 323, 50706


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a file may cost in bytes and in pixels, and the fewest pixels that its shorter side needs."""

    max_bytes: int = 15_000_000
    max_pixels: int = 50_000_000
    min_side: int = 32


def decode(data: bytes, limits: Limits = Limits()) -> Image.Image:
    """Return the image in `data`, its first frame if it has several: mode RGB, sRGB, upright, alpha on white.

    An image whose shorter side is twice `SHORT_SIDE` or more comes reduced by a whole factor, JPEG within its
    decoder, so that a photo of 12 megapixels costs tens of milliseconds.
    Raises EmptyInput, TooManyBytes, NotAnImage, UnsupportedFormat, TooManyPixels, ImageTooSmall,
    PolyglotImage, CorruptImage, and MissingDependency where HEIC support is not installed.
    """
    _check_bytes(data, limits)
    name = identify(data)
    try:
        if name == "WebP":  # the one plugin that allocates its canvas on opening, and several of them
            allowed = limits.max_pixels // WEBP_SHARE
            _check_size(_webp_size(data), msgspec.structs.replace(limits, max_pixels=allowed))
        source = _open(io.BytesIO(data), name, limits)
        _check_size(source.size, limits)
        refuse_polyglot(data, name)
        return _rgb(source)
    except LesionError:
        raise
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(_too_many_pixels(limits)) from error
    except Exception as error:  # decoders fed with hostile bytes raise nearly anything
        raise CorruptImage(f"This {name} image is damaged or incomplete; please send it again.") from error


def dimensions(data: bytes, limits: Limits = Limits()) -> tuple[int, int]:
    """Return width and height in pixels of a file that `decode` takes, as shown; reads the header alone."""
    source = _open(io.BytesIO(data), identify(data), limits)
    # The plugin for TIFF tells the size upright, and will turn the pixels as it loads them.
    return source.size if isinstance(source, TiffImagePlugin.TiffImageFile) else upright_size(source)


def _check_bytes(data: bytes, limits: Limits) -> None:
    if not data:
        raise EmptyInput(f"The file is empty; please send a {ACCEPTED} image.")
    if len(data) > limits.max_bytes:
        raise TooManyBytes(
            f"The file has {len(data) / 1e6:.1f} MB; please send at most {limits.max_bytes / 1e6:g} MB."
        )


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    if size[0] * size[1] > limits.max_pixels:
        raise TooManyPixels(_too_many_pixels(limits))
    if min(size) < limits.min_side:
        raise ImageTooSmall(
            f"The image has {size[0]} by {size[1]} pixels; please send one of at least "
            f"{limits.min_side} pixels on the shorter side."
        )


def _too_many_pixels(limits: Limits) -> str:
    return f"The image has too many pixels; please send at most {limits.max_pixels / 1e6:g} megapixels."


def _open(file: io.BytesIO, name: str, limits: Limits) -> ImageFile:
    """Read the header with the one plugin for the format."""
    match name:
        case "JPEG":
            return JpegImagePlugin.jpeg_factory(file)
        case "PNG":
            return PngImagePlugin.PngImageFile(file)
        case "WebP":
            return WebPImagePlugin.WebPImageFile(file)
        case "BMP":
            return BmpImagePlugin.BmpImageFile(file)
        case "TIFF":
            return _open_tiff(file, limits)
        case _:
            return _open_heic(file)


def _open_tiff(file: io.BytesIO, limits: Limits) -> ImageFile:
    image = TiffImagePlugin.TiffImageFile(file)
    tags = image.tag_v2
    if _DNG_VERSION in tags or tags.get(_TIFF_NEW_SUBFILE_TYPE, 0) & 1:
        raise UnsupportedFormat(f"This is a raw camera file; please export it as a {ACCEPTED} image.")
    if image.info.get("compression") not in _TIFF_CODECS:
        raise UnsupportedFormat("This TIFF is compressed in a rare way; please save it with LZW compression.")
    if tags.get(_TIFF_TILE_WIDTH, 1) * tags.get(_TIFF_TILE_LENGTH, 1) > limits.max_pixels:
        raise TooManyPixels(_too_many_pixels(limits))  # whole tiles are allocated, however small the image
    return image


def _open_heic(file: io.BytesIO) -> ImageFile:
    try:
        from pillow_heif import HeifImageFile  # loads libheif: only for those who need it
    except ImportError as error:
        raise MissingDependency(
            "HEIC photos need the package pillow-heif: install it, or send a JPEG."
        ) from error
    image: ImageFile = HeifImageFile(file)  # type: ignore[no-untyped-call]
    return image


def _webp_size(data: bytes) -> tuple[int, int]:
    """Return the canvas of a WebP file (RFC 9649, section 2.7; RFC 6386, section 9.1)."""
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise ValueError("truncated WebP header")
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _rgb(source: ImageFile) -> Image.Image:
    if isinstance(source, JpegImagePlugin.JpegImageFile):
        source.draft(None, (SHORT_SIDE, SHORT_SIDE))  # no mode asked for: it would not suit CMYK
    source.load()
    image = as_srgb(_reduced(source), source.info.get("icc_profile"))
    return upright(image, source)


def _reduced(source: Image.Image) -> Image.Image:
    """Return `source` in a plain mode, reduced by the whole factor that leaves at least `SHORT_SIDE`.

    Done in bands, since a copy of 50 megapixels in another mode would cost another 200 MB.
    """
    white = full_scale(source)
    factor = min(source.size) // SHORT_SIDE
    if factor < 2:
        return plain(source, white)
    rows = factor * _BAND
    bands = [
        plain(source.crop((0, top, source.width, min(top + rows, source.height))), white).reduce(factor)
        for top in range(0, source.height, rows)
    ]
    image = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for index, band in enumerate(bands):
        image.paste(band, (0, index * _BAND))
    return image
