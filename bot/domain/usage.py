"""Token usage of a drawing, as its provider reported it."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them. Cached tokens are part of the input counts."""

    text_in: int = 0
    image_in: int = 0
    image_out: int = 0
    text_out: int = 0
    cached_text_in: int = 0
    cached_image_in: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """The sum of both."""
        return Usage(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def total_usage(usages: Iterable[Usage | None]) -> Usage | None:
    """The sum of all; None if any of them is None."""
    listed = list(usages)
    known = [usage for usage in listed if usage is not None]
    return sum(known, Usage()) if len(known) == len(listed) else None
