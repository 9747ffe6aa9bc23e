"""Colours: what is encoded anew is sRGB as colour-managed viewers show it, whatever the file described them with."""

import io
import struct
import zlib
from typing import Any, Final, Literal, cast

import pytest
from PIL import ExifTags, Image

from bot.domain.pictures import Size
from bot.imaging.convert import convert_to_fit
from bot.imaging.decode import decode
from bot.imaging.normalize import apply_orientation
from bot.imaging.thumbnail import make_thumbnail
from tests.builders import encoded, opened
from tests.paths import FILES
from tests.profiles import ADOBE_RGB, LINEAR_SRGB, as_viewers_show, builtin_profile, grey_profile

RED: Final = (200, 60, 40)
CLOSE: Final = 4
P3: Final = builtin_profile("p3")
CMYK: Final = builtin_profile("cmyk")
_TURNED = Image.Exif()
_TURNED[ExifTags.Base.Orientation] = 6
SIDEWAYS: Final = _TURNED.tobytes()
LOSSLESS: Final[dict[str, Any]] = {"lossless": True, "quality": 95}


def colour_of(data: bytes) -> tuple[int, ...]:
    """In the middle of a picture that has no profile any more, and so is sRGB."""
    image = opened(data)
    assert "icc_profile" not in image.info
    return cast(tuple[int, ...], image.getpixel((image.width // 2, image.height // 2)))


def close_to(colour: tuple[int, ...]) -> object:
    return pytest.approx(colour, abs=CLOSE)


def upright_colour(data: bytes) -> tuple[int, ...]:
    made, _, _ = apply_orientation(data)
    assert made != data
    return colour_of(made)


def a_png_of(kind: Literal[0, 2, 4, 6], values: tuple[int, ...], *chunks: tuple[bytes, bytes], bits: int = 16) -> bytes:
    """Four equal pixels of grey (0), colour (2), or these with alpha (4, 6), with further chunks before them."""
    row = b"\0" + struct.pack(f">{len(values)}{'H' if bits == 16 else 'B'}", *values) * 2
    header = struct.pack(">IIBBBBB", 2, 2, bits, kind, 0, 0, 0)
    content = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(row * 2)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in content
    )


def iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", b"x\0\0" + zlib.compress(profile)


@pytest.mark.parametrize("profile", [P3, ADOBE_RGB], ids=["p3", "adobe"])
@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_turned_photo_keeps_its_colours(format_: Any, profile: bytes) -> None:
    """Encoded anew because of its orientation, it is shown as before."""
    data = encoded(Image.new("RGB", (64, 48), RED), format_, icc_profile=profile, exif=SIDEWAYS, **LOSSLESS)
    made, _, size = apply_orientation(data)
    assert size == Size(48, 64)
    assert colour_of(made) == close_to(as_viewers_show(RED, profile))


@pytest.mark.parametrize("name", ["p3_gps.jpg", "p3_orient6.jpg"])
def test_photos_of_a_phone(name: str) -> None:
    """Photos in Display P3, one with the place where it was taken."""
    made, _, _ = apply_orientation((FILES / name).read_bytes())
    colours = opened(made).convert("RGB").getcolors(1_000_000)
    assert any(colour == close_to((220, 37, 12)) for _, colour in colours or ())


def test_what_is_not_encoded_anew_keeps_bytes_and_profile() -> None:
    """A picture that is ready as it came."""
    data = encoded(Image.new("RGB", (64, 48), RED), "PNG", icc_profile=P3)
    assert apply_orientation(data)[0] == data


@pytest.mark.parametrize("way", ["decode", "thumbnail", "fit"])
def test_every_way_to_pixels_converts(way: str) -> None:
    """What edits see, thumbnails, and what is converted to fit a platform."""
    data = encoded(Image.new("RGB", (640, 480), RED), "PNG", icc_profile=P3)
    match way:
        case "decode":
            shown = encoded(decode(data), "PNG")
        case "thumbnail":
            shown = make_thumbnail(data, edge_px=32, format_="png")
        case _:
            shown = convert_to_fit(data, max_bytes=len(data), formats=frozenset({"webp"})).data
    assert colour_of(shown) == close_to(as_viewers_show(RED, P3))


def test_alpha_is_kept() -> None:
    """Half transparent stays half transparent, its colour converted."""
    data = encoded(Image.new("RGBA", (64, 48), (*RED, 77)), "PNG", icc_profile=P3, exif=SIDEWAYS)
    assert upright_colour(data) == close_to((*as_viewers_show(RED, P3), 77))


def test_a_palette_is_converted() -> None:
    """Its profile describes the colours of the palette."""
    data = encoded(Image.new("RGB", (64, 48), RED).quantize(4), "PNG", icc_profile=P3)
    assert upright_colour(data) == close_to(as_viewers_show(RED, P3))


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
def test_grey_has_profiles_of_its_own(format_: Any) -> None:
    """With an exponent of 1.8, middle grey is lighter than in sRGB."""
    profile = grey_profile(1.8)
    data = encoded(Image.new("L", (64, 48), 100), format_, icc_profile=profile)
    assert as_viewers_show((100,), profile)[0] > 105
    assert upright_colour(data) == close_to(as_viewers_show((100,), profile))


def test_transparent_grey_with_a_profile() -> None:
    """Alpha does not hide the profile."""
    profile = grey_profile(1.8)
    data = encoded(Image.new("LA", (64, 48), (100, 77)), "PNG", icc_profile=profile)
    assert upright_colour(data) == close_to((*as_viewers_show((100,), profile), 77))


def test_grey_with_a_profile_of_rgb() -> None:
    """Browsers apply it to equal parts of red, green and blue."""
    data = encoded(Image.new("L", (64, 48), 100), "PNG", icc_profile=LINEAR_SRGB)
    assert upright_colour(data) == close_to(as_viewers_show((100, 100, 100), LINEAR_SRGB))


@pytest.mark.parametrize("ink", [(0, 0, 0, 0), (20, 200, 180, 30), (180, 40, 20, 60), (60, 50, 50, 200)])
def test_inks_are_converted_by_their_profile(ink: tuple[int, ...]) -> None:
    """A CMYK photo from a print shop."""
    data = encoded(Image.new("CMYK", (64, 48), ink), "JPEG", icc_profile=CMYK, quality=100)
    assert upright_colour(data) == close_to(as_viewers_show(ink, CMYK))


@pytest.mark.parametrize(
    ("mode", "colour", "profile"),
    [
        ("RGB", RED, b"no profile" * 30),
        ("RGB", RED, P3[:200]),
        ("RGB", RED, CMYK),
        ("RGB", RED, grey_profile(1.0)),
        ("RGBA", (*RED, 77), grey_profile(1.0)),
        ("L", 100, CMYK),
        ("CMYK", (20, 200, 180, 30), P3),
        ("CMYK", (20, 200, 180, 30), b"no profile" * 30),
    ],
)
def test_a_profile_that_does_not_fit_is_ignored(mode: str, colour: Any, profile: bytes) -> None:
    """Broken, or for other pixels: as if there were none."""
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    plain = encoded(Image.new(mode, (64, 48), colour), format_, exif=SIDEWAYS)
    described = encoded(Image.new(mode, (64, 48), colour), format_, exif=SIDEWAYS, icc_profile=profile)
    assert upright_colour(described) == upright_colour(plain)


def test_sixteen_bits_are_converted_before_they_are_cut() -> None:
    """Linear light has half of its shades in the highest stop: 8 bits are too few for the dark ones."""
    for linear, shown in ((130, 2), (197, 10), (720, 35), (14_033, 128)):
        data = a_png_of(2, (linear,) * 3, iccp(LINEAR_SRGB))
        expected = 12.92 * linear / 257 if linear < 206 else 255 * (1.055 * (linear / 65_535) ** (1 / 2.4) - 0.055)
        assert upright_colour(data) == pytest.approx((expected,) * 3, abs=2), shown


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        (a_png_of(2, tuple(value * 257 for value in RED), iccp(P3)), as_viewers_show(RED, P3)),
        (a_png_of(6, tuple(value * 257 for value in (*RED, 77)), iccp(P3)), (*as_viewers_show(RED, P3), 77)),
        (a_png_of(2, tuple(value * 257 for value in RED), iccp(CMYK)), RED),
        (a_png_of(0, (100 * 257,), iccp(grey_profile(1.8))), as_viewers_show((100,), grey_profile(1.8))),
        (a_png_of(0, (100 * 257,), iccp(LINEAR_SRGB)), as_viewers_show((100, 100, 100), LINEAR_SRGB)),
        (a_png_of(4, (100 * 257, 77 * 257)), (100, 100, 100, 77)),
        (a_png_of(0, (1_000,), (b"tRNS", struct.pack(">H", 1_000))), (4, 4, 4, 0)),
        (a_png_of(0, (1_001,), (b"tRNS", struct.pack(">H", 1_000))), (4, 4, 4, 255)),
    ],
)
def test_sixteen_bits(data: bytes, colour: tuple[int, ...]) -> None:
    """Colour, grey, alpha, and one transparent grey among all."""
    assert upright_colour(data) == close_to(colour)


