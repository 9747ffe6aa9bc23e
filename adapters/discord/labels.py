"""Texts on Discord's controls that are not part of a card or form: command descriptions, buttons, link labels."""

from typing import Final

KEEP: Final = "Cancel"
"""The button that cancels a confirmation."""
SOURCE: Final = "Your message"
"""The link in a DM to the message that it replies to."""
REACTION: Final = "🙂"
"""The emoji on messages that Easel read and ignored."""
EDIT_MENU: Final = "Edit image"
"""The command in a message's context menu, under Apps."""

PROMPT: Final = "What you want to see; may contain flags such as --quality high"
CHANGE: Final = "What to change in this thread's newest image, or in an image you attach"
IMAGE: Final = "An image to edit or use"
IMAGINE: Final = "Draw an image"
EDIT: Final = "Edit an image"
TREE: Final = "Show all versions of this thread's image"
THREAD: Final = "Image"
"""The name of a thread where Discord does not allow the prompt as its name."""
