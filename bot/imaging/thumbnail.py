"""Small pictures for galleries and trees."""

from typing import Literal

from PIL import Image

from bot.imaging.convert import encode
from bot.imaging.decode import load, plain
from bot.imaging.probe import open_header

THUMBNAIL_QUALITY = 80


def make_thumbnail(data: bytes, *, edge_px: int, format_: Literal["png", "jpeg", "webp"] = "webp") -> bytes:
    """The picture with its longer edge at most `edge_px`, in proportion. PNG and WebP keep transparency.

    Raises:
        BadPicture: as `decode`.
    """
    with open_header(data, max_bytes=len(data)) as image:
        if image.format == "JPEG":
            # Lets the decoder skip detail that the thumbnail cannot show: four times faster on photos.
            image.draft("RGB", (edge_px * 2, edge_px * 2))
        load(image)
        small = plain(image)
    small.thumbnail((edge_px, edge_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return encode(small, format_, compression=THUMBNAIL_QUALITY)
