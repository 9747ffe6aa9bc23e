"""JPEG files marker by marker: where the picture ends, how it is coded, and what stands behind it.

Phones put a video behind a photo (Motion Photo), or further pictures: a depth map, a gain map, the other eye's view.
"""

import re
import struct
from dataclasses import dataclass
from typing import Final

_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""In coded data, FF is followed by 00 or a restart marker, unless it begins a segment."""
END_OF_IMAGE: Final = b"\xff\xd9"
_START_OF_SCAN, _APP2 = 0xDA, 0xE2
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_LIST_OF_PICTURES: Final = b"MPF\0"
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


def read_jpeg(data: bytes, *, max_scans: int) -> Jpeg:
    """Never raises: reads as far as there are markers, and no further than `max_scans` scans."""
    at, scans, is_progressive = 2, 0, False
    list_at: tuple[int, int] | None = None
    while scans <= max_scans and (marker := _MARKER.search(data, at)) is not None:
        kind, at = data[marker.end() - 1], marker.end()
        if kind == END_OF_IMAGE[1]:
            return Jpeg(at, scans, is_progressive, list_at)
        if kind in {0x01, 0xD8}:  # markers without a segment
            continue
        if at + 2 > len(data):
            break
        (length,) = struct.unpack_from(">H", data, at)
        if kind == _START_OF_SCAN:
            scans += 1
        elif kind in _PROGRESSIVE:
            is_progressive = True
        elif kind == _APP2 and data.startswith(_LIST_OF_PICTURES, at + 2):
            list_at = marker.start(), at + length
        at += length
    return Jpeg(None, scans, is_progressive, list_at)


def single_picture(data: bytes, layout: Jpeg) -> bytes:
    """The first picture, bit for bit, without what stands behind it and the list that names it.

    What is behind a photo can say where it was taken, and services refuse files with several pictures.
    """
    if layout.list_at is not None:
        begin, end = layout.list_at
        return data[:begin] + data[end : layout.end]
    return data[: layout.end] if layout.end != len(data) else data
