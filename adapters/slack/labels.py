"""The few words on Slack's own controls that no card or form brings along."""

CLOSE_FORM = "Cancel"
KEEP = "Cancel"
"""The button of a question that changes nothing."""
SOURCE = "Open"
"""The link from a picture on the App Home to its message."""

REACTION = "slightly_smiling_face"
"""On what people say to each other: it was read, and left alone."""

IN_THREAD = "The pictures are in the thread."
"""Where Slack refuses to show them in the message itself."""
NOT_SHOWN_YET = "Slack has the picture, but does not show it yet. Easel goes on trying."
