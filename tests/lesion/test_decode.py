from __future__ import annotations

import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile

from lesion.decode import (
    ACCEPTED,
    FORMATS,
    SHORT_SIDE,
    WEBP_SHARE,
    Limits,
    accept_attribute,
    decode,
    dimensions,
)
from lesion.errors import (
    ImageTooSmall,
    InputError,
    LesionError,
    MissingDependency,
    TooManyBytes,
    TooManyPixels,
)
from tests import images
from tests.images import BAD_INPUTS, GOOD_INPUTS, encode, lesion_image

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # its remarks on damaged files


def pixels(image: Image.Image) -> NDArray[np.int32]:
    return np.asarray(image).astype(np.int32)


def difference(image: Image.Image, other: Image.Image) -> float:
    """Return the mean absolute difference, in steps of 8 bits."""
    return float(np.abs(pixels(image) - pixels(other)).mean())


# What is refused.


def test_there_are_enough_bad_inputs_to_be_worth_something() -> None:
    assert len(BAD_INPUTS) >= 90


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_raises_its_named_error_quickly(name: str) -> None:
    bad = BAD_INPUTS[name]
    data = bad.data
    started = time.process_time()
    with pytest.raises(LesionError) as caught:
        decode(data)
    assert type(caught.value) is bad.error
    assert time.process_time() - started < 1


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_message_is_one_sentence_that_says_what_to_do(name: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(BAD_INPUTS[name].data)
    message = str(caught.value)
    assert "please" in message
    assert message[0].isupper()
    assert message.endswith(".")
    assert len(message) < 120


def test_refusal_of_a_format_names_the_accepted_ones() -> None:
    assert ACCEPTED == "JPEG, PNG, WebP, BMP, TIFF or HEIC"
    with pytest.raises(LesionError, match=f"This is a GIF file; please send a {ACCEPTED} image"):
        decode(BAD_INPUTS["gif"].data)


def test_limits_are_inclusive() -> None:
    data = images.lesion_as("PNG")
    decode(data, Limits(max_bytes=len(data), max_pixels=160 * 120, min_side=120))
    with pytest.raises(TooManyBytes):
        decode(data, Limits(max_bytes=len(data) - 1))
    with pytest.raises(TooManyPixels, match=r"at most 0\.019199 megapixels"):
        decode(data, Limits(max_pixels=160 * 120 - 1))
    with pytest.raises(ImageTooSmall, match=r"160 by 120 pixels.*at least 121"):
        decode(data, Limits(min_side=121))


def test_heic_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = images.lesion_as("HEIF")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(MissingDependency, match="pillow-heif"):
        decode(data)


# What is accepted.


@pytest.mark.parametrize("name", GOOD_INPUTS)
def test_good_input_becomes_the_same_picture(name: str) -> None:
    image = decode(GOOD_INPUTS[name].data)
    assert image.mode == "RGB"
    assert image.size == lesion_image().size
    expected = lesion_image()
    if "grey" in name or "16-bits" in name:
        expected = expected.convert("L").convert("RGB")
    if "one-bit" in name:
        expected = expected.convert("1").convert("RGB")
    assert difference(image, expected) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_orientation_is_honoured(kind: str, orientation: int) -> None:
    image = decode(images.turned(orientation, kind))
    assert difference(image, lesion_image()) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_dimensions_are_those_that_people_see(kind: str, orientation: int) -> None:
    assert dimensions(images.turned(orientation, kind)) == (160, 120)


@pytest.mark.parametrize("name", GOOD_INPUTS)
def test_dimensions_of_whatever_can_be_decoded_are_known(name: str) -> None:
    width, height = dimensions(GOOD_INPUTS[name].data)
    shown = decode(GOOD_INPUTS[name].data)
    assert (width > height) == (shown.width > shown.height)
    assert width >= shown.width


def test_dimensions_are_of_the_file_though_it_is_decoded_smaller() -> None:
    photo = encode(lesion_image((160, 120)).resize((2000, 1500)), "JPEG")
    assert dimensions(photo) == (2000, 1500)


def test_transparent_pixels_become_white_whatever_colour_they_hide() -> None:
    hidden = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    hidden.paste((10, 20, 30, 255), (0, 0, 32, 64))
    hidden.paste((0, 0, 0, 128), (32, 0, 64, 32))
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True, "exact": True}), ("TIFF", {})):
        image = decode(encode(hidden, kind, **options))
        assert image.getpixel((8, 8)) == (10, 20, 30)
        assert image.getpixel((48, 48)) == (255, 255, 255)
        assert image.getpixel((48, 8)) == (127, 127, 127)


def test_transparent_palette_entries_become_white() -> None:
    image = Image.new("P", (64, 64), 1)
    image.putpalette([200, 100, 50, 9, 9, 9])
    image.paste(0, (0, 0, 32, 64))
    for transparency in (1, b"\xff\x00"):
        decoded = decode(encode(image, "PNG", transparency=transparency))
        assert decoded.getpixel((8, 8)) == (200, 100, 50)
        assert decoded.getpixel((48, 8)) == (255, 255, 255)


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint16) * 257, (64, 1))
    for kind in ("PNG", "TIFF"):
        decoded = decode(encode(Image.fromarray(ramp), kind))
        assert np.array_equal(np.asarray(decoded)[0, :, 0], np.arange(256))


