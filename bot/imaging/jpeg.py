"""JPEG files marker by marker: where the picture ends, how it is coded, and what stands behind it.

Phones put a video behind a photo (Motion Photo), or further pictures: a depth map, a gain map, the other eye's view.
"""

import re
import struct
from dataclasses import dataclass
from typing import Final

END_OF_IMAGE: Final = b"\xff\xd9"
_START_OF_SCAN: Final = b"\xff\xda"
_MARKER: Final = re.compile(rb"\xff[^\x00\xff]")
_WITHOUT_SEGMENT: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment."""
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_APP2: Final = 0xE2
_PIECE_BYTES: Final = 1024 * 1024
_MPF: Final = b"MPF\0"
"""CIPA DC-007: says where in the file its further pictures are."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """What the markers of the first picture say.

    Attributes:
        end: the offset behind its last byte, None where the file ends before it.
        scans: how often the picture is passed over.
        list_at: where the segment is that names further pictures in the file, begin and end.
    """

    end: int | None
    scans: int
    is_progressive: bool
    list_at: tuple[int, int] | None


def read_jpeg(data: bytes, *, header_only: bool = False) -> Jpeg:
    """Never raises: reads as far as there are markers.

    Args:
        header_only: stop at the first scan, so that `end` stays unknown.
    """
    at, is_progressive = 2, False
    list_at: tuple[int, int] | None = None
    while (marker := _MARKER.search(data, at)) is not None:
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
    return Jpeg(None, 0, is_progressive, list_at)


def _find_end(data: bytes, at: int) -> tuple[int | None, int]:
    """Where the picture ends, and how many scans begin after `at`. Both are pairs of bytes that no coded data hold.

    Looked for piece by piece: a search takes milliseconds in a large photo, in which no other thread gets its turn.
    """
    scans = 0
    for begin in range(at, len(data), _PIECE_BYTES):
        last = begin + _PIECE_BYTES + 1  # a pair may lie across
        end = data.find(END_OF_IMAGE, begin, last)
        scans += data.count(_START_OF_SCAN, begin, end if end >= 0 else last)
        if end >= 0:
            return end + len(END_OF_IMAGE), scans
    return None, scans


def first_picture(data: bytes, layout: Jpeg) -> bytes:
    """The first picture, bit for bit, without what stands behind it and the list that names it.

    What is behind a photo can say where it was taken, and services refuse files with several pictures.
    """
    if layout.list_at is not None:
        begin, end = layout.list_at
        return data[:begin] + data[end : layout.end]
    return data[: layout.end] if layout.end != len(data) else data
