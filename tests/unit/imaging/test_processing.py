"""Pictures from outside: recognised, refused with advice, made upright, converted, thumbnailed, masked."""

import asyncio
import threading
from typing import Literal

import pytest
from PIL import ExifTags, Image

from bot.domain.pictures import Size
from bot.errors import BadPicture
from bot.imaging.convert import convert_to_fit, encode
from bot.imaging.mask import check_markup, check_mask
from bot.imaging.normalize import apply_orientation
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.imaging.thumbnail import make_thumbnail
from tests.builders import a_mask, a_picture, a_png, a_png_that_says, encoded, opened

ALL_FORMATS = frozenset({"png", "jpeg", "webp", "gif"})


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_known_by_its_bytes(format_: str) -> None:
    """The format and the size come from the file itself."""
    probed = probe(encoded(a_picture(), format_))
    assert (probed.format, probed.size) == (format_.lower(), Size(64, 48))


@pytest.mark.parametrize(
    ("data", "words", "advice"),
    [
        (b"", "empty", "Send it again"),
        (b"\0\0\0\x18ftypheic", "HEIC", "Most Compatible"),
        (b"\0\0\0\x18ftypmif1", "HEIC", "share the photo as JPEG"),
        (b"\0\0\0\x18ftypavif", "AVIF", "JPEG or PNG"),
        (b"\0\0\0\x18ftypisom", "video", "screenshot"),
        (b"%PDF-1.7", "PDF", "PNG"),
        (b"<svg xmlns='x'/>", "SVG", "PNG"),
        (b"<?xml version='1.0'?><svg/>", "SVG", "PNG"),
        (b"\n <!DOCTYPE html><html>", "web page", "lack permission to read files"),
        (encoded(a_picture(), "TIFF"), "TIFF", "PNG or JPEG"),
        (encoded(a_picture(), "BMP"), "BMP", "PNG"),
        (b"PK\3\4rest", "ZIP", "the image in it"),
        (b"just some words", "not an image", "PNG, JPEG, WebP, GIF and AVIF"),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_advice(data: bytes, words: str, advice: str) -> None:
    """The refusal names what the file is and what to do instead."""
    with pytest.raises(BadPicture, match=words) as refused:
        probe(data)
    assert advice in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (a_png_that_says(30_000, 30_000), "far more pixels"),
        (a_png_that_says(9_000, 9_000), "too large: 9000x9000"),
        (a_png_that_says(20_000, 10), "too large: 20000x10"),
        (a_png_that_says(0, 0), "damaged"),
        (a_png_that_says(8, 8, text=b"\0" * 20_000_000), "damaged"),
        (a_png_that_says(4_000, 4_000, pixels=b"\0" * 100), "damaged, or its upload was cut off"),
        (a_png()[:120], "damaged"),
        (encoded(Image.linear_gradient("L"), "JPEG")[:-400], "damaged, or its upload was cut off"),
        (b"\xff\xd8\xff\xe0" + b"\xff\xda" * 500, "damaged"),
        (b"\x89PNG\r\n\x1a\nnonsense", "damaged"),
        (b"GIF89a", "damaged"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_plain_words(data: bytes, words: str) -> None:
    """No file, whatever its header claims, gets further than a refusal."""
    with pytest.raises(BadPicture, match=words):
        apply_orientation(data)


def test_a_file_over_the_limit_is_refused_before_it_is_read() -> None:
    """The size in bytes is checked first and both numbers are said."""
    with pytest.raises(BadPicture, match=r"2\.0 MB; at most 1\.0 MB"):
        probe(b"\0" * 2 * 1024 * 1024, max_bytes=1024 * 1024)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_needs_no_change_keeps_its_bytes(format_: str) -> None:
    """Provenance survives: nothing is encoded anew without need."""
    data = encoded(a_picture(), format_)
    assert apply_orientation(data) == (data, format_.lower(), Size(64, 48))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_colour_mode_becomes_plain(mode: str) -> None:
    """Grey, palette, 16-bit and CMYK pictures become 8-bit RGB or RGBA of the same size."""
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    data, new_format, size = apply_orientation(encoded(Image.new(mode, (40, 30)), format_))
    image = opened(data)
    assert (new_format, size, image.size) == (format_.lower(), Size(40, 30), (40, 30))
    assert image.mode == ("RGBA" if mode == "LA" else "RGB")


def test_sixteen_bit_greys_are_scaled_not_clipped() -> None:
    """Middle grey stays middle grey."""
    data, _, _ = apply_orientation(encoded(Image.new("I;16", (4, 4), 32_896), "PNG"))
    assert opened(data).getpixel((0, 0)) == pytest.approx((128, 128, 128), abs=1)


def test_a_sideways_photo_is_turned_upright() -> None:
    """The EXIF orientation is applied to the pixels and then gone."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    data, format_, size = apply_orientation(encoded(a_picture(), "JPEG", exif=exif))
    assert (format_, size) == ("jpeg", Size(48, 64))
    assert ExifTags.Base.Orientation not in opened(data).getexif()


def test_the_place_where_a_photo_was_taken_does_not_leave() -> None:
    """A photo with GPS data is encoded anew without metadata."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    data, _, _ = apply_orientation(encoded(a_picture(), "JPEG", exif=exif))
    assert not opened(data).getexif()


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(format_: str) -> None:
    """Animated files become a still PNG of their first frame."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    data, new_format, _ = apply_orientation(encoded(frames[0], format_, save_all=True, append_images=frames[1:]))
    red, _, blue = opened(data).convert("RGB").getpixel((5, 5))
    assert new_format == "png"
    assert red > 240 > 15 > blue


def test_a_picture_that_fits_is_not_touched() -> None:
    """What a platform can show is posted as it came, without a note."""
    data = a_png()
    fitted = convert_to_fit(data, max_bytes=len(data), formats=ALL_FORMATS)
    assert fitted.data is data
    assert fitted.note is None


@pytest.mark.parametrize(
    ("formats", "limit_share", "expected"),
    [
        ({"png", "webp"}, 0.5, "webp"),
        ({"png", "jpeg"}, 0.5, "jpeg"),
        ({"png"}, 0.3, "png"),
    ],
)
def test_a_picture_that_is_too_large_is_made_to_fit_and_says_so(
    formats: set[str], limit_share: float, expected: str
) -> None:
    """The result is within the limit, in a format that is shown, and the note names both weights."""
    noise = Image.frombytes("RGB", (256, 256), bytes(range(256)) * 3 * 256).rotate(33)
    data = encode(noise, "png")
    fitted = convert_to_fit(data, max_bytes=int(len(data) * limit_share), formats=frozenset(formats))
    assert len(fitted.data) <= len(data) * limit_share
    assert (fitted.format, probe(fitted.data).format) == (expected, expected)
    assert "the original PNG is" in (fitted.note or "")


def test_a_format_that_is_not_shown_is_converted() -> None:
    """A WebP becomes a PNG where only PNG is shown, with its transparency."""
    fitted = convert_to_fit(
        encoded(a_picture(colour=(9, 9, 9, 0)), "WEBP"), max_bytes=10**6, formats=frozenset({"png"})
    )
    assert fitted.format == "png"
    assert opened(fitted.data).getchannel("A").getextrema()[0] == 0


def test_what_can_never_fit_is_refused() -> None:
    """There is an end to shrinking."""
    with pytest.raises(BadPicture, match="cannot be reduced to"):
        convert_to_fit(a_png(400, 400), max_bytes=20, formats=frozenset({"png"}))


@pytest.mark.parametrize("format_", ["webp", "png"])
def test_thumbnails_keep_proportion_and_transparency(format_: str) -> None:
    """The longer edge is as asked; clear stays clear."""
    image = opened(make_thumbnail(a_png(200, 100, (9, 200, 9, 0)), edge_px=50, format_=format_))
    assert image.size == (50, 25)
    assert image.getchannel("A").getextrema()[0] == 0


def test_a_transparent_mask_is_used_as_it_is() -> None:
    """A PNG with clear parts of the right size keeps its bytes."""
    assert check_mask(a_mask(), Size(64, 48)) == a_mask()


def test_a_black_and_white_mask_is_understood() -> None:
    """White means change this, so white becomes transparent."""
    painted = Image.new("L", (64, 48), 0)
    painted.paste(255, (32, 0, 64, 48))
    alpha = opened(check_mask(encoded(painted, "PNG"), Size(64, 48))).getchannel("A")
    assert (alpha.getpixel((10, 10)), alpha.getpixel((50, 10))) == (255, 0)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (a_mask(32, 32), "mask is 32x32, but the image is 64x48"),
        (encoded(Image.new("RGBA", (64, 48), (0, 0, 0, 255)), "PNG"), "marks no area"),
        (encoded(Image.linear_gradient("L").resize((64, 48)), "PNG"), "marks no area"),
    ],
)
def test_a_mask_that_cannot_be_meant_is_refused(mask: bytes, words: str) -> None:
    """Another size, nothing marked, or an ordinary picture."""
    with pytest.raises(BadPicture, match=words):
        check_mask(mask, Size(64, 48))


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_a_markup_is_a_png_that_shows_the_picture_below(format_: Literal["PNG", "WEBP"]) -> None:
    """What was drawn stays solid and the rest clear; a PNG keeps its bytes."""
    drawn = a_picture(colour=(0, 0, 0, 0))
    markup = check_markup(encoded(drawn, format_, lossless=True), Size(64, 48))
    assert (markup == encoded(drawn, "PNG", lossless=True)) == (format_ == "PNG")
    alpha = opened(markup).getchannel("A")
    assert (opened(markup).format, alpha.getpixel((10, 10)), alpha.getpixel((50, 40))) == ("PNG", 255, 0)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (a_mask(32, 32), "markup is 32x32, but the image is 64x48"),
        (a_png(), "covers the whole image"),
        (encoded(Image.new("RGBA", (64, 48)), "PNG"), "is empty"),
    ],
)
def test_a_markup_that_cannot_be_meant_is_refused(markup: bytes, words: str) -> None:
    """Another size, nothing to be seen through it, or nothing drawn."""
    with pytest.raises(BadPicture, match=words):
        check_markup(markup, Size(64, 48))


async def test_the_pool_works_off_the_loop_and_lets_go_when_cancelled() -> None:
    """A cancelled caller returns while its work is still running in the thread."""
    pool, begun, release = ImagingPool(1), threading.Event(), threading.Event()

    def work() -> int:
        begun.set()
        release.wait(10)
        return threading.get_ident()

    task = asyncio.create_task(pool.run(work))
    assert await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()
    assert await pool.run(threading.get_ident) != threading.get_ident()
    pool.close()
