"""What is wrong with a drawing, for the model that wrote it."""


class UnusableSvg(Exception):
    """This SVG cannot become a picture.

    Never shown to a person as it is: whoever asked the model for it can ask once more, and says `reason`.

    Args:
        reason: one plain sentence that tells the model what to do better.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
