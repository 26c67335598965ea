"""Inputs for tests of decoding, server and command line: some odd but good, many bad, all built in code.

`BAD_INPUTS` and `GOOD_INPUTS` map a name to an input whose bytes are built when first asked for.
"""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from PIL import Image, TiffImagePlugin

from lesion import errors
from lesion.drawings import drawing
from lesion.errors import LesionError


@dataclass(frozen=True)
class Input:
    """The bytes of a file, and the error that decoding must raise; None for a good one."""

    build: Callable[[], bytes]
    error: type[LesionError] | None = None

    @cached_property
    def data(self) -> bytes:
        return self.build()


# Building blocks.


@cache
def lesion_image(size: tuple[int, int] = (160, 120)) -> Image.Image:
    return drawing("irregular", 1, size)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the image as a file; `kind` is Pillow's name of the format, or HEIF."""
    buffer = io.BytesIO()
    if kind == "HEIF":
        from pillow_heif import from_pillow

        from_pillow(image).save(buffer, **options)
    else:
        image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def lesion_jpeg() -> bytes:
    return encode(drawing("irregular", 1), "JPEG", quality=92)


@cache
def lesion_as(kind: str) -> bytes:
    """Return a small drawing in a format of Pillow, or HEIF."""
    return encode(lesion_image(), kind)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_png_chunk(kind: bytes, body: bytes) -> bytes:
    """Insert a chunk behind the header of a PNG file."""
    png = lesion_as("PNG")
    return png[:33] + png_chunk(kind, body) + png[33:]


def with_jpeg_segment(marker: int, body: bytes) -> bytes:
    """Insert a segment behind the start of a JPEG file."""
    jpeg = lesion_as("JPEG")
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def box(kind: bytes, body: bytes) -> bytes:
    """Return a box of an ISO base media file."""
    return struct.pack(">I", len(body) + 8) + kind + body


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("payload.txt", "not a picture")
    return buffer.getvalue()


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def cut(kind: str, share: float) -> bytes:
    data = lesion_as(kind)
    return data[: int(len(data) * share)]


def noise(count: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(count)


# Bad: images that unfold to too much.


def png_bomb() -> bytes:
    """80 megapixels of one bit each, in 10 kB."""
    header = struct.pack(">IIBBBBB", 10_000, 8_000, 1, 0, 0, 0, 0)
    body = zlib.compress(bytes(8_000 * 1_251), 9)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def png_text_bomb() -> bytes:
    return with_png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))


def png_international_text_bomb() -> bytes:
    return with_png_chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(80_000_000), 9))


def png_profile_bomb() -> bytes:
    return with_png_chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(80_000_000), 9))


def jpeg_bomb() -> bytes:
    jpeg = lesion_as("JPEG")
    return patched(jpeg, jpeg.index(b"\xff\xc0") + 5, struct.pack(">HH", 65_500, 65_500))


def webp_extended_bomb() -> bytes:
    body = b"\x10\0\0\0" + (16_382).to_bytes(3, "little") * 2
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def webp_lossless_bomb() -> bytes:
    webp = encode(lesion_image(), "WEBP", lossless=True)
    return patched(webp, webp.index(b"VP8L") + 9, struct.pack("<I", 16_382 | 16_382 << 14))


def heic_bomb() -> bytes:
    heic = lesion_as("HEIF")
    return heic.replace(
        b"ispe\0\0\0\0" + struct.pack(">II", 160, 120), b"ispe\0\0\0\0" + struct.pack(">II", 30_000, 20_000)
    )


def tiff(**tags: object) -> bytes:
    """Return a small TIFF with tags added or overridden, by number: `tiff(t254=1)`."""
    info = TiffImagePlugin.ImageFileDirectory_v2()
    for name, value in tags.items():
        info[int(name[1:])] = value
    return encode(lesion_image(), "TIFF", tiffinfo=info)


def tiff_tag_patched(tag: int, value: int) -> bytes:
    """Return a small little-endian TIFF in whose first directory a tag of one value has been replaced."""
    data = bytearray(lesion_as("TIFF"))
    directory = struct.unpack_from("<I", data, 4)[0]
    for entry in range(directory + 2, directory + 2 + 12 * struct.unpack_from("<H", data, directory)[0], 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<HII", data, entry + 2, 4, 1, value)
    return bytes(data)


def minimal_tiff(width: int, height: int, bits: int, pixels: bytes, **tags: int) -> bytes:
    """Return a grey, uncompressed TIFF, with further tags by number: `t322=64`."""
    values = {
        256: width,
        257: height,
        258: bits,
        259: 1,
        262: 1,
        273: 0,
        277: 1,
        278: height,
        279: len(pixels),
    }
    values |= {int(name[1:]): value for name, value in tags.items()}
    values[273] = 8 + 2 + 12 * len(values) + 4
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(values.items()))
    return b"II*\0" + struct.pack("<IH", 8, len(values)) + entries + bytes(4) + pixels