def test_twelve_bits_are_scaled_by_their_own_white() -> None:
    white = images.minimal_tiff(64, 64, 12, b"\xff" * (64 * 64 * 3 // 2))
    assert np.asarray(decode(white)).min() == 255


def display_p3() -> bytes:
    """Return Pillow's sRGB profile with the primaries of Display P3, adapted to D50, in their place."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for entry in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12):
        tag, offset, _ = struct.unpack_from(">4sII", profile, entry)
        if tag in primaries:
            struct.pack_into(">3i", profile, offset + 8, *(round(v * 65536) for v in primaries[tag]))
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "dpP3".encode("utf-16-be"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_wide_gamut_colours_are_converted_to_srgb(kind: str) -> None:
    skin = Image.new("RGB", (64, 64), (200, 140, 120))
    options = {"quality": 100} if kind in ("JPEG", "WEBP", "HEIF") else {}
    converted = pixels(decode(encode(skin, kind, icc_profile=display_p3(), **options)))[32, 32]
    # Display P3 (200, 140, 120) is sRGB (209, 138, 115): same curve, wider primaries.
    assert np.abs(converted - (209, 138, 115)).max() <= 4


def test_a_profile_for_another_colour_space_is_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert difference(decode(encode(lesion_image(), "PNG", icc_profile=lab)), lesion_image()) == 0


# Size, speed, threads.


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_large_images_come_reduced_to_no_less_than_the_short_side(kind: str) -> None:
    photo = lesion_image().resize((2000, 1500), Image.Resampling.BICUBIC)
    image = decode(encode(photo, kind))
    assert min(image.size) >= SHORT_SIDE
    assert max(image.size) <= 1000
    assert difference(image, photo.resize(image.size, Image.Resampling.BOX)) < 3


def test_reduction_in_bands_leaves_no_seams() -> None:
    photo = lesion_image().resize((1003, 2417), Image.Resampling.BICUBIC)
    assert difference(decode(encode(photo, "BMP")), photo.reduce(2)) == 0


def test_a_photo_of_twelve_megapixels_takes_tens_of_milliseconds() -> None:
    photo = encode(lesion_image().resize((4000, 3000), Image.Resampling.BICUBIC), "JPEG", quality=90)
    decode(photo)
    started = time.process_time()
    image = decode(photo)
    assert time.process_time() - started < 0.15  # 0.025 s on an idle core of 2024
    assert image.size == (1000, 750)


def test_threads_do_not_meet() -> None:
    names = list(GOOD_INPUTS)
    alone = {name: decode(GOOD_INPUTS[name].data).tobytes() for name in names}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda name: decode(GOOD_INPUTS[name].data).tobytes(), names * 4))
    assert together == [alone[name] for name in names * 4]


def test_pillow_keeps_its_settings() -> None:
    before = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    for item in GOOD_INPUTS.values():
        decode(item.data)
    after = ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS
    assert after == before
    assert "HEIF" not in Image.OPEN


def test_importing_loads_no_heic_library() -> None:
    code = "import sys, lesion.decode; sys.exit('pillow_heif' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What the page and the documentation show.


def test_accept_attribute_lists_types_and_the_suffix_of_phones() -> None:
    accepted = accept_attribute().split(",")
    assert {"image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff", "image/heic", ".heic"} <= set(
        accepted
    )
    assert list(FORMATS) == ["JPEG", "PNG", "WebP", "BMP", "TIFF", "HEIC"]


# Hostile bytes.


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good file with bytes overwritten, taken out, put in, or its end cut off."""
    data = bytearray(GOOD_INPUTS[draw(st.sampled_from(sorted(GOOD_INPUTS)))].data)
    for _ in range(draw(st.integers(1, 4))):
        # Headers are where the harm is done: half of the wounds go there.
        last = draw(st.sampled_from([min(200, len(data)), len(data)]))
        at = draw(st.integers(0, last))
        match draw(st.sampled_from(["overwrite", "cut", "remove", "insert"])):
            case "overwrite":
                wound = draw(st.binary(min_size=1, max_size=8))
                data[at : at + len(wound)] = wound
            case "cut":
                del data[at:]
            case "remove":
                del data[at : at + draw(st.integers(1, 64))]
            case _:
                data[at:at] = draw(st.binary(min_size=1, max_size=64))
    return bytes(data)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(damaged())
def test_damaged_files_decode_or_raise_a_named_error(data: bytes) -> None:
    started = time.process_time()
    try:
        image = decode(data)
    except LesionError:
        pass
    else:
        assert image.mode == "RGB"
    assert time.process_time() - started < 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF"])
def test_no_truncated_file_passes(kind: str) -> None:
    data = images.lesion_as(kind)
    for share in (0.05, 0.2, 0.4, 0.6, 0.8, 0.95):
        with pytest.raises(LesionError):
            decode(data[: int(len(data) * share)])


def test_webp_is_held_to_fewer_pixels_because_its_decoder_holds_whole_canvases() -> None:
    webp = encode(lesion_image((160, 120)), "WEBP")
    enough = WEBP_SHARE * 160 * 120
    assert decode(webp, Limits(max_pixels=enough)).size == (160, 120)
    with pytest.raises(TooManyPixels):
        decode(webp, Limits(max_pixels=enough - 1))
