"""Texts on Slack's controls that are not part of a card or form."""

CLOSE_FORM = "Cancel"
KEEP = "Cancel"
"""The button that cancels a confirmation."""
SOURCE = "Open"
"""The link from a picture on the App Home to its message."""

REACTION = "slightly_smiling_face"
"""The emoji on messages that Easel read and ignored."""

IN_THREAD = "The images are in the thread."
"""Where Slack refuses to show them in the message itself."""
NOT_SHOWN_YET = "Slack has the image, but does not show it yet. Easel keeps trying."

NOT_INSTALLED = "Easel is no longer installed in this workspace."
"""For an event of a workspace whose installation was removed."""
