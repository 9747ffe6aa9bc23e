"""Reads and checks a picture's header: format, size, limits. Ignores file names and declared types."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import AvifImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from bot.domain.file_kinds import SourceFormat, detect_picture_format
from bot.domain.pictures import PictureFormat, Size
from bot.errors import BadPicture
from bot.imaging.gif import has_too_many_blocks
from bot.imaging.icc import profile_from_code_points, profile_from_gamma
from bot.imaging.jpeg import END_OF_IMAGE, first_picture, read_jpeg
from bot.imaging.png import MAX_CHUNKS, Png, read_png
from bot.texts import image_errors

# The largest drawing, 3840x2160 of noise, is a PNG of 25 MB; image models take inputs of less than 50 MB.
MAX_BYTES: Final = 50 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
"""Larger pictures are scaled down during decoding: see `ImageFile.factor`."""
MAX_EDGE_PX: Final = 16_384
MAX_JPEG_SCANS: Final = 100
"""A progressive JPEG has about 10 scans. Thousands of them in a small file keep the decoder busy for minutes."""
_MAX_SCANNED_PIXELS: Final = 800_000_000
"""Pixels times scans: some 5 s of decoding. A progressive photo of 64 megapixels has 640 million."""

_MIN_SCANS: Final = 4
"""The least number of scans of a progressive JPEG that was cut off: with fewer, it is blurred."""

_MAX_REDUCED_PIXELS: Final = 64_000_000
"""Phones take photos of 48 and 50 megapixels. A decoder may hold all pixels in memory to scale one down."""
_MAX_REDUCED_JPEG_PIXELS: Final = 205_000_000
"""The largest sensors of phones have 200 megapixels. A JPEG with a single scan is scaled down row by row."""
_MAX_PLAUSIBLE_PIXELS: Final = 400_000_000

PILLOW_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""All errors that Pillow's five decoders are known to raise for damaged or hostile files."""

# Pillow warns of each of 65,535 faulty tags that a picture's metadata can have, which would be as many lines of log.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")

_OPENERS: Final = {
    "png": PngImagePlugin.PngImageFile,
    # Not the factory of `Image.open`, which treats a photo with further pictures after it as another format (MPO).
    "jpeg": JpegImagePlugin.JpegImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
}
_NAMES: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF", "avif": "AVIF"}


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """Facts from the header. `size` is before EXIF rotation; `opaque` is False if there may be transparency."""

    format: PictureFormat
    size: Size
    opaque: bool


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture whose header was read and whose limits were checked.

    Attributes:
        data: the file without what is not part of the picture, such as comments or a video after it.
        is_plain: whether any decoder accepts the original file (of a JPEG, up to the end of the picture).
        image: opened from `data`; its pixels are not decoded yet.
        size: as stored, before rotation and scaling.
        profile: the ICC profile of the file's colours; None for sRGB.
        bits: per channel.
        xmp: XML metadata, if there is any.
        is_cut_off: a JPEG whose end is missing. `data` has an end marker added, so that it can be decoded.
    """

    format: SourceFormat
    data: bytes
    is_plain: bool
    image: Image.Image
    size: Size
    profile: bytes | None
    bits: int = 8
    xmp: bytes = b""
    is_cut_off: bool = False

    @property
    def factor(self) -> int:
        """The divisor of the edges during decoding, so that at most MAX_PIXELS are left: 1, 2, 4 or 8.

        It is the same for every format, so that a mask and its picture are scaled alike.
        """
        factor = 1
        while -(-self.size.width_px // factor) * -(-self.size.height_px // factor) > MAX_PIXELS:
            factor *= 2
        return factor

    def damaged(self) -> BadPicture:
        return image_errors.damaged(_NAMES[self.format])


def probe(data: bytes, *, max_bytes: int = MAX_BYTES) -> ImageInfo:
    """Reads and checks the header only. Takes less than a millisecond for any file.

    Raises:
        BadPicture: it is no picture of a stored format, too large in bytes or pixels, or damaged.
    """
    source = open_image(data, max_bytes=max_bytes, header_only=True)
    if source.format == "avif":
        raise image_errors.avif_not_kept()
    return ImageInfo(source.format, source.size, opaque=not source.image.has_transparency_data)


def open_image(data: bytes, *, max_bytes: int = MAX_BYTES, header_only: bool = False) -> ImageFile:
    """Reads the header and checks limits. Raises as `probe`, but also accepts AVIF.

    Args:
        header_only: the pixels will not be decoded.
    """
    if len(data) > max_bytes:
        raise image_errors.too_many_bytes(_format_megabytes(len(data)), most=_format_megabytes(max_bytes))
    format_ = detect_picture_format(data)
    max_pixels = _MAX_REDUCED_PIXELS
    match format_:
        case "png":
            png = read_png(data, header_only=header_only)
            if png.is_overloaded:
                raise _damaged_header(format_, image_errors.too_many_chunks(MAX_CHUNKS))
            image = _open_with_pillow(format_, png.pixels)
            _restore_metadata(image, png)
            source = ImageFile(
                format_,
                png.pixels,
                png.is_plain,
                image,
                Size(*image.size),
                _png_profile(png),
                png.bits,
                png.xmp or b"",
            )
        case "jpeg":
            layout = read_jpeg(data, header_only=header_only)
            if layout.is_overloaded:
                raise _damaged_header(format_, image_errors.TOO_MUCH_BEFORE_JPEG)
            if layout.scans > MAX_JPEG_SCANS:
                raise _damaged_header(format_, image_errors.TOO_MANY_SCANS)
            if not layout.is_progressive and layout.scans == 1:
                max_pixels = _MAX_REDUCED_JPEG_PIXELS
            is_cut_off = layout.end is None and not header_only
            whole = data + END_OF_IMAGE if is_cut_off else first_picture(data, layout)
            source = _open_other(format_, whole, is_cut_off=is_cut_off)
            if is_cut_off and layout.is_progressive and layout.scans < _MIN_SCANS:
                raise source.damaged()
            if layout.scans > 1 and layout.scans * source.size.pixels > _MAX_SCANNED_PIXELS:
                raise image_errors.too_many_scans(str(source.size), layout.scans)
        case "gif":
            if has_too_many_blocks(data):
                raise _damaged_header(format_, image_errors.TOO_MANY_GIF_COMMENTS)
            source = _open_other(format_, data)
        case "webp":
            # The second word is the length of the rest; data after that is not part of the picture.
            source = _open_other(format_, data[: 8 + int.from_bytes(data[4:8], "little")])
        case _:
            source = _open_other(format_, data)
    _check_limits(source.size, max_pixels)
    return source


def stored_format(data: bytes) -> PictureFormat:
    """The format from the first bytes. Raises BadPicture with advice if it is not a format that can be stored."""
    format_ = detect_picture_format(data)
    if format_ == "avif":
        raise image_errors.avif_not_kept()
    return format_


def _open_with_pillow(format_: SourceFormat, data: bytes) -> Image.Image:
    if format_ == "avif" and not AvifImagePlugin.SUPPORTED:
        raise image_errors.avif_not_supported()
    try:
        return _OPENERS[format_](io.BytesIO(data))
    except PILLOW_ERRORS as error:
        raise _damaged_header(format_, image_errors.UNREADABLE_HEADER) from error


def _open_other(format_: SourceFormat, data: bytes, *, is_cut_off: bool = False) -> ImageFile:
    """Opens a format for which Pillow ignores other data in the file."""
    image = _open_with_pillow(format_, data)
    profile = _read_profile(image, data, format_)
    return ImageFile(format_, data, True, image, Size(*image.size), profile, xmp=_xmp(image), is_cut_off=is_cut_off)


def _read_profile(image: Image.Image, data: bytes, format_: SourceFormat) -> bytes | None:
    """The embedded profile, or one built from AVIF's code points."""
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        return profile
    if format_ != "avif" or (at := data.find(b"colrnclx")) < 0:
        return None
    primaries, transfer = struct.unpack_from(">HH", data.ljust(at + 12, b"\0"), at + 8)
    return profile_from_code_points(primaries, transfer)


