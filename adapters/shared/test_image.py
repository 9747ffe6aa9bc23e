"""A tiny picture for testing uploads in the doctor."""

from typing import Final

PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)
"""A white PNG of one pixel."""
