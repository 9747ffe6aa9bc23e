"""Makes an attached picture ready for models: upright, one frame, 8 bits, without the place where it was taken."""

from typing import Final

from PIL import ExifTags, Image, ImageOps

from bot.domain.pictures import PictureFormat, Size
from bot.imaging.convert import encode
from bot.imaging.decode import load, plain
from bot.imaging.probe import MAX_BYTES, PILLOW_ERRORS, open_header, sniff

_PNG_BIT_DEPTH_AT: Final = 24
_UPRIGHT: Final = 1
_JPEG_QUALITY: Final = 95


def make_upright(data: bytes, *, max_bytes: int = MAX_BYTES) -> tuple[bytes, PictureFormat, Size]:
    """The picture as a model should get it.

    Bytes that need no change come back untouched, with what they carry (a signed provenance, a colour profile).
    Otherwise the first frame is encoded anew without metadata: JPEG stays JPEG, the rest becomes PNG. Pictures
    that say where they were taken are encoded anew too: references leave the house, and a home address should not.

    Raises:
        BadPicture: as `decode`.
    """
    format_ = sniff(data)
    with open_header(data, max_bytes=max_bytes) as image:
        load(image)
        if _is_ready(data, format_, image):
            return data, format_, Size(*image.size)
        upright = plain(_rotated(image))
    new_format: PictureFormat = "jpeg" if format_ == "jpeg" else "png"
    return encode(upright, new_format, compression=_JPEG_QUALITY), new_format, Size(*upright.size)


def _is_ready(data: bytes, format_: PictureFormat, image: Image.Image) -> bool:
    if format_ == "gif" or image.mode not in {"RGB", "RGBA"} or "transparency" in image.info:
        return False
    if format_ == "png" and data[_PNG_BIT_DEPTH_AT] != 8:
        return False
    # Phones store a JPEG with a depth map or an HDR gain map as several pictures; everybody shows the first one.
    if format_ != "jpeg" and getattr(image, "n_frames", 1) > 1:
        return False
    try:
        exif = image.getexif()
        has_place = bool(exif.get_ifd(ExifTags.IFD.GPSInfo)) or b"GPSL" in _xmp(image)
        return not has_place and exif.get(ExifTags.Base.Orientation, _UPRIGHT) == _UPRIGHT
    except PILLOW_ERRORS:
        return False


def _rotated(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except PILLOW_ERRORS:
        return image


def _xmp(image: Image.Image) -> bytes:
    xmp = image.info.get("xmp", b"")
    return xmp if isinstance(xmp, bytes) else str(xmp).encode()
