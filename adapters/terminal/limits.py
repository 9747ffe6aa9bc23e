"""What a terminal can show, and every ceiling of this platform with its reason."""

from bot.domain.ids import PlatformName
from bot.domain.pictures import PICTURE_FORMATS
from bot.presentation.capabilities import Capabilities, Support

TERMINAL = PlatformName("terminal")
TEAM = "local"

MAX_FILE_BYTES = 256 * 1024 * 1024
"""A guard against sending a disk image by mistake; what a picture may have is the core's affair."""
KEEP_DAYS = 30
"""Results stay retrievable for as long; the pictures themselves live in the picture store, by its own rules."""
FIND_TIMEOUT_S = 20.0
"""How long a starting or stopping Easel may hold the data directory without answering: a start takes about 4 s."""

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
