"""Normalises an attached picture for models: orientation applied, one frame, 8-bit sRGB, no location metadata."""

from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image

from bot.domain.pictures import PictureFormat, Size
from bot.imaging.convert import encode
from bot.imaging.decode import count_missing_rows, decode_file, load_pixels
from bot.imaging.probe import MAX_BYTES, PILLOW_ERRORS, ImageFile, open_image

_NOT_ROTATED: Final = 1
_TRANSPOSE_BY_ORIENTATION: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition for each EXIF orientation."""
_JPEG_QUALITY: Final = 95


@dataclass(frozen=True, slots=True)
class NormalizedImage:
    """A normalised picture.

    Attributes:
        reduced_from: the original size, if it was too large.
        missing_rows_px: the number of grey rows at the end, if the file was cut off.
    """

    data: bytes
    format: PictureFormat
    size: Size
    reduced_from: Size | None = None
    missing_rows_px: int = 0


def normalize(data: bytes, *, max_bytes: int = MAX_BYTES) -> NormalizedImage:
    """Normalises a picture for models.

    A picture that needs no change keeps its bytes and metadata (signed provenance, colour profile), except for data
    after the end of the picture. Otherwise the first frame is encoded again in sRGB without metadata: photos as JPEG,
    the rest as PNG. Pictures with a location are always encoded again, because they are sent to a service.

    Raises:
        BadPicture: as `decode`.
    """
    source = open_image(data, max_bytes=max_bytes)
    if source.format != "avif" and _needs_no_change(source):
        load_pixels(source)
        # `source.data` is JPEG and WebP without trailing data. A PNG keeps its metadata, which `source.data` lacks.
        return NormalizedImage(data if source.format == "png" else source.data, source.format, source.size)
    picture = decode_file(source)
    missing_px = count_missing_rows(picture) if source.is_cut_off else 0
    if (turn := _TRANSPOSE_BY_ORIENTATION.get(_orientation(source.image))) is not None:
        picture = picture.transpose(turn)
    is_photo = source.format == "jpeg" or (source.format == "avif" and picture.mode == "RGB")
    format_: PictureFormat = "jpeg" if is_photo else "png"
    data = encode(picture, format_, compression=_JPEG_QUALITY)
    reduced_from = source.size if source.factor > 1 else None
    return NormalizedImage(data, format_, Size(*picture.size), reduced_from, missing_px)


def apply_orientation(data: bytes, *, max_bytes: int = MAX_BYTES) -> tuple[bytes, PictureFormat, Size]:
    """As `normalize`, but returns only bytes, format and size. Raises the same errors."""
    prepared = normalize(data, max_bytes=max_bytes)
    return prepared.data, prepared.format, prepared.size


def _needs_no_change(source: ImageFile) -> bool:
    image = source.image
    if source.format == "gif" or image.mode not in ("RGB", "RGBA") or "transparency" in image.info:
        return False
    if not source.is_plain or source.is_cut_off or source.bits > 8 or source.factor > 1:
        return False
    if getattr(image, "n_frames", 1) > 1:
        return False
    try:
        has_place = bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo)) or b"GPSL" in source.xmp
        return not has_place and _orientation(image) == _NOT_ROTATED
    except PILLOW_ERRORS:
        return False


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation; 1 if there is none or it cannot be read."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, _NOT_ROTATED))
    except PILLOW_ERRORS:
        return _NOT_ROTATED
