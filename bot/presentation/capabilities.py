"""What a platform can show, as data with units."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.pictures import PictureFormat


class Support(StrEnum):
    """How well a platform does something. FALLBACK means: in another way that people still understand."""

    FULL = "full"
    FALLBACK = "fallback"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show, as data. `fit` degrades cards by it; nothing asks for a platform by name.

    Attributes:
        max_text_chars: title, text, quote, fields and notes of one message together.
        max_pictures: pictures in one message.
        max_image_bytes: the largest single file that can be posted.
        formats: picture formats that are shown inline; others are converted and the original is offered.
        max_buttons: buttons in one message.
        min_edit_interval_s: seconds between two updates of one message, so that status lines stay within limits.
        previews: unfinished pictures in status cards.
        edits: changing a message after posting; FALLBACK posts a new one.
        forms: inputs shown on request.
        clock: whether the platform itself lets `Card.since` run, so that time alone needs no update.
        commands_in_threads: FALLBACK: there, words, a mention or a message's menu have to do.
        max_quote_chars: of a person's own words, where they would push everything else off the screen.
        max_message_bytes: all files of one message together; None where only each by itself counts.
        max_message_files: files of one message, its pictures among them; None where only pictures are counted.
    """

    max_text_chars: int
    max_pictures: int
    max_image_bytes: int
    formats: frozenset[PictureFormat]
    max_buttons: int
    min_edit_interval_s: float
    previews: Support
    edits: Support
    forms: Support
    clock: Support
    commands_in_threads: Support = Support.FULL
    max_quote_chars: int | None = None
    max_message_bytes: int | None = None
    max_message_files: int | None = None
