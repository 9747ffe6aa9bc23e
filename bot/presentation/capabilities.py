"""The capabilities of a platform: what it can show, and its limits."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.pictures import PictureFormat


class Support(StrEnum):
    """How well a platform supports a feature. FALLBACK: in a different but equivalent way."""

    FULL = "full"
    FALLBACK = "fallback"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can show. `fit` shrinks cards accordingly; the core never checks a platform's name.

    Attributes:
        max_text_chars: the limit of title, text, quote, fields and notes of one message together.
        max_pictures: the most pictures in one message.
        max_image_bytes: the largest single file that can be posted.
        formats: picture formats that are shown inline; others are converted, and the original is attached.
        max_buttons: the most buttons in one message.
        min_edit_interval_s: the least seconds between two updates of one message, because of rate limits.
        previews: partial images in status cards.
        edits: changing a posted message; FALLBACK: a new one is posted.
        forms: forms with inputs.
        clock: whether the platform shows `Card.since` as a running clock, so that no updates are needed for it.
        commands_in_threads: FALLBACK: no slash commands in threads; replies, mentions or message menus replace them.
        max_quote_chars: the limit of the quoted prompt; None for no limit.
        max_message_bytes: the limit of all files of one message together; None for no limit.
        max_message_files: the most files of one message, pictures included; None for no limit.
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
