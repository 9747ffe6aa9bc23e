"""Reading requests to servers that overlook what they do not know.

What such a server silently ignores or misreads is not refused, but noted: it would not do what was meant.
"""

import base64
import binascii
import io
import re
from collections.abc import Collection

from PIL import Image

from tests.emulators.openai.calls import Call
from tests.emulators.openai.images import Body, encoded
from tests.emulators.openai.orders import ImageOrder
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State


def note_unknown(call: Call, state: State, known: Collection[str]) -> None:
    for name in call.fields:
        if name not in known:
            state.note(call, f"this server knows no {name!r}")


def canvas(size: object, separator: str = "x") -> tuple[int, int] | None:
    """Width and height of `1024x1024`, None where it is something else."""
    match = re.fullmatch(rf"(\d+){re.escape(separator)}(\d+)", size) if isinstance(size, str) else None
    return (int(match[1]), int(match[2])) if match else None


def whole_number(call: Call, name: str, default: int) -> int:
    value = call.fields.get(name, default)
    if isinstance(value, str) and value.isdigit():
        return int(value)
    if not isinstance(value, int):
        raise ApiProblem(422, f"{name}: Input should be a valid integer", param=name)
    return value


def prompt_of(call: Call) -> str:
    if not call.prompt:
        raise ApiProblem(422, "prompt: Field required", param="prompt")
    return call.prompt


def pictures_in(call: Call, *fields: str) -> tuple[bytes, ...]:
    """The uploaded pictures of these fields, at least one and all of them decodable."""
    uploads = call.files_in(*fields)
    if not uploads:
        raise ApiProblem(422, f"{fields[0]}: Field required", param=fields[0])
    for upload in uploads:
        opened(upload.data)
    return tuple(upload.data for upload in uploads)


def opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
    except (OSError, ValueError) as error:
        raise ApiProblem(400, "Failed to decode the image") from error
    return picture


def from_base64(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (ValueError, binascii.Error) as error:
        raise ApiProblem(400, "Failed to decode the image") from error


def note_alpha_mask(call: Call, state: State, mask: bytes, base: bytes) -> None:
    """For servers that read a mask's lightness: alpha means nothing to them."""
    picture = opened(mask)
    if picture.mode in ("RGBA", "LA"):
        state.note(call, "the mask is read as black and white, not by its transparency")
    if picture.size != opened(base).size:
        state.note(call, "the mask has another size than the picture")


def items(order: ImageOrder, pictures: list[bytes], state: State) -> list[Body]:
    """The `data` of an answer: pictures, or the addresses that they were put at."""
    if not order.as_url:
        return [{"b64_json": encoded(data), "url": None, "revised_prompt": None} for data in pictures]
    published: list[Body] = []
    for data in pictures:
        path = f"/generated-images/b64{len(state.published)}.png"
        state.published[path] = data
        published.append({"b64_json": None, "url": state.origin + path, "revised_prompt": None})
    return published
