"""The error for an SVG that cannot be used."""


class UnusableSvg(Exception):
    """The SVG cannot be rendered.

    Never shown to a person: the provider sends `reason` to the model and asks for a corrected drawing.

    Args:
        reason: one sentence for the model about what to correct.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
