"""The limits and capabilities of the terminal platform."""

from bot.domain.ids import PlatformName
from bot.domain.pictures import PICTURE_FORMATS
from bot.presentation.capabilities import Capabilities, Support

TERMINAL = PlatformName("terminal")
TEAM = "local"

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Prevents sending a disk image by mistake; the core limits pictures."""
KEEP_DAYS = 30
"""How long messages and attachments are kept. Pictures are in the picture store, which has its own rules."""
FIND_TIMEOUT_S = 20.0
"""How long to wait for an Easel that is starting or stopping; a start takes about 4 s."""

CAPABILITIES = Capabilities(
    max_text_chars=100_000,  # terminals scroll
    max_pictures=10,  # the most that one command can draw; each becomes a file
    max_image_bytes=MAX_FILE_BYTES,
    formats=frozenset(PICTURE_FORMATS),  # a file is written as it came
    max_buttons=10,
    min_edit_interval_s=0.5,  # each update is one small file, flushed to the disk
    previews=Support.NONE,
    edits=Support.FULL,
    forms=Support.NONE,
    clock=Support.NONE,
)
