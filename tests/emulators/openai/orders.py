"""What a request comes to, once it has passed the rules of its service."""

from dataclasses import dataclass, field
from typing import Literal

from tests.emulators.openai.models import ImageModel, TextModel

PictureFormat = Literal["png", "webp", "jpeg", "gif", "svg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOrder:
    """Pictures to paint. With `inputs` it is an edit of the first of them.

    `spec` is None on servers that count nothing; `area` is the mask, alpha 0 = to be changed.
    """

    prompt: str
    spec: ImageModel | None = None
    n: int = 1
    width: int = 1024
    height: int = 1024
    quality: str = "high"
    background: str = "opaque"
    format: PictureFormat = "png"
    compression: int = 100
    frames: int = 9
    frame_ms: int = 200
    stream: bool = False
    partials: int = 0
    author: str | None = None
    is_edit: bool = False
    inputs: tuple[bytes, ...] = field(default=(), repr=False)
    area: bytes | None = field(default=None, repr=False)
    safety_identifier: str | None = None
    as_url: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOrder:
    """An answer to write.

    `asked` is the last thing the person said, `said` everything in the conversation, `pictures` how many came along.
    """

    api: Literal["responses", "chat"]
    model: str
    spec: TextModel
    asked: str
    said: str
    pictures: tuple[tuple[int, int], ...] = ()
    effort: str = "medium"
    most_tokens: int | None = None
    stream: bool = False
    stream_usage: bool = True
    instructions: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The models, or one of them; `body` is the answer once it was looked up."""

    name: str | None = None
    body: dict[str, object] = field(default_factory=dict[str, object])


Work = ImageOrder | TextOrder | Listing
