"""From any pixel layout that an image file can have to 8-bit sRGB, upright."""

from __future__ import annotations

import io

import numpy as np
from PIL import ExifTags, Image, ImageCms

from lesion.errors import UnsupportedFormat

__all__ = ["as_srgb", "full_scale", "plain", "upright", "upright_size"]

WHITE = (255, 255, 255, 255)
MAX_PROFILE_BYTES = 4_000_000
_PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK"}
_TIFF_BITS_PER_SAMPLE = 258
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}


def upright(image: Image.Image, source: Image.Image) -> Image.Image:
    """Return `image` turned and mirrored as the EXIF orientation of `source`, the file it came from, says.

    A malformed EXIF block costs nothing but the turn. `ImageOps.exif_transpose` is not used because it also
    rewrites the block, and fails on blocks that it could read.
    """
    turn = _turn_of(source)
    return image if turn is None else image.transpose(turn)


def upright_size(source: Image.Image) -> tuple[int, int]:
    """Return width and height of `source` once it is turned as :func:`upright` does."""
    width, height = source.size
    return (height, width) if _turn_of(source) in _ON_ITS_SIDE else (width, height)


def _turn_of(source: Image.Image) -> Image.Transpose | None:
    try:
        orientation = source.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # Pillow's EXIF parser raises nearly anything for hostile bytes
        return None
    return _TURNS.get(orientation) if isinstance(orientation, int) else None


def plain(image: Image.Image, full_scale: int = 0xFFFF) -> Image.Image:
    """Return a loaded image in one of the 8-bit modes without palette or alpha: L, RGB, CMYK, YCbCr, LAB.

    Transparency is laid on white: it stands where nothing was pictured, and white is what every viewer and
    printer shows there; black would look like the darkest pigment, and dropping the alpha channel would bring
    hidden pixels to light. `full_scale` is the value of white in 16-bit grey images.
    Raises UnsupportedFormat for 32-bit pixels, which have no agreed white.
    """
    if image.mode.startswith("I;16"):
        return _from_16_bit(image, full_scale)
    if image.mode in ("I", "F"):
        raise UnsupportedFormat("This image has 32 bits a channel; please save it with 8 or 16.")
    if image.has_transparency_data:
        rgba = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, WHITE), rgba).convert("RGB")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "CMYK", "YCbCr", "LAB") else image.convert("RGB")


def full_scale(source: Image.Image) -> int:
    """Return the value of white of a 16-bit grey file: TIFF may keep 12 bits in 16."""
    bits = getattr(source, "tag_v2", {}).get(_TIFF_BITS_PER_SAMPLE, (16,))[0]
    return int(2 ** min(max(bits, 9), 16) - 1)


def as_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an image of mode L, RGB, CMYK, YCbCr or LAB as RGB with the sRGB primaries and curve.

    Phones tag photos as Display P3, whose numbers read as sRGB are paler than the skin was; the model learnt
    on sRGB. An embedded `profile` that is malformed, oversized or of another colour space is ignored.
    """
    if image.mode == "LAB":
        return _convert(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    source = _read_profile(profile, image.mode) if profile else None
    if source is not None:
        try:
            return _convert(image, source)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


def _convert(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    if converted is None:
        raise ValueError("colour conversion gave no image")
    return converted


def _read_profile(profile: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    """Return the profile if it fits images of `mode` and says anything beyond sRGB."""
    if len(profile) > MAX_PROFILE_BYTES:
        return None
    try:
        parsed = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space, description = parsed.profile.xcolor_space, ImageCms.getProfileDescription(parsed)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return parsed if space == _PROFILE_SPACES.get(mode) and "sRGB" not in description else None


def _from_16_bit(image: Image.Image, white: int) -> Image.Image:
    values = np.asarray(image).astype(np.uint32)
    return Image.fromarray(np.minimum((values * 255 + white // 2) // white, 255).astype(np.uint8))
