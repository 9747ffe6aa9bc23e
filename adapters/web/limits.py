"""The limits and capabilities of the playground."""

from bot.presentation.capabilities import Capabilities, Support

MAX_ATTACHMENTS = 16
"""As many as any model accepts, so that the core reports when there are too many."""
MAX_TEXT_CHARS = 100_000
"""More than the longest prompt of any model (32 000), so that the core reports when it is too long."""
MAX_NAME_CHARS = 40
MAX_FILE_NAME_CHARS = 200
MAX_PEOPLE = 50
PEOPLE_AT_ONCE = 4
"""So many people may send as much as one person may, at the same time."""
JSON_BYTES_A_MINUTE = 10 * 1024 * 1024
"""Of one person: a hundred of the longest texts that are taken."""
UPLOAD_S = 300.0
"""For one file: 25 MB at 0.7 Mbit/s."""
UNSENT_UPLOADS = 4 * MAX_ATTACHMENTS
"""Files of the largest size that may wait on disk to be sent with a message: what four people can attach."""
UNSENT_S = 3600.0
"""How long a file waits at least, once room is needed for others."""
PAGE_MESSAGES = 50
"""Messages per page of history: two screens, about 40 kB."""
HEARTBEAT_S = 15.0
"""Proxies usually close an idle connection after 30 to 60 s."""
STREAM_BATCH = 100
"""Messages per database query when a browser catches up."""
MAX_PRIVATE_MESSAGES = 500
"""Private answers kept in memory; older ones are dropped. As in Slack, they are gone after a reload."""

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