def tiff_tile_bomb() -> bytes:
    return minimal_tiff(100, 100, 8, bytes(10_000), t322=60_000, t323=60_000)


def jpeg_of_many_scans() -> bytes:
    jpeg = encode(lesion_image(), "JPEG", progressive=True)
    scan = jpeg.rindex(b"\xff\xda")
    return jpeg[:scan] + jpeg[scan:-2] * 300 + jpeg[-2:]


# Bad: files of two kinds.


def jpeg_and(payload: bytes) -> bytes:
    return lesion_as("JPEG") + payload


HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PHP = b"<?php system($_GET['c']); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><circle r="9"/></svg>'
PROGRAM = b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(200)

EMPTY = {"empty": lambda: b""}

NOT_IMAGES: dict[str, Callable[[], bytes]] = {
    "one-byte": lambda: b"\xff",
    "white-space": lambda: b" \r\n\t" * 50,
    "zeros": lambda: bytes(4096),
    "random-bytes": lambda: noise(4096),
    "text": lambda: b"A mole is not a lesion until it is photographed.\n" * 20,
    "text-that-starts-like-a-bitmap": lambda: b"BMW and other makes of car\n" * 20,
    "utf-16-text": lambda: "dermatoscope".encode("utf-16") * 20,
    "json": lambda: b'{"image": "none"}',
    "web-page": lambda: HTML,
    "xml": lambda: b'<?xml version="1.0"?><note/>',
    "shell-script": lambda: b"#!/bin/sh\nexit 0\n",
    "program": lambda: PROGRAM,
    "zip-archive": zipped,
    "gzip": lambda: zlib.compress(b"lesion" * 99, wbits=31),
    "base64-of-a-jpeg": lambda: base64.b64encode(lesion_as("JPEG")),
    "data-url": lambda: b"data:image/jpeg;base64," + base64.b64encode(lesion_as("JPEG")),
    "jpeg-with-a-byte-before-it": lambda: b"\n" + lesion_as("JPEG"),
    "wave-audio": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(32),
    "jpeg-start-alone": lambda: b"\xff\xd8",
}

UNSUPPORTED: dict[str, Callable[[], bytes]] = {
    "gif": lambda: lesion_as("GIF"),
    "animated-gif": lambda: encode(
        lesion_image(), "GIF", save_all=True, append_images=[Image.new("RGB", (160, 120))]
    ),
    "avif": lambda: lesion_as("AVIF"),
    "avif-under-a-generic-brand": lambda: box(b"ftyp", b"mif1\0\0\0\0avifmif1miaf") + bytes(64),
    "pdf": lambda: PDF,
    "svg": lambda: SVG,
    "svg-with-prologue": lambda: b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n' + SVG,
    "photoshop": lambda: b"8BPS\0\1" + bytes(100),
    "icon": lambda: lesion_as("ICO"),
    "jpeg-2000": lambda: lesion_as("JPEG2000"),
    "jpeg-xl": lambda: b"\xff\x0a" + noise(99),
    "dicom": lambda: bytes(128) + b"DICM" + bytes(64),
    "mp4-video": lambda: box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"mdat", bytes(99)),
    "portable-pixmap": lambda: lesion_as("PPM"),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "canon-raw": lambda: b"II*\0\x10\0\0\0CR\2\0" + bytes(99),
    "adobe-raw": lambda: tiff(t50706=b"\1\4\0\0"),
    "tiff-of-a-preview": lambda: tiff(t254=1),
    "tiff-of-32-bit-floats": lambda: encode(lesion_image().convert("F"), "TIFF"),
    "tiff-of-32-bit-integers": lambda: encode(lesion_image().convert("I"), "TIFF"),
    "tiff-compressed-with-zstd": lambda: encode(lesion_image(), "TIFF", compression="zstd"),
}

