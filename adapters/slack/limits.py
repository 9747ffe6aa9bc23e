"""Slack's limits, each with its source, and the capabilities of the platform.

Sources: [DOC] docs.slack.dev/reference/block-kit; [SDK] the constants of slack_sdk's models; [ISS] a GitHub thread.
"""

from bot.domain.pictures import PictureFormat
from bot.presentation.capabilities import Capabilities, Support

MAX_VIEW_BLOCKS = 100
"""In a modal and on the App Home. [DOC]"""
MAX_MESSAGE_JSON_CHARS = 12_000
"""All blocks of a message, as JSON. Slack counts their text and refuses with `msg_blocks_too_long` at about 13,200
characters [ISS bolt-js#2509], in another case at 11,341 of text in rich_text [ISS bolt-js#2867]: something of what
surrounds the text counts too, and nobody says what. The JSON holds all of it."""
MAX_TOP_TEXT_CHARS = 4_000
"""`text` of chat.update, else `msg_too_long`; chat.postMessage recommends the same. [DOC]"""

MAX_TEXT_CHARS = 3_000
"""Any text object, unless its place says less. [DOC]"""
MAX_HEADER_CHARS = 150
MAX_IMAGE_TITLE_CHARS = 2_000
MAX_BUTTON_CHARS = 75
"""A button's text, and its accessibility label."""
MAX_CONFIRM_TITLE_CHARS = 100
MAX_CONFIRM_TEXT_CHARS = 300
MAX_CONFIRM_BUTTON_CHARS = 30
MAX_OPTIONS = 100
MAX_OPTION_CHARS = 75
"""An option's text, and its description."""
MAX_OPTION_VALUE_CHARS = 150
MAX_VIEW_TITLE_CHARS = 24
"""A modal's title, and the texts of its two buttons."""
MAX_LABEL_CHARS = 2_000
MAX_INPUT_CHARS = 3_000
"""What a plain_text_input takes. [SDK]"""
MAX_INPUT_FILES = 10
"""Of one file_input; each file up to 10 MB. [DOC]"""

MAX_ERROR_CHARS = 300
"""Under an input: Slack documents no limit. The core's errors and hints are shorter, but may quote."""
MAX_SHOWN_ALT_CHARS = 300
"""Enough for the core's own alt texts of 200 characters and what stands before them."""

HOME_CARD_CHARS = 2_400
"""Of a card on the App Home: twice the help of today."""
CARD_TEXT_CHARS = 7_000
"""Of a card. Its longest honest use are the details of a prompt as long as a form takes (3,000): the prompt, the
command that repeats it, and some facts. The models are 1,400 and the help 1,250 today. It leaves 5,000 of a message's
JSON for ten pictures, buttons and what surrounds each."""
MAX_CARD_BUTTONS = 10
"""Slack takes 25 in a block: two rows of them on a phone are as much as anybody reads."""
MAX_CARD_PICTURES = 10
"""The most that any model draws at once; each is a block of its own."""
MAX_IMAGE_BYTES = 50 * 1024 * 1024
"""Slack takes 1 GB a file. The largest picture any model draws, 3840x2160 with alpha that no compression helps, is
33 MB; what is larger is a mistake that we would hold in memory."""
FORMATS: frozenset[PictureFormat] = frozenset({"png", "jpeg", "gif"})
"""What an image block shows. [DOC]"""


def capabilities(*, edit_interval_s: float, previews: bool) -> Capabilities:
    """What Slack can show. `edit_interval_s`: seconds between two updates of a message.

    chat.update may be called about 50 times a minute in a workspace, by all jobs together.
    """
    return Capabilities(
        max_text_chars=CARD_TEXT_CHARS,
        max_pictures=MAX_CARD_PICTURES,
        max_image_bytes=MAX_IMAGE_BYTES,
        formats=FORMATS,
        max_buttons=MAX_CARD_BUTTONS,
        min_edit_interval_s=edit_interval_s,
        previews=Support.FULL if previews else Support.NONE,
        edits=Support.FULL,
        forms=Support.FULL,
        clock=Support.NONE,
        # "Slash commands created by developers cannot be invoked in message threads." [DOC]
        commands_in_threads=Support.FALLBACK,
    )
