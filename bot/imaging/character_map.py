"""Reads the `cmap` table of a TrueType or OpenType file: the characters that it has glyphs for.

https://learn.microsoft.com/en-us/typography/opentype/spec/cmap
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_OUTLINES: Final = frozenset({b"glyf", b"CFF ", b"CFF2"})
"""The tables with outlines. A font without any has only bitmaps, which librsvg does not draw."""
_UNICODE: Final = {(3, 10): 0, (0, 6): 1, (0, 4): 2, (3, 1): 3, (0, 3): 4}
"""Supported (platform, encoding) of subtables, in order of preference: the largest first."""
_MAX_BYTES: Final = 100_000_000


class CharacterSet:
    """A set of code points, stored as the borders of its ranges to save memory."""

    def __init__(self, codes: Iterable[int] = ()) -> None:
        self._borders: list[int] = []
        for code in sorted(codes):
            if self._borders and self._borders[-1] == code:
                self._borders[-1] = code + 1
            else:
                self._borders += [code, code + 1]

    def __contains__(self, code: int) -> bool:
        return bisect_right(self._borders, code) % 2 == 1

    def codes(self) -> Iterator[int]:
        for start, end in zip(self._borders[::2], self._borders[1::2], strict=True):
            yield from range(start, end)


def read_characters(file: Path) -> CharacterSet:
    """The characters of the file's first font; empty if it cannot be read or has only bitmaps."""
    try:
        data = file.read_bytes() if file.stat().st_size <= _MAX_BYTES else b""
        return CharacterSet(_read_cmap(data))
    except (OSError, struct.error, IndexError):
        return CharacterSet()


def _read_cmap(data: bytes) -> set[int]:
    begin = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, begin + 4)[0]
    tables = {
        tag: offset
        for tag, _, offset, _ in (struct.unpack_from(">4sIII", data, begin + 12 + 16 * n) for n in range(count))
    }
    if not _OUTLINES & set(tables) or b"cmap" not in tables:
        return set()
    cmap = tables[b"cmap"]
    maps = [
        struct.unpack_from(">HHI", data, cmap + 4 + 8 * n) for n in range(struct.unpack_from(">H", data, cmap + 2)[0])
    ]
    known = sorted(
        (_UNICODE[platform, encoding], offset)
        for platform, encoding, offset in maps
        if (platform, encoding) in _UNICODE
    )
    if not known:
        return set()
    at = cmap + known[0][1]
    form = struct.unpack_from(">H", data, at)[0]
    if form == 12:
        return _read_format_12(data, at)
    return _read_format_4(data, at) if form == 4 else set()


def _read_format_12(data: bytes, at: int) -> set[int]:
    """Reads format 12: groups with a first and a last character."""
    codes: set[int] = set()
    for group in range(struct.unpack_from(">I", data, at + 12)[0]):
        first, last = struct.unpack_from(">II", data, at + 16 + 12 * group)
        codes.update(range(first, min(last, 0x10FFFF) + 1))
    return codes


def _read_format_4(data: bytes, at: int) -> set[int]:
    """Reads format 4: segments whose glyphs are computed or looked up in an array. The last segment is empty."""
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends, starts, _, offsets = (
        struct.unpack_from(f">{segments}H", data, at + 14 + 2 * segments * n + (2 if n else 0)) for n in range(4)
    )
    codes: set[int] = set()
    for n, (start, end, offset) in enumerate(zip(starts[:-1], ends[:-1], offsets[:-1], strict=True)):
        if offset == 0:
            codes.update(range(start, end + 1))
        else:
            array = at + 16 + 6 * segments + 2 * n + offset
            glyphs = struct.unpack_from(f">{end - start + 1}H", data, array)
            codes.update(start + index for index, glyph in enumerate(glyphs) if glyph)
    return codes
