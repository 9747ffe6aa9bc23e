"""The sentences on a result that tell where it is not what was asked for."""

from collections.abc import Sequence
from typing import Literal

from bot.domain.pictures import Picture
from bot.domain.requests import Applied, Request

Missing = Literal["refused", "unknown", "fruitless", "failed"]
"""Why a picture is not there: of these only what failed or was refused is known to have cost nothing."""


def missing_note(count: int, n: int, why: Missing, reason: str) -> str:
    """For a result that lacks `count` of `n` pictures. `reason` is a sentence that says what went wrong."""
    pictures = f"{count} of {n} pictures"
    match why:
        case "refused":
            return f"{pictures} {'was' if count == 1 else 'were'} refused by the model's safety system."
        case "unknown":
            return f"{pictures} never arrived, and may have been paid for."
        case "fruitless":
            return f"{pictures} came to nothing, though paid for: {reason}"
        case "failed":
            return f"{pictures} failed: {reason}"


def applied_notes(request: Request, applied: Applied, pictures: Sequence[Picture]) -> tuple[str, ...]:
    """What a service made of a request, where that is something else than was asked for. "auto" asks for nothing."""
    sizes = sorted({str(picture.size) for picture in pictures})
    # An SVG is shown as a picture of another format, and is there to be had.
    formats = sorted({picture.format for picture in pictures if request.format != "svg" or picture.svg is None})
    background = None if request.background == "auto" else request.background
    quality = None if request.quality == "auto" else request.quality
    return (
        *_differing("size", None if request.auto_size else str(request.size), sizes),
        *_differing("quality", quality, [applied.quality] if applied.quality else []),
        *_differing("background", background, [applied.background] if applied.background else []),
        *_differing("format", request.format, formats),
    )


def _differing(what: str, asked: str | None, used: Sequence[str]) -> tuple[str, ...]:
    if asked is None or not used or list(used) == [asked]:
        return ()
    return (f"Asked for {what} {asked}; the service used {', '.join(used)}.",)