CORRUPT: dict[str, Callable[[], bytes]] = {
    "jpeg-header-alone": lambda: lesion_as("JPEG")[:20],
    "jpeg-cut-in-half": lambda: cut("JPEG", 0.5),
    "jpeg-without-its-last-tenth": lambda: cut("JPEG", 0.9),
    "jpeg-of-no-size": lambda: patched(lesion_as("JPEG"), lesion_as("JPEG").index(b"\xff\xc0") + 5, bytes(4)),
    "jpeg-of-twelve-bits": lambda: patched(
        lesion_as("JPEG"), lesion_as("JPEG").index(b"\xff\xc0") + 4, b"\x0c"
    ),
    "jpeg-start-and-random-bytes": lambda: b"\xff\xd8\xff\xe0" + noise(2000),
    "jpeg-of-many-scans": jpeg_of_many_scans,
    "png-header-alone": lambda: lesion_as("PNG")[:33],
    "png-cut-in-half": lambda: cut("PNG", 0.5),
    "png-with-a-wrong-checksum": lambda: patched(lesion_as("PNG"), 29, b"\0\0\0\0"),
    "png-with-broken-pixels": lambda: patched(lesion_as("PNG"), 400, noise(200)),
    "png-text-bomb": png_text_bomb,
    "png-international-text-bomb": png_international_text_bomb,
    "png-profile-bomb": png_profile_bomb,
    "webp-header-alone": lambda: lesion_as("WEBP")[:20],
    "webp-cut-in-half": lambda: cut("WEBP", 0.5),
    "bmp-cut-in-half": lambda: cut("BMP", 0.5),
    "tiff-header-alone": lambda: lesion_as("TIFF")[:8],
    "tiff-cut-in-half": lambda: encode(lesion_image(), "TIFF", compression="tiff_lzw")[:9000],
    "tiff-directory-out-of-file": lambda: patched(lesion_as("TIFF"), 4, b"\xff\xff\xff\x7f"),
    "heic-header-alone": lambda: box(b"ftyp", b"heic\0\0\0\0mif1heic"),
    "heic-cut-in-half": lambda: cut("HEIF", 0.5),
}

TOO_MANY_PIXELS: dict[str, Callable[[], bytes]] = {
    "png-bomb": png_bomb,
    "jpeg-bomb": jpeg_bomb,
    "webp-extended-bomb": webp_extended_bomb,
    "webp-lossless-bomb": webp_lossless_bomb,
    "bmp-bomb": lambda: patched(lesion_as("BMP"), 18, struct.pack("<II", 40_000, 40_000)),
    "tiff-bomb": lambda: tiff_tag_patched(256, 4_000_000),
    "tiff-tile-bomb": tiff_tile_bomb,
    "heic-bomb": heic_bomb,
}

TOO_SMALL: dict[str, Callable[[], bytes]] = {
    "one-pixel": lambda: encode(Image.new("RGB", (1, 1)), "PNG"),
    "a-pixel-too-narrow": lambda: encode(Image.new("RGB", (31, 400)), "JPEG"),
    "a-pixel-too-low": lambda: encode(Image.new("RGB", (400, 31)), "WEBP"),
}

POLYGLOTS: dict[str, Callable[[], bytes]] = {
    "jpeg-and-zip": lambda: jpeg_and(zipped()),
    "jpeg-and-zip-behind-padding": lambda: jpeg_and(bytes(900) + zipped()),
    "jpeg-and-rar": lambda: jpeg_and(b"Rar!\x1a\x07\x01\0" + bytes(99)),
    "jpeg-and-web-page": lambda: jpeg_and(b"\n" + HTML),
    "jpeg-and-php": lambda: jpeg_and(PHP),
    "jpeg-and-pdf": lambda: jpeg_and(PDF),
    "jpeg-and-shell-script": lambda: jpeg_and(b"\n#!/bin/sh\nrm -r .\n"),
    "jpeg-with-pdf-in-its-comment": lambda: with_jpeg_segment(0xFE, PDF),
    "jpeg-with-php-in-its-comment": lambda: with_jpeg_segment(0xFE, PHP),
    "jpeg-with-script-in-its-comment": lambda: with_jpeg_segment(0xFE, HTML),
    "png-and-zip": lambda: lesion_as("PNG") + zipped(),
    "png-and-program": lambda: lesion_as("PNG") + PROGRAM,
    "png-and-linux-program": lambda: lesion_as("PNG") + b"\x7fELF" + bytes(99),
    "webp-and-zip": lambda: lesion_as("WEBP") + zipped(),
    "bmp-and-zip": lambda: lesion_as("BMP") + zipped(),
    "tiff-and-zip": lambda: lesion_as("TIFF") + zipped(),
    "heic-and-web-page": lambda: lesion_as("HEIF") + HTML,
}

_BY_ERROR: dict[type[LesionError], dict[str, Callable[[], bytes]]] = {
    errors.EmptyInput: EMPTY,
    errors.NotAnImage: NOT_IMAGES,
    errors.UnsupportedFormat: UNSUPPORTED,
    errors.CorruptImage: CORRUPT,
    errors.TooManyPixels: TOO_MANY_PIXELS,
    errors.ImageTooSmall: TOO_SMALL,
    errors.PolyglotImage: POLYGLOTS,
    errors.TooManyBytes: {"too-many-bytes": lambda: jpeg_and(bytes(15_000_000))},
}

