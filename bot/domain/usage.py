"""What a provider counted for one drawing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them. Cached tokens are part of the input counts."""

    text_in: int = 0
    image_in: int = 0
    image_out: int = 0
    text_out: int = 0
    cached_text_in: int = 0
    cached_image_in: int = 0
