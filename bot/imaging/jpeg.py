"""Reads the markers of JPEG files: where the picture ends, how it is coded, and what data follows.

Phones append a video to a photo (Motion Photo), or further pictures: a depth map, a gain map, a second view.
"""

import re
import struct
from dataclasses import dataclass
from typing import Final

END_OF_IMAGE: Final = b"\xff\xd9"
_START_OF_SCAN: Final = b"\xff\xda"
_MARKER: Final = re.compile(rb"\xff[^\x00\xff]")
_WITHOUT_SEGMENT: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that no segment follows."""
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_APP2: Final = 0xE2
_PIECE_BYTES: Final = 1024 * 1024
MAX_SEGMENTS: Final = 4_000
"""Before the picture. 800 full ones make the largest accepted file; a photo with a large profile has 60."""
MAX_FILL_BYTES: Final = 256 * 1024
"""Between all these segments together. Pillow reads such bytes one by one; cameras align with less than 64 KB."""
_MPF: Final = b"MPF\0"
"""CIPA DC-007: the segment that lists further pictures in the file."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """The structure of the first picture.

    Attributes:
        end: the offset after its last byte; None if the file ends earlier.
        scans: the number of scans.
        list_at: start and end of the segment that lists further pictures.
        is_overloaded: there is more than MAX_SEGMENTS or MAX_FILL_BYTES before the picture; the rest was not read.
    """

    end: int | None
    scans: int
    is_progressive: bool
    list_at: tuple[int, int] | None
    is_overloaded: bool = False


def read_jpeg(data: bytes, *, header_only: bool = False) -> Jpeg:
    """Reads as far as there are valid markers. Never raises.

    Args:
        header_only: stop at the first scan; `end` is None then.
    """
    at, is_progressive, fill_bytes, segments = 2, False, 0, 0
    list_at: tuple[int, int] | None = None
    while (marker := _MARKER.search(data, at, at + MAX_FILL_BYTES + 2)) is not None:
        fill_bytes += marker.start() - at
        segments += 1
        if segments > MAX_SEGMENTS or fill_bytes > MAX_FILL_BYTES:
            return Jpeg(None, 0, is_progressive, list_at, is_overloaded=True)
        kind, at = data[marker.end() - 1], marker.end()
        if kind == END_OF_IMAGE[1]:
            return Jpeg(at, 0, is_progressive, list_at)
        if kind == _START_OF_SCAN[1]:
            end, further = (None, 0) if header_only else _find_end(data, at)
            return Jpeg(end, 1 + further, is_progressive, list_at)
        if kind in _WITHOUT_SEGMENT:
            continue
        if at + 2 > len(data):
            break
        (length,) = struct.unpack_from(">H", data, at)
        if kind in _PROGRESSIVE:
            is_progressive = True
        elif kind == _APP2 and data.startswith(_MPF, at + 2):
            list_at = marker.start(), at + length
        at += length
    return Jpeg(None, 0, is_progressive, list_at, is_overloaded=len(data) - at > MAX_FILL_BYTES)


def _find_end(data: bytes, at: int) -> tuple[int | None, int]:
    """Where the picture ends, and how many scans start after `at`. Coded data cannot contain these markers.

    Searches in pieces: searching a large photo takes milliseconds, during which it holds the GIL.
    """
    scans = 0
    for begin in range(at, len(data), _PIECE_BYTES):
        last = begin + _PIECE_BYTES + 1  # a marker may cross the border
        end = data.find(END_OF_IMAGE, begin, last)
        scans += data.count(_START_OF_SCAN, begin, end if end >= 0 else last)
        if end >= 0:
            return end + len(END_OF_IMAGE), scans
    return None, scans


def first_picture(data: bytes, layout: Jpeg) -> bytes:
    """The first picture, unchanged, without the data after it and the segment that lists further pictures.

    That data can contain a location, and services refuse files with several pictures.
    """
    if layout.list_at is not None:
        begin, end = layout.list_at
        return data[:begin] + data[end : layout.end]
    return data[: layout.end] if layout.end != len(data) else data
