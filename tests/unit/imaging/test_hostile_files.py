"""Files made to keep Easel busy are refused after little work. Work is counted in calls, so that no clock decides."""

import struct
import sys
import zlib
from collections.abc import Callable
from types import FrameType
from typing import Final

import pytest

from bot.errors import BadPicture
from bot.imaging.gif import MAX_BLOCKS
from bot.imaging.jpeg import MAX_FILL_BYTES, MAX_SEGMENTS
from bot.imaging.normalize import normalize
from bot.imaging.png import MAX_CHUNKS
from bot.imaging.probe import probe
from bot.imaging.svg.errors import UnusableSvg
from bot.imaging.svg.repair import MAX_PREFIXES, repair_xml
from tests.builders import a_picture, a_png, encoded

JPEG: Final = encoded(a_picture(), "JPEG")
GIF: Final = encoded(a_picture().convert("P"), "GIF")
COMMENT: Final = b"\xff\xfe\0\2"
FEW_CALLS: Final = 1_000_000


def calls_in(work: Callable[[], object]) -> int:
    """How many functions `work` calls, in Python or C, whether it raises or not."""
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    except (BadPicture, UnusableSvg):
        pass
    finally:
        sys.setprofile(None)
    return calls


def a_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def a_jpeg_after(more: bytes) -> bytes:
    return JPEG[:2] + more + JPEG[2:]


def a_png_with(chunks: bytes) -> bytes:
    data = a_png()
    return data[:33] + chunks + data[33:]


def a_gif_with(blocks: bytes) -> bytes:
    at = 13 + 3 * (2 << (GIF[10] & 7))
    return GIF[:at] + blocks + GIF[at:]


def a_jpeg_of_scans(scans: int, width_px: int, height_px: int) -> bytes:
    """Its last scan is repeated; its header claims the size."""
    data = encoded(a_picture(), "JPEG", progressive=True)
    last = data[data.rfind(b"\xff\xda") : -2]
    data = data[:-2] + last * (scans - data.count(b"\xff\xda")) + data[-2:]
    at = data.find(b"\xff\xc2") + 5
    return data[:at] + struct.pack(">HH", height_px, width_px) + data[at + 4 :]


HOSTILE: Final = {
    "JPEG of comments": (lambda: a_jpeg_after(COMMENT * 2_000_000), "comments or fill bytes"),
    "JPEG of fill bytes": (lambda: a_jpeg_after(b"\xff" * 8_000_000), "comments or fill bytes"),
    "JPEG of zeros": (lambda: a_jpeg_after(COMMENT + b"\0" * 8_000_000), "comments or fill bytes"),
    "JPEG of many gaps": (lambda: a_jpeg_after((COMMENT + b"\xff" * 1_000) * 3_000), "comments or fill bytes"),
    "PNG of texts": (lambda: a_png_with(a_chunk(b"tEXt", b"a\0b") * 500_000), "chunks"),
    "PNG of empty pixel chunks": (lambda: a_png_with(a_chunk(b"IDAT", b"") * 500_000), "chunks"),
    "GIF of tiny comments": (lambda: a_gif_with(b"!\xfe" + b"\1x" * 2_000_000 + b"\0"), "comments"),
    "GIF of many comments": (lambda: a_gif_with(b"!\xfe\0" * 2_000_000), "comments"),
    "GIF of nothing": (lambda: a_gif_with(b"\0" * 2_000_000), "comments"),
    "JPEG of 99 large scans": (lambda: a_jpeg_of_scans(99, 6_000, 6_000), "99 scans"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_made_to_be_slow_is_refused_after_little_work(what: str) -> None:
    make, why = HOSTILE[what]
    data = make()
    with pytest.raises(BadPicture, match=why):
        normalize(data)
    assert calls_in(lambda: normalize(data)) < FEW_CALLS
    assert calls_in(lambda: probe(data)) < FEW_CALLS


def test_texts_that_unpack_to_gigabytes_are_left_packed() -> None:
    """The picture is used. After 64 MB nothing more is unpacked."""
    unpacked = 0
    whole = zlib.decompressobj

    class Counting:
        def __init__(self) -> None:
            self._inner = whole()

        def decompress(self, packed: bytes, most_bytes: int) -> bytes:
            nonlocal unpacked
            data = self._inner.decompress(packed, most_bytes)
            unpacked += len(data)
            return data

        @property
        def eof(self) -> bool:
            return self._inner.eof

    bomb = a_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 8_000_000, 9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zlib, "decompressobj", Counting)
        assert normalize(a_png_with(bomb * 300)).format == "png"
    assert 64_000_000 < unpacked < 90_000_000


@pytest.mark.parametrize(
    "data",
    [
        a_jpeg_after(COMMENT * (MAX_SEGMENTS - 100)),
        a_jpeg_after(COMMENT + b"\xff" * (MAX_FILL_BYTES - 100)),
        a_png_with(a_chunk(b"tEXt", b"a\0b") * (MAX_CHUNKS - 100)),
        a_gif_with(b"!\xfe" + b"\1x" * (MAX_BLOCKS - 100) + b"\0"),
        a_jpeg_of_scans(99, 64, 48),
    ],
    ids=["JPEG segments", "JPEG fill bytes", "PNG chunks", "GIF blocks", "scans of a small JPEG"],
)
def test_a_file_within_the_limits_is_used(data: bytes) -> None:
    assert (normalize(data).size.width_px, normalize(data).size.height_px) == (64, 48)


def test_an_svg_of_undeclared_prefixes_is_refused_after_one_pass() -> None:
    def svg(prefixes: int) -> str:
        attributes = " ".join(f"p{number}:a='1'" for number in range(prefixes))
        return f"<svg xmlns='http://www.w3.org/2000/svg'><rect {attributes}/>&</svg>"

    with pytest.raises(UnusableSvg, match="prefixes"):
        repair_xml(svg(60_000))
    assert calls_in(lambda: repair_xml(svg(60_000))) < FEW_CALLS
    assert repair_xml(svg(MAX_PREFIXES)).count("xmlns:p") == MAX_PREFIXES


def test_the_repair_of_declared_prefixes_is_one_pass() -> None:
    """Each is declared and used: no search through the whole text for each of them."""
    names = [f"p{number}" for number in range(5_000)]
    declared = " ".join(f"xmlns:{name}='urn:x'" for name in names)
    used = "".join(f"<{name}:a/>" for name in names)

    class Text(str):
        __slots__ = ()
        searches = 0

        def __contains__(self, part: object) -> bool:
            Text.searches += 1
            return super().__contains__(str(part))

    text = Text(f"<svg {declared}>{used}</svg>")
    assert "xmlns:p0=" in repair_xml(text)
    assert Text.searches == 0
