"""Discord's limits with their sources, and what Discord can show.

Sources: [DOC] discord.com/developers/docs, August 2026; [DPY] the source of discord.py 2.7.1; [ISS] a GitHub thread.
"""

from typing import Final

from bot.domain.pictures import PictureFormat
from bot.presentation.capabilities import Capabilities, Support

MIB: Final = 1024 * 1024

MAX_CONTENT_CHARS: Final = 2_000
"""Content of a bot's message. The 4,000 of the official specification are for people with Nitro. [DOC]"""
MAX_PANEL_CHARS: Final = 4_000
"""All text of a message with components V2. [DOC]"""
MAX_FILES: Final = 10
"""Files of one message. discord.py does not check it. [DOC]"""
MAX_REQUEST_BYTES: Final = 24 * MIB
"""All files of a request. The documented 25 MiB are for the whole request. [DOC create-message]"""
MAX_ALT_CHARS: Final = 1_024
MAX_NONCE_CHARS: Final = 25
MAX_ROWS: Final = 5
MAX_ROW_BUTTONS: Final = 5
MAX_BUTTON_CHARS: Final = 80
MAX_CUSTOM_ID_CHARS: Final = 100
MAX_OPTIONS: Final = 25
"""Options of a menu or a command, and autocomplete choices. [DOC]"""
MAX_OPTION_CHARS: Final = 100
"""Label, value and description of an option. [DOC]"""
MAX_MODAL_TITLE_CHARS: Final = 45
MAX_MODAL_FIELDS: Final = 5
"""Top-level components of a modal. [DOC]"""
MAX_LABEL_CHARS: Final = 45
MAX_INPUT_CHARS: Final = 4_000
MAX_INPUT_FILES: Final = 10
MAX_PROMPT_OPTION_CHARS: Final = 6_000
"""A text option of a command. [DOC]"""
MAX_THREAD_NAME_CHARS: Final = 100

TOKEN_S: Final = 15 * 60.0
"""How long an interaction's token is valid. [DOC]"""
OLD_MESSAGE_S: Final = 3_600.0
"""Older messages can be edited only a few times: 429 with code 30046. [ISS discord-api-docs#4413]"""

FILE_BYTES: Final = {0: 10 * MIB, 1: 10 * MIB, 2: 50 * MIB, 3: 100 * MIB}
"""One file in a guild, by its boost tier [DPY guild.py]. The documentation says 20 MiB for the lowest since September
2026, but the API still refused more than 10 [ISS discord-api-docs#8572]. Used until an interaction contains the
guild's own limit."""
MARGIN_BYTES: Final = 64 * 1024

CARD_TEXT_CHARS: Final = 1_700
"""Text of a card: 300 of the 2,000 are reserved for markup and for escaping typed text."""
CARD_QUOTE_CHARS: Final = 300
"""The quoted prompt. A longer one would push pictures, which are beneath it, off a phone's screen."""
FORMATS: Final[frozenset[PictureFormat]] = frozenset({"png", "jpeg", "gif", "webp"})
"""The formats that are shown inline. [DOC]"""


def capabilities(*, edit_interval_s: float, file_bytes: int = FILE_BYTES[0]) -> Capabilities:
    """What Discord can show.

    Args:
        edit_interval_s: seconds between two updates of a message. A channel allows five edits in five seconds.
        file_bytes: the maximum size of one file in the place.
    """
    return Capabilities(
        max_text_chars=CARD_TEXT_CHARS,
        max_pictures=MAX_FILES,
        max_image_bytes=min(file_bytes - MARGIN_BYTES, MAX_REQUEST_BYTES),
        formats=FORMATS,
        max_buttons=MAX_ROWS * MAX_ROW_BUTTONS,
        min_edit_interval_s=edit_interval_s,
        previews=Support.FULL,
        edits=Support.FULL,
        forms=Support.FULL,
        # Clients keep `<t:…:R>` up to date.
        clock=Support.FULL,
        max_quote_chars=CARD_QUOTE_CHARS,
        max_message_bytes=MAX_REQUEST_BYTES,
        max_message_files=MAX_FILES,
    )
