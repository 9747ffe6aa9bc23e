"""Every ceiling of the playground, with its reason, and what it can show."""

from bot.presentation.capabilities import Capabilities, Support

MAX_ATTACHMENTS = 16
"""As many references as the most generous model takes, so that the core's own answer is the first one met."""
MAX_TEXT_CHARS = 100_000
"""Above the longest prompt of any model (32 000), so that the core can say how long is too long."""
MAX_NAME_CHARS = 40
MAX_FILE_NAME_CHARS = 200
MAX_PEOPLE = 50
PAGE_MESSAGES = 50
"""Messages per page of history: two screens, some 40 kB."""
HEARTBEAT_S = 15.0
"""Proxies commonly close a silent connection after 30 to 60 s."""
STREAM_BATCH = 100
"""Messages read at once when a browser catches up."""
MAX_PRIVATE_MESSAGES = 500
"""Private answers live in memory until as many newer ones came: as in Slack, they do not outlive a reload."""

CAPABILITIES = Capabilities(
    max_text_chars=40_000,  # as Slack's, which is far more than any card holds
    max_pictures=10,  # the most any model draws at once
    max_image_bytes=256 * 1024 * 1024,  # loopback: a guard against mistakes only
    formats=frozenset({"png", "jpeg", "webp", "gif", "svg"}),
    max_buttons=10,
    min_edit_interval_s=0.25,  # faster than that, previews flicker rather than sharpen
    previews=Support.FULL,
    edits=Support.FULL,
    forms=Support.FULL,
    clock=Support.FULL,
)
