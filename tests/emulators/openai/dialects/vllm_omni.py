"""vLLM-Omni: one model, sizes always said, masks under another name, much of what it is sent overlooked."""

from dataclasses import replace
from typing import ClassVar, cast

from tests.emulators.openai import images
from tests.emulators.openai.calls import Call
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.dialects.lenient import (
    canvas,
    items,
    note_unknown,
    opened,
    pictures_in,
    prompt_of,
    whole_number,
)
from tests.emulators.openai.orders import ImageOrder, PictureFormat
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

_OVERLOOKED = frozenset("quality moderation stream user".split())  # noqa: SIM905
_KNOWN = _OVERLOOKED | frozenset(
    """
    model prompt n size background response_format negative_prompt num_inference_steps guidance_scale seed
    output_format output_compression url
    """.split()  # noqa: SIM905
)


def _generation(call: Call, state: State) -> ImageOrder:
    if call.fields.get("size") == "auto":
        raise ApiProblem(400, "size 'auto' is not supported for image generation, use WIDTHxHEIGHT")
    return _order(call, state)


def _edit(call: Call, state: State) -> ImageOrder:
    if call.files_in("mask"):
        state.note(call, "'mask' is overlooked: this server reads 'mask_image'")
    order = _order(call, state)
    transparent = call.fields.get("background") == "transparent"
    pictures = pictures_in(call, "image", "image[]")
    for mask in call.files_in("mask_image"):
        opened(mask.data)
    return replace(order, is_edit=True, inputs=pictures, background="transparent" if transparent else "opaque")


def _order(call: Call, state: State) -> ImageOrder:
    note_unknown(call, state, _KNOWN)
    name = call.fields.get("model")
    if name is not None and name not in state.serves:
        raise ApiProblem(400, f"Model mismatch: the server runs {next(iter(state.serves))!r}, not {name!r}")
    if call.fields.get("response_format", "b64_json") not in ("b64_json", "file"):
        raise ApiProblem(400, "response_format must be 'b64_json' or 'file'")
    n = whole_number(call, "n", 1)
    if not 1 <= n <= 10:
        raise ApiProblem(422, "n: Input should be between 1 and 10")
    size = call.fields.get("size", "1024x1024")
    width_height = canvas(size) or ((1024, 1024) if size == "auto" else None)
    if width_height is None:
        raise ApiProblem(400, f"Invalid size {size!r}, use WIDTHxHEIGHT")
    format_ = str(call.fields.get("output_format", "png"))
    if format_ not in ("png", "jpeg", "webp"):
        raise ApiProblem(400, f"Unsupported output_format {format_!r}")
    width, height = width_height
    return ImageOrder(prompt=prompt_of(call), n=n, width=width, height=height, format=cast("PictureFormat", format_))


class VllmOmni(Dialect):
    serves: ClassVar = {"Qwen/Qwen-Image": "Qwen/Qwen-Image"}
    posts: ClassVar = {"/images/generations": _generation, "/images/edits": _edit}

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"detail": problem.message}

    def image_body(self, order: ImageOrder, pictures: list[bytes], state: State) -> images.Body:
        return {"created": 1_790_000_000, "data": items(order, pictures, state)}