GAMMA_1 = (b"gAMA", struct.pack(">I", 100_000))
GAMMA_22 = (b"gAMA", struct.pack(">I", 45_455))
SRGB = (b"sRGB", b"\0")
CICP_P3 = (b"cICP", bytes((12, 13, 0, 1)))
CICP_HDR = (b"cICP", bytes((9, 16, 0, 1)))
CHRM_P3 = (b"cHRM", struct.pack(">8I", 31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000))


@pytest.mark.parametrize(
    ("chunks", "colour"),
    [
        ([GAMMA_22], RED),
        ([SRGB, GAMMA_1], RED),
        ([GAMMA_1], as_viewers_show(RED, LINEAR_SRGB)),
        ([GAMMA_22, CHRM_P3], as_viewers_show(RED, P3)),
        ([CICP_P3], as_viewers_show(RED, P3)),
        ([CICP_P3, iccp(LINEAR_SRGB)], as_viewers_show(RED, P3)),
        ([CICP_HDR, iccp(P3)], as_viewers_show(RED, P3)),
        ([iccp(P3), SRGB, GAMMA_1], as_viewers_show(RED, P3)),
        ([CICP_HDR], RED),
        ([(b"gAMA", bytes(4))], RED),
        ([GAMMA_1, (b"cHRM", bytes(32))], RED),
    ],
)
def test_colours_in_the_chunks_of_a_png(chunks: list[tuple[bytes, bytes]], colour: tuple[int, ...]) -> None:
    """The numbers that PNG has instead of a profile, the newest kind first. HDR and nonsense are ignored."""
    decoded = decode(a_png_of(2, RED, *chunks, bits=8))
    assert decoded.getpixel((0, 0)) == close_to(colour)


def test_colours_in_the_numbers_of_an_avif() -> None:
    """AVIF without a profile says its primaries; Display P3 is what phones use."""
    data = encoded(Image.new("RGB", (64, 48), RED), cast(Any, "AVIF"), quality=95)
    at = data.index(b"colrnclx") + 8
    described = data[:at] + struct.pack(">HH", 12, 13) + data[at + 4 :]
    assert upright_colour(described) == close_to(as_viewers_show(RED, P3))


def test_a_profile_of_srgb_changes_nothing() -> None:
    """Not even by rounding."""
    srgb = io.BytesIO(builtin_profile("srgb")).getvalue()
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    data = encoded(image, "PNG", icc_profile=srgb)
    assert decode(data).tobytes() == image.tobytes()
