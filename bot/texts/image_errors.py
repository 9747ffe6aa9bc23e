"""Errors about images and other files that a person sent, and about stored images."""

from typing import Final

from bot.errors import AdminError, BadCommand, BadPicture, NotFound, TooLarge, Transient

_ACCEPTED: Final = "PNG, JPEG, WebP, GIF and AVIF images work"
_SEND_AGAIN: Final = "Send it again."
_IN_ARCHIVE: Final = "Send the image in it."

UNREADABLE: Final = "That file is not an image that Easel can read."
"""For a file of which nothing is known."""

# What to do with a file of another kind: the end of a sentence.
AS_JPEG: Final = "save it as JPEG"
AS_PNG: Final = "save it as PNG"
AS_PNG_OR_JPEG: Final = "save it as PNG or JPEG"
EXPORT_AS_PNG: Final = "export it as PNG"
EXPORT_PHOTO: Final = "export it as JPEG from your photo program"
SEND_SCREENSHOT: Final = "send a screenshot of it"
SEND_IMAGE_IN_IT: Final = "send the image in it"
EXPORT_PAGE: Final = "export the page as PNG"
SEND_IMAGE: Final = "send an image"

_ADVICE: Final = {
    "a PDF": "Export the page as PNG and send that.",
    "a video": "Send a screenshot of it.",
    "a ZIP archive": _IN_ARCHIVE,
    "an archive": _IN_ARCHIVE,
    "a RAR archive": _IN_ARCHIVE,
    "a 7-Zip archive": _IN_ARCHIVE,
    "a gzip archive": _IN_ARCHIVE,
    "a ZIP archive or an office document": _IN_ARCHIVE,
    "a web page": "Send a screenshot of it, or the image itself.",
    "an office document": "Export the page as PNG, or send the image in it.",
}

# Kinds of files


def empty_file() -> BadPicture:
    return BadPicture("That file is empty.", hint=f"{_ACCEPTED}. {_SEND_AGAIN}")


def web_page() -> BadPicture:
    return BadPicture(
        "That file is a web page, not an image.",
        hint="Attach the image itself, not a link. If you did, the app may lack permission to read files.",
    )


def svg() -> BadPicture:
    return BadPicture("An SVG cannot be used as an image.", hint="Export it as PNG and send that.")


def heic() -> BadPicture:
    return BadPicture(
        "That is a HEIC photo, which Easel cannot read.",
        hint="On an iPhone: Settings > Camera > Formats > Most Compatible, or share the photo as JPEG.",
    )


def unreadable() -> BadPicture:
    return BadPicture(UNREADABLE, hint=f"{_ACCEPTED}.")


def other_image_kind(label: str, *, advice: str) -> BadPicture:
    """Args: `label`: such as "a BMP"; `advice`: one of the constants above."""
    return BadPicture(f"That file is {label}.", hint=f"{_ACCEPTED}; {advice}.")


def recording(label: str | None) -> BadPicture:
    """Args: `label`: such as "a video"."""
    return BadPicture(f"That file is {label}, not an image.", hint=f"{_ACCEPTED}; {SEND_SCREENSHOT}.")


def explanation(name: str, label: str) -> str:
    """The beginning of a sentence about a file. `label` is "a PDF", or "no image" where nothing is known."""
    return f"{name} is not an image" if label == "no image" else f"{name} is {label}, not an image"


def not_an_image(name: str, label: str) -> BadPicture:
    advice = _ADVICE.get(label, "Send a PNG, JPEG or WebP image.")
    return BadPicture(f"{explanation(name, label)}.", hint=advice)


def neither_image_nor_text(name: str) -> BadPicture:
    return BadPicture(f"{name} is neither an image nor text.", hint="Attach an image, or type what you want.")


# Files that cannot be downloaded


