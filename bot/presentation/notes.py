"""Notes on a result that say where it differs from the request."""

import unicodedata
from collections.abc import Sequence
from typing import Final, Literal

from bot.domain.pictures import Picture, Size
from bot.domain.requests import AppliedSettings, Request

_MAX_LISTED: Final = 12
_LANGUAGES: Final = {"CJK": "Chinese or Japanese", "HANGUL": "Korean", "HIRAGANA": "Japanese", "KATAKANA": "Japanese"}
_KINDS_OF_SIGNS: Final = frozenset(
    "LETTER SIGN VOWEL SYLLABLE DIGIT NUMBER SMALL CAPITAL CONSONANT MARK HIEROGLYPH LIGATURE".split()  # noqa: SIM905
)

Missing = Literal["refused", "unknown", "fruitless", "failed"]
"""Why a picture is missing. Only "failed" and "refused" are known to have cost nothing."""


def missing_note(count: int, n: int, why: Missing, reason: str) -> str:
    """A note that `count` of `n` pictures are missing. `reason` is a sentence."""
    images = f"{count} of {n} images"
    was, it = ("was", "It") if count == 1 else ("were", "They")
    match why:
        case "refused":
            return f"{images} {was} refused by the model's safety system."
        case "unknown":
            return f"{images} never arrived. {it} may have been charged."
        case "fruitless":
            return f"{images} failed, but {was} charged: {reason}"
        case "failed":
            return f"{images} failed: {reason}"


def lettering_note(missing: str) -> str | None:
    """A note that characters were omitted because no font has them; None if `missing` is empty."""
    if not missing:
        return None
    # Combining marks are listed only if nothing else is missing.
    chars = [char for char in missing if unicodedata.category(char)[0] != "M"] or list(missing)
    listed = " ".join(_format_character(char) for char in chars[:_MAX_LISTED])
    more = f" and {len(chars) - _MAX_LISTED} more" if len(chars) > _MAX_LISTED else ""
    scripts = ", ".join(dict.fromkeys(script for char in missing if (script := _script_of(char))))
    named = f" ({scripts})" if scripts else ""
    return f"Not drawn, because no font has them: {listed}{more}{named}. An admin can install a font where Easel runs."


def reduced_note(name: str, before: Size, after: Size) -> str:
    """A note that an input picture was scaled down. `before` is the stored size, before EXIF rotation."""
    if (before.width_px < before.height_px) != (after.width_px < after.height_px):
        before = Size(before.height_px, before.width_px)
    return f"{name} was scaled down from {before} to {after}."


def cut_off_note(name: str, rows_px: int) -> str:
    """A note that an input picture is incomplete."""
    return f"{name} was cut off during upload: its last {rows_px} rows are grey."


def applied_notes(request: Request, applied: AppliedSettings, pictures: Sequence[Picture]) -> tuple[str, ...]:
    """Notes on settings that the service changed. Settings of "auto" are not compared."""
    sizes = sorted({str(picture.size) for picture in pictures})
    # An SVG is shown as a rasterised picture, and can be downloaded.
    formats = sorted({picture.format for picture in pictures if request.format != "svg" or picture.svg is None})
    background = None if request.background == "auto" else request.background
    quality = None if request.quality == "auto" else request.quality
    return (
        *_difference_note("size", None if request.auto_size else str(request.size), sizes),
        *_difference_note("quality", quality, [applied.quality] if applied.quality else []),
        *_difference_note("background", background, [applied.background] if applied.background else []),
        *_difference_note("format", request.format, formats),
    )


def _difference_note(what: str, asked: str | None, used: Sequence[str]) -> tuple[str, ...]:
    if asked is None or not used or list(used) == [asked]:
        return ()
    return (f"You asked for {what} {asked}; the service used {', '.join(used)}.",)


def _format_character(char: str) -> str:
    """The character, or its code point if it is unassigned or private."""
    return f"U+{ord(char):04X}" if unicodedata.category(char) in {"Cn", "Co", "Cs"} else char


def _script_of(char: str) -> str | None:
    """The script of a letter, from its Unicode name: "OLD ITALIC LETTER A" is Old Italic. None for symbols."""
    words = unicodedata.name(char, "").split()
    if not words or unicodedata.category(char)[0] not in "LM" or words[0] in {"MODIFIER", "COMBINING"}:
        return None
    end = next((index for index, word in enumerate(words) if word in _KINDS_OF_SIGNS), 1)
    return _LANGUAGES.get(words[0]) or " ".join(words[: max(1, end)]).title()
