"""Texts on Discord's own controls that no card or form contains: command descriptions, buttons, link labels."""

from typing import Final

KEEP: Final = "Cancel"
"""Of a question: the button that changes nothing."""
SOURCE: Final = "Your message"
"""Of a reply in a DM: the link to the message that it replies to."""
REACTION: Final = "🙂"
"""On messages in a thread that Easel read and took for people's talk."""
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
