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

PROMPT: Final = "What you want to see; flags such as --quality high may stand in it"
CHANGE: Final = "What should change in this thread's newest picture, or in an image you attach"
IMAGE: Final = "An image to edit or to use"
IMAGINE: Final = "Draw a picture"
EDIT: Final = "Change a picture"
TREE: Final = "Show every version of this thread's picture"
THREAD: Final = "Picture"
"""The name of a thread where Discord does not allow the prompt as its name."""