def attachment_too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The attached image is larger than {max_bytes // 1_000_000} MB.", hint="Send a smaller one.")


def attachment_gone() -> BadPicture:
    return BadPicture("File no longer available.", hint=_SEND_AGAIN)


def attachment_deleted() -> BadPicture:
    return BadPicture("That file was deleted.", hint=_SEND_AGAIN)


# What is in an image


def too_many_bytes(size: str, *, most: str) -> BadPicture:
    """Args: with units, such as "12.0 MB"."""
    return BadPicture(f"That file is {size}; at most {most} is allowed.", hint="Send a smaller file, or a JPEG.")


def impossible_size(*, limits: str) -> BadPicture:
    return BadPicture("That image claims to have far more pixels than is possible.", hint=limits)


def too_many_pixels(size: str, *, limits: str) -> BadPicture:
    return BadPicture(f"That image is too large: {size}.", hint=limits)


def size_limits(scaled_megapixels: int, max_megapixels: int, max_jpeg_megapixels: int, max_edge_px: int) -> str:
    """The hint on images with too many pixels. Those above `scaled_megapixels` are scaled down."""
    return (
        f"Images above {scaled_megapixels} megapixels are scaled down. The limit is {max_megapixels} megapixels, "
        f"{max_jpeg_megapixels} for most JPEG photos, and {max_edge_px} pixels for one edge."
    )


def damaged(format_name: str, *, reason: str | None = None) -> BadPicture:
    """Args: `reason`: the end of the sentence, where it is known."""
    what = f"is damaged: {reason}" if reason else "is damaged, or its upload was cut off"
    # AVIF has many kinds, not all of which every decoder reads.
    hint = "Save or export it again and send the new file."
    if format_name == "AVIF":
        hint = "Save or export it as JPEG or PNG and send that."
    return BadPicture(f"That {format_name} image {what}.", hint=hint)


# Why an image counts as damaged: the end of a sentence.
UNREADABLE_HEADER: Final = "its header cannot be read"
TOO_MANY_SCANS: Final = "it has far more JPEG scans than an image needs"
TOO_MUCH_BEFORE_JPEG: Final = "it has far more comments or fill bytes than an image needs"
TOO_MANY_GIF_COMMENTS: Final = "it has far more comments than an image needs"


def too_many_chunks(max_count: int) -> str:
    """The end of a sentence, as those above."""
    return f"it has more than {max_count:,} chunks"


def too_many_scans(size: str, scans: int) -> BadPicture:
    """Args: `size`: in pixels, such as "64x48"."""
    return BadPicture(
        f"That JPEG image is {size} and has {scans} scans: too many for that size.",
        hint="Save it again as a JPEG that is not progressive.",
    )


def avif_not_kept() -> BadPicture:
    return other_image_kind("an AVIF", advice="save it as JPEG or PNG")


def avif_not_supported() -> BadPicture:
    return BadPicture("This Easel cannot read AVIF images.", hint="Save it as JPEG or PNG and send that.")


def cannot_be_shrunk(max_size: str) -> BadPicture:
    """Args: `max_size`: with its unit."""
    return BadPicture(f"That image cannot be reduced to {max_size}.")


def opaque_markup() -> BadPicture:
    return BadPicture(
        "The drawing covers the whole image.",
        hint="Send a PNG of the image's size that is transparent where nothing is drawn.",
    )


def empty_markup() -> BadPicture:
    return BadPicture("The drawing on the image is empty.", hint="Draw what should change, or leave it out.")


def empty_mask() -> BadPicture:
    return BadPicture(
        "The mask marks no area to change.",
        hint="Send a PNG of the image's size in which the area to change is transparent, or white on black.",
    )


def mark_of_other_size(what: str, size: str, *, expected: str) -> BadPicture:
    """Args: `what`: "mask" or "markup"; sizes in pixels, such as "64x48"."""
    return BadPicture(
        f"The {what} is {size}, but the image is {expected}.",
        hint=f"Send a {what} of exactly {expected}, made from the image.",
    )


def mark_without_image() -> BadCommand:
    return BadCommand("A mask or a drawing needs the image it belongs to.", hint="Attach that image as well.")


# Stored images


def image_gone() -> NotFound:
    return NotFound("Image no longer available.")


def image_not_stored() -> NotFound:
    return NotFound("Image no longer available.", hint="It was deleted. Draw a new one.")


def base_never_drawn() -> NotFound:
    return NotFound("The image to edit was never drawn, so there is nothing to change.")


def stored_image_damaged() -> AdminError:
    return AdminError(
        "This stored image is damaged.", hint="Press Again to draw it again, or ask an admin to restore a backup."
    )


def rasteriser_missing() -> AdminError:
    return AdminError(
        "Easel cannot turn SVG or text into images here.",
        hint="An admin has to install Easel's packages again: the rasteriser (pyvips[binary]) does not start.",
    )


def text_took_too_long() -> Transient:
    return Transient("Drawing the text took too long.", hint="Try again with less text.")
