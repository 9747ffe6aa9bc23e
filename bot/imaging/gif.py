"""GIF files block by block, up to the first frame: Pillow reads what stands before it in Python, block by block."""

from typing import Final

MAX_BLOCKS: Final = 100_000
"""Of comments and other extensions before the first frame: 25 MB of full ones. Programs write one or two."""
_HEADER_BYTES: Final = 13
_HAS_PALETTE: Final = 0x80
_EXTENSION: Final = 0x21
_FRAME: Final = 0x2C


def has_too_many_blocks(data: bytes) -> bool:
    """Whether more than MAX_BLOCKS stand before the first frame. Never raises: reads as far as there are blocks."""
    if len(data) < _HEADER_BYTES:
        return False
    flags, at, blocks = data[10], _HEADER_BYTES, 0
    if flags & _HAS_PALETTE:
        at += 3 * (2 << (flags & 7))
    while at + 2 < len(data) and blocks <= MAX_BLOCKS:
        # Pillow passes over bytes that begin nothing, one by one.
        blocks += 1
        if data[at] == _FRAME:
            return False
        if data[at] != _EXTENSION:
            at += 1
            continue
        at += 2
        while at < len(data) and data[at] and blocks <= MAX_BLOCKS:
            at += 1 + data[at]
            blocks += 1
        at += 1
    return blocks > MAX_BLOCKS