def _png_profile(png: Png) -> bytes | None:
    """The profile with the highest priority in the file (PNG, third edition, 4.3); None for sRGB."""
    if png.code_points is not None and (profile := profile_from_code_points(*png.code_points[:2])) is not None:
        return profile
    if png.profile is not None:
        return png.profile
    return None if png.is_srgb else profile_from_gamma(png.gamma, png.chromaticities)


def _restore_metadata(image: Image.Image, png: Png) -> None:
    """Adds the metadata of removed chunks to the image, and corrects a transparent grey that Pillow reads wrongly."""
    if png.exif is not None:
        image.info["exif"] = png.exif
    if png.raw_exif is not None:
        image.info["Raw profile type exif"] = png.raw_exif
    if png.xmp is not None:
        image.info["xmp"] = png.xmp
    transparent = image.info.get("transparency")
    if png.bits in (2, 4) and isinstance(transparent, int) and image.mode == "L":
        # Pillow scales grey values to 8 bits, but not the transparent one.
        image.info["transparency"] = transparent * 255 // ((1 << png.bits) - 1)


def _xmp(image: Image.Image) -> bytes:
    xmp = image.info.get("xmp", b"")
    return xmp if isinstance(xmp, bytes) else str(xmp).encode()


def _check_limits(size: Size, max_pixels: int) -> None:
    if size.pixels > _MAX_PLAUSIBLE_PIXELS:
        raise image_errors.impossible_size(limits=_limits_hint())
    if size.pixels > max_pixels or max(size.width_px, size.height_px) > MAX_EDGE_PX:
        raise image_errors.too_many_pixels(str(size), limits=_limits_hint())


def _damaged_header(format_: SourceFormat, why: str) -> BadPicture:
    return image_errors.damaged(_NAMES[format_], reason=why)


def _limits_hint() -> str:
    return image_errors.size_limits(
        MAX_PIXELS // 1_000_000,
        _MAX_REDUCED_PIXELS // 1_000_000,
        _MAX_REDUCED_JPEG_PIXELS // 1_000_000,
        MAX_EDGE_PX,
    )


def _format_megabytes(count_bytes: int) -> str:
    return f"{count_bytes / (1024 * 1024):.1f} MB"