BAD_INPUTS = {
    name: Input(build, error) for error, inputs in _BY_ERROR.items() for name, build in inputs.items()
}


# Good, however odd.


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """Return the drawing stored turned, so that readers that honour EXIF show it as it was drawn."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = lesion_image().transpose(undo[orientation]) if orientation in undo else lesion_image()
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(image, kind, exif=exif.tobytes())


def deep(image: Image.Image) -> Image.Image:
    """Return an image in grey of 16 bits."""
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


def lab(image: Image.Image) -> Image.Image:
    """Return an sRGB image in CIE L*a*b*."""
    from PIL import ImageCms

    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(image, *profiles, outputMode="LAB")
    return converted if converted is not None else image


def motion_photo() -> bytes:
    """A phone's JPEG with its video behind it."""
    return jpeg_and(box(b"ftyp", b"mp42\0\0\0\0isommp42") + box(b"mdat", noise(70_000)))


def gain_map_photo() -> bytes:
    """A phone's JPEG with a second JPEG behind it, as Ultra HDR and Apple's portraits have."""
    return encode(
        lesion_image(), "MPO", save_all=True, append_images=[lesion_image().resize((80, 60)).convert("RGB")]
    )


def samsung_photo() -> bytes:
    body = b"\0\0\1\x0a\x0e\0\0\0Image_UTC_Data1700000000000"
    directory = b"SEFH" + struct.pack("<III", 107, 1, 0x0A010000) + struct.pack("<II", len(body), len(body))
    return jpeg_and(body + directory + struct.pack("<I", len(directory)) + b"SEFT")


GOOD_INPUTS: dict[str, Input] = {
    name: Input(build)
    for name, build in {
        "jpeg": lambda: lesion_as("JPEG"),
        "progressive-jpeg": lambda: encode(lesion_image(), "JPEG", progressive=True),
        "grey-jpeg": lambda: encode(lesion_image().convert("L"), "JPEG"),
        "cmyk-jpeg": lambda: encode(lesion_image().convert("CMYK"), "JPEG", quality=95),
        "motion-photo": motion_photo,
        "gain-map-photo": gain_map_photo,
        "samsung-photo": samsung_photo,
        "jpeg-with-padding": lambda: jpeg_and(bytes(5000)),
        "jpeg-with-a-malformed-profile": lambda: encode(lesion_image(), "JPEG", icc_profile=noise(400)),
        "jpeg-with-malformed-exif": lambda: encode(lesion_image(), "JPEG", exif=b"Exif\0\0" + noise(200)),
        "png": lambda: lesion_as("PNG"),
        "png-with-alpha": lambda: encode(lesion_image().convert("RGBA"), "PNG"),
        "png-with-a-palette": lambda: encode(lesion_image().quantize(200), "PNG"),
        "grey-png": lambda: encode(lesion_image().convert("L"), "PNG"),
        "png-of-16-bits": lambda: encode(deep(lesion_image()), "PNG"),
        "one-bit-png": lambda: encode(lesion_image().convert("1"), "PNG"),
        "animated-png": lambda: encode(
            lesion_image(), "PNG", save_all=True, append_images=[Image.new("RGB", (160, 120))]
        ),
        "webp": lambda: lesion_as("WEBP"),
        "animated-webp": lambda: encode(
            lesion_image(), "WEBP", save_all=True, append_images=[Image.new("RGB", (160, 120))]
        ),
        "webp-with-alpha": lambda: encode(lesion_image().convert("RGBA"), "WEBP", lossless=True),
        "bmp": lambda: lesion_as("BMP"),
        "tiff": lambda: lesion_as("TIFF"),
        "tiff-of-several-pages": lambda: encode(
            lesion_image(), "TIFF", save_all=True, append_images=[Image.new("RGB", (99, 99))]
        ),
        "lab-tiff": lambda: encode(lab(lesion_image()), "TIFF"),
        "ycbcr-tiff": lambda: encode(lesion_image().convert("YCbCr"), "TIFF"),
        "cmyk-tiff": lambda: encode(lesion_image().convert("CMYK"), "TIFF", compression="tiff_lzw"),
        "heic": lambda: lesion_as("HEIF"),
    }.items()
}


def another(jpeg: bytes, number: int) -> bytes:
    """The same picture as another file: with a comment."""
    return jpeg[:2] + b"\xff\xfe\x00\x0a" + f"{number:08}".encode() + jpeg[2:]
