"""What a provider counted for one drawing."""

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
        """What two answers took together."""
        return Usage(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def total(usages: Iterable[Usage | None]) -> Usage | None:
    """All of them together; unknown where any of them is."""
    listed = list(usages)
    known = [usage for usage in listed if usage is not None]
    return sum(known, Usage()) if len(known) == len(listed) else None
