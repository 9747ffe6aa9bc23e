"""Good files with something odd in them are used: what is no pixels is ignored. Others are named for what they are."""

import io
import struct
import zlib
from typing import Any, Final, Literal, cast

import pytest
from PIL import ExifTags, Image, ImageChops

from bot.domain.pictures import Size
from bot.errors import BadPicture
from bot.imaging.decode import decode
from bot.imaging.mask import check_mask
from bot.imaging.normalize import apply_orientation, normalize
from bot.imaging.probe import open_image, probe
from bot.imaging.thumbnail import make_thumbnail
from tests.builders import a_picture, a_png, a_png_that_says, encoded, opened
from tests.paths import FILES

VIDEO: Final = b"\0\0\0\x18ftypmp42" + b"\xff\xda\xff\xd8" * 5000
PIXELS: Final = a_picture().tobytes()


def a_png_with(*chunks: bytes, at: Literal["begin", "end"] = "begin") -> bytes:
    """A sound PNG with further chunks, before its pixels or after them."""
    data = a_png()
    split = 33 if at == "begin" else len(data) - 12
    return data[:split] + b"".join(chunks) + data[split:]


def a_chunk(kind: bytes, body: bytes, *, crc: int | None = None) -> bytes:
    checksum = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


LONG: Final = zlib.compress(b"<mxfile/>" * 400_000, 1)
XMP: Final = b"XML:com.adobe.xmp\0"
ODD: Final = {
    "checksum of text": a_chunk(b"tEXt", b"Comment\0hello", crc=1),
    "checksum of a profile": a_chunk(b"iCCP", b"x\0\0" + zlib.compress(b"profile"), crc=1),
    "checksum of transparency": a_chunk(b"tRNS", bytes(6), crc=1),
    "checksum of time": a_chunk(b"tIME", bytes(7), crc=1),
    "long zTXt": a_chunk(b"zTXt", b"mxfile\0\0" + LONG),
    "long iTXt": a_chunk(b"iTXt", XMP + b"\1\0\0\0" + LONG),
    "long iCCP": a_chunk(b"iCCP", b"x\0\0" + LONG),
    "zTXt that is none": a_chunk(b"zTXt", b"mxfile\0\0nonsense"),
    "zTXt of another method": a_chunk(b"zTXt", b"mxfile\0\7nonsense"),
    "zTXt without a word": a_chunk(b"zTXt", b""),
    "iTXt that ends early": a_chunk(b"iTXt", XMP + b"\1"),
    "iTXt that is none": a_chunk(b"iTXt", XMP + b"\1\0\0\0nonsense"),
    "iCCP without a profile": a_chunk(b"iCCP", b"x"),
    "iCCP of another method": a_chunk(b"iCCP", b"x\0\7nonsense"),
    "short gAMA": a_chunk(b"gAMA", b"\0"),
    "short cHRM": a_chunk(b"cHRM", b"\0"),
    "short pHYs": a_chunk(b"pHYs", b"\0"),
    "EXIF that is none": a_chunk(b"eXIf", b"nonsense"),
    "an animation of no frames": a_chunk(b"acTL", bytes(8)),
    "an animation out of order": a_chunk(b"fcTL", struct.pack(">7I", 9, 64, 48, 0, 0, 0, 0)),
    "a private chunk": a_chunk(b"teSt", b"anything"),
}


@pytest.mark.parametrize("at", ["begin", "end"])
@pytest.mark.parametrize("what", ODD)
def test_a_png_is_read_whatever_stands_beside_its_pixels(what: str, at: Literal["begin", "end"]) -> None:
    """Its pixels are used, and what is sent on can be read by everybody."""
    data = a_png_with(ODD[what], at=at)
    assert probe(data).size == Size(64, 48)
    made, format_, _ = apply_orientation(data)
    assert (format_, opened(made).tobytes()) == ("png", PIXELS)
    assert opened(make_thumbnail(data, edge_px=32)).size == (32, 24)


@pytest.mark.parametrize("name", ["crc_of_comment.png", "xmp_itxt_compressed.png"])
def test_png_files_of_drawing_programs(name: str) -> None:
    """A comment with a wrong checksum, and metadata that are long once unpacked."""
    data, format_, size = apply_orientation((FILES / name).read_bytes())
    assert (format_, size) == ("png", Size(320, 240))
    assert opened(data).size == (320, 240)


def test_a_png_that_is_sound_keeps_what_it_carries() -> None:
    """Text and provenance of a file without faults go along."""
    data = a_png_with(a_chunk(b"tEXt", b"Comment\0hello"), a_chunk(b"caBX", b"a signature"))
    assert apply_orientation(data)[0] == data


def test_bytes_behind_a_png_do_not_leave() -> None:
    """Editors have left the parts there that were cut off."""
    made, _, _ = apply_orientation(a_png() + b"what was cropped")
    assert made.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("format_", ["JPEG", "WEBP"])
