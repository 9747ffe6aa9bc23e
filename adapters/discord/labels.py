"""The few words on Discord's own controls that no card or form brings along."""

from typing import Final

KEEP: Final = "Cancel"
"""The button of a question that changes nothing."""
SOURCE: Final = "Your message"
"""The link from an answer in a DM to the words that it answers."""
REACTION: Final = "🙂"
"""On what people say to each other: it was read, and left alone."""
EDIT_MENU: Final = "Edit image"
"""In the menu of a message, under Apps."""

PROMPT: Final = "What you want to see; flags such as --quality high may stand in it"
CHANGE: Final = "What should change in this thread's newest picture, or in an image you attach"
IMAGE: Final = "An image to edit or to use"
IMAGINE: Final = "Draw a picture"
EDIT: Final = "Change a picture"
TREE: Final = "Show every version of this thread's picture"
THREAD: Final = "Picture"
"""The name of a thread where Discord does not allow the words that were drawn."""
