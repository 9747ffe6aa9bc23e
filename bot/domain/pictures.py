"""Pictures, sizes and attachments as data, without their bytes."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from bot.domain.ids import PictureId

PictureFormat = Literal["png", "jpeg", "webp", "gif", "svg"]
PICTURE_FORMATS: tuple[PictureFormat, ...] = get_args(PictureFormat)
Background = Literal["auto", "opaque", "transparent"]
Role = Literal["picture", "mask", "markup"]
"""The purpose of an attached file: an input picture, a mask of the area that may change, or marks over the base."""

_SIZE = re.compile(r"(\d{1,6})x(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width_px: int
    height_px: int

    @classmethod
    def parse(cls, text: str) -> "Size":
        """Parses `1536x1024`; raises ValueError for anything else. Whether a model can draw it is checked later."""
        match = _SIZE.fullmatch(text)
        if match is None:
            raise ValueError(f"not a size: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @property
    def pixels(self) -> int:
        return self.width_px * self.height_px

    def __str__(self) -> str:
        return f"{self.width_px}x{self.height_px}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture. `id` is the SHA-256 of its bytes, so equal bytes are the same picture.

    `svg` is the SVG that it was rasterised from, if a model wrote one: the editable original.
    """

    id: PictureId
    format: PictureFormat
    size: Size
    bytes_count: int
    svg: PictureId | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sent, not downloaded yet. `name`, `mime` and `bytes_count` are not verified.

    `ref` is what the platform needs to download it (a file id, a message and attachment id), never a URL from the
    message text. `role` differs from `picture` only on platforms where people can mark an area or draw on a picture.
    """

    ref: str
    name: str
    mime: str | None = None
    bytes_count: int | None = None
    role: Role = "picture"
