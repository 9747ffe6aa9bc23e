"""How long to wait between attempts to reach a chat platform that does not answer."""

from typing import Final

RECONNECT_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Between one attempt and the next; the last one goes on."""