@pytest.mark.parametrize("behind", [b"\0", b"\r\n", VIDEO], ids=["zero", "newline", "video"])
def test_what_stands_behind_a_photo_is_left_out(behind: bytes, format_: Literal["JPEG", "WEBP"]) -> None:
    """A Motion Photo is its photo, bit for bit."""
    photo = encoded(a_picture(), format_)
    assert apply_orientation(photo + behind)[0] == photo


def test_a_photo_of_several_pictures_becomes_its_first() -> None:
    """MPO, which services refuse: as phones store depth maps and gain maps."""
    photo = encoded(a_picture(), "JPEG")
    data = encoded(a_picture(), cast(Any, "MPO"), save_all=True, append_images=[Image.new("RGB", (8, 8))])
    made, format_, size = apply_orientation(data)
    assert (format_, size, opened(made).format) == ("jpeg", Size(64, 48), "JPEG")
    assert opened(made).tobytes() == opened(photo).tobytes()


@pytest.mark.parametrize("is_progressive", [False, True])
def test_a_photo_that_lacks_a_little_is_used(is_progressive: bool) -> None:
    """Where nearly all rows are there the rest is grey, and the picture keeps its size."""
    photo = Image.effect_noise((640, 480), 60).convert("RGB")
    data = encoded(photo, "JPEG", progressive=is_progressive)
    for cut, most_rows in ((2, 0), (len(data) // 30, 32)):
        prepared = normalize(data[:-cut])
        assert (prepared.size, opened(prepared.data).size) == (Size(640, 480), (640, 480))
        assert prepared.missing_rows_px <= most_rows
    with pytest.raises(BadPicture, match="JPEG image is damaged, or its upload was cut off"):
        normalize(data[: len(data) // (20 if is_progressive else 2)])


def test_a_photo_of_many_megapixels_is_scaled_down() -> None:
    """50 megapixels, by the decoder itself, and it is known from what size."""
    prepared = normalize(encoded(Image.new("L", (8160, 6120), 200), "JPEG"))
    assert (prepared.size, prepared.reduced_from) == (Size(4080, 3060), Size(8160, 6120))
    assert opened(prepared.data).getpixel((9, 9)) == pytest.approx((200, 200, 200), abs=2)


@pytest.mark.parametrize("mode", ["1", "P", "RGBA"])
def test_a_mask_is_scaled_down_as_its_picture_is(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was made for the picture that was sent."""
    monkeypatch.setattr("bot.imaging.probe.MAX_PIXELS", 10_000)
    painted = Image.new("L", (201, 151))
    painted.paste(255, (100, 0, 201, 151))
    if mode == "RGBA":
        drawn = Image.new("RGB", painted.size)
        drawn.putalpha(ImageChops.invert(painted))
    else:
        drawn = painted.convert(mode)
    mask = opened(check_mask(encoded(drawn, "PNG"), Size(101, 76)))
    assert [mask.getchannel("A").getpixel((x, 9)) for x in (47, 53)] == [255, 0]


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_every_format_is_scaled_down(format_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the same size as a photo would be, so that masks fit; its colours are those of its profile."""
    monkeypatch.setattr("bot.imaging.probe.MAX_PIXELS", 10_000)
    data = encoded(Image.new("RGB", (201, 151), (200, 60, 40)), format_, lossless=True)
    prepared = normalize(data)
    assert (prepared.size, prepared.reduced_from) == (Size(101, 76), Size(201, 151))
    assert opened(prepared.data).convert("RGB").getpixel((9, 9)) == pytest.approx((200, 60, 40), abs=4)


@pytest.mark.parametrize(
    "data",
    [
        a_png_that_says(12_000, 9_000),
        encoded(Image.new("L", (16, 16)), "JPEG", progressive=True),
        encoded(Image.new("L", (16, 16)), "JPEG"),
    ],
)
def test_what_cannot_be_scaled_down_in_little_memory_is_refused(data: bytes) -> None:
    """A PNG of 108 megapixels, a progressive JPEG of as many, and any of 400 and more."""
    at = data.find(b"\xff\xc2")
    size = struct.pack(">HH", 9_000, 12_000)
    if at < 0:
        at, size = data.find(b"\xff\xc0"), struct.pack(">HH", 60_000, 60_000)
    if at > 0:
        data = data[: at + 5] + size + data[at + 9 :]
    with pytest.raises(BadPicture, match=r"too large|far more pixels") as refused:
        apply_orientation(data)
    assert "40 megapixels are scaled down" in (refused.value.hint or "")


@pytest.mark.parametrize("alpha", [255, 77])
def test_avif_is_read(alpha: int) -> None:
    """A photo becomes a JPEG, what is transparent a PNG."""
    colour = (200, 60, 40, alpha)[: 4 if alpha < 255 else 3]
    data = encoded(a_picture(colour=cast(Any, colour)), cast(Any, "AVIF"), quality=95)
    made, format_, size = apply_orientation(data)
    assert (format_, size) == ("jpeg" if alpha == 255 else "png", Size(64, 48))
    assert opened(made).getpixel((50, 40)) == pytest.approx(colour, abs=4)


def test_avif_is_told_by_any_of_its_brands() -> None:
    """Many encoders name the container first. A damaged one is called what it is."""
    data = encoded(a_picture(), cast(Any, "AVIF"))
    assert apply_orientation(data[:8] + b"mif1" + data[12:])[2] == Size(64, 48)
    with pytest.raises(BadPicture, match="AVIF image is damaged") as refused:
        apply_orientation(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf" + bytes(64))
    assert "JPEG or PNG" in (refused.value.hint or "")


def a_tiff(order: str, *tags: tuple[int, int]) -> bytes:
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in tags)
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return magic + struct.pack(f"{order}IH", 8, len(tags)) + entries + bytes(4)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", "HEIC"),
        (b"\0\0\0\x18ftypheix\0\0\0\0mif1heix", "HEIC"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "camera raw file (CR3)"),
        (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ", "JPEG XL"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video"),
        (b"\x1a\x45\xdf\xa3\x9fwebm", "video"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        (b"II*\0\x10\0\0\0CR\2\0", "camera raw file (CR2)"),
        (a_tiff("<", (0xC612, 0x01040000)), "camera raw file (DNG)"),
        (a_tiff(">", (0x00FE, 1), (0x014A, 200)), "camera raw file"),
        (a_tiff("<", (0x0100, 640)), "a TIFF"),
        (encoded(Image.new("F", (8, 8)), "TIFF"), "a TIFF"),
        (b"II+\0\x08\0\0\0", "a TIFF"),
        (b"FUJIFILMCCD-RAW 0201", "camera raw file (RAF)"),
        (b"P6\n8 8\n255\n", "Netpbm"),
        (b"v/1\x01\2\0\0\0", "OpenEXR"),
        (b"qoif\0\0", "QOI"),
        (b"Rar!\x1a\7", "RAR"),
    ],
)
def test_files_are_named_for_what_they_are(data: bytes, name: str) -> None:
    """By their first bytes, and with what to do instead."""
    with pytest.raises(BadPicture) as refused:
        apply_orientation(data)
    assert name in refused.value.text
    assert "JPEG" in (refused.value.hint or "")


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_one_transparent_grey_of_few(bits: int) -> None:
    """The transparent grey of a PNG with less than 8 bits is found."""
    header = struct.pack(">IIBBBBB", 8, 1, bits, 0, 0, 0, 0)
    row = b"\0" + bytes((1 << (8 - bits), *(0,) * (bits - 1)))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            a_chunk(b"IHDR", header),
            a_chunk(b"tRNS", struct.pack(">H", 1)),
            a_chunk(b"IDAT", zlib.compress(row)),
            a_chunk(b"IEND", b""),
        )
    )
    alpha = decode(data).getchannel("A")
    assert [alpha.getpixel((0, 0)), alpha.getpixel((1, 0))] == [0, 255]


@pytest.mark.parametrize("kind", ["eXIf", "ImageMagick", "WebP", "AVIF"])
def test_orientation_is_found_wherever_a_format_keeps_it(kind: str) -> None:
    """Not only in JPEG."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    match kind:
        case "eXIf":
            data = encoded(a_picture(), "PNG", exif=exif.tobytes())
        case "ImageMagick":
            text = exif.tobytes().hex()
            body = b"Raw profile type exif\0\0" + zlib.compress(f"\nexif\n{len(text) // 2:8}\n{text}\n".encode())
            data = a_png_with(a_chunk(b"zTXt", body))
        case _:
            data = encoded(a_picture(), cast(Any, kind), exif=exif.tobytes())
    assert apply_orientation(data)[2] == Size(48, 64)


def test_interlaced_and_inverted() -> None:
    """An interlaced PNG, and the inks of Adobe's JPEG, which are stored upside down."""
    photo = Image.new("CMYK", (64, 48), (0, 0, 0, 0))
    assert opened(apply_orientation(encoded(photo, "JPEG"))[0]).getpixel((9, 9)) == pytest.approx((255,) * 3, abs=2)
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 1)
    data = a_chunk(b"IHDR", header) + a_chunk(b"IDAT", zlib.compress(b"\0\7\7\7")) + a_chunk(b"IEND", b"")
    assert decode(b"\x89PNG\r\n\x1a\n" + data).getpixel((0, 0)) == (7, 7, 7)


def test_reading_a_header_does_not_read_the_rest() -> None:
    """What follows the first pixels is not looked at, however many chunks it is."""
    data = a_png()
    source = open_image(data[:-12] + a_chunk(b"tEXt", b"x\0y") * 1000, header_only=True)
    assert len(source.data) <= len(data)
    assert Image.open(io.BytesIO(source.data)).size == (64, 48)
