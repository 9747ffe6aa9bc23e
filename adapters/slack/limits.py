"""Slack's limits with their sources, and what Slack can show.

Sources: [DOC] docs.slack.dev/reference/block-kit; [SDK] the constants of slack_sdk's models; [ISS] a GitHub thread.
"""

from bot.domain.pictures import PictureFormat
from bot.presentation.capabilities import Capabilities, Support

MAX_VIEW_BLOCKS = 100
"""In a modal and on the App Home. [DOC]"""
MAX_MESSAGE_JSON_CHARS = 12_000
"""All blocks of a message, as JSON. Slack refused messages with `msg_blocks_too_long` at about 13,200 characters of
text [ISS bolt-js#2509], and at 11,341 in rich_text [ISS bolt-js#2867]. So more than the text counts; what does is not
documented. The length of the JSON is an upper bound."""
MAX_TOP_TEXT_CHARS = 4_000
"""`text` of chat.update, else `msg_too_long`; chat.postMessage recommends the same. [DOC]"""

MAX_TEXT_CHARS = 3_000
"""Any text object without a lower limit of its own. [DOC]"""
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
"""The value of a plain_text_input. [SDK]"""
MAX_INPUT_FILES = 10
"""Files of one file_input, each up to 10 MB. [DOC]"""

MAX_ERROR_CHARS = 300
"""An error under an input. Slack documents no limit. Easel's errors are shorter, but can quote what people typed."""
MAX_SHOWN_ALT_CHARS = 300
"""Easel's alt texts have up to 200 characters, and a prefix."""

HOME_CARD_CHARS = 2_400
"""Text of a card on the App Home: twice the length of the help."""
CARD_TEXT_CHARS = 7_000
"""Text of a card. The longest cards are details of a prompt with the 3,000 characters of a form: they show the prompt,
the command that repeats it, and some facts. 5,000 characters of a message's JSON remain for ten pictures, the buttons
and the JSON syntax."""
MAX_CARD_BUTTONS = 10
"""Slack accepts 25 in a block; more than ten are hard to read on a phone."""
MAX_CARD_PICTURES = 10
"""The highest number of pictures per request of any model. Each is a block."""
MAX_IMAGE_BYTES = 50 * 1024 * 1024
"""Slack accepts 1 GB per file. The largest picture of any model, 3840x2160 with alpha, has 33 MB uncompressed. A larger
file is an error, and would be held in memory."""
FORMATS: frozenset[PictureFormat] = frozenset({"png", "jpeg", "gif"})
"""The formats that an image block shows. [DOC]"""


def capabilities(*, edit_interval_s: float, previews: bool) -> Capabilities:
    """What Slack can show.

    Args:
        edit_interval_s: seconds between two updates of a message. All jobs of a workspace together can call chat.update
            about 50 times a minute.
        previews: whether previews of unfinished pictures are shown.
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
