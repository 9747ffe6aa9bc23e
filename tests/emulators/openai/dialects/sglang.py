"""SGLang diffusion: addresses unless base64 is asked for, JPEG unless another format is."""

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

_KNOWN = frozenset(
    """
    model prompt n size quality background style user stream response_format output_format output_compression
    negative_prompt num_inference_steps guidance_scale seed url
    """.split()  # noqa: SIM905
)


def _generation(call: Call, state: State) -> ImageOrder:
    note_unknown(call, state, _KNOWN)
    if call.fields.get("response_format", "url") != "b64_json":
        raise ApiProblem(400, "response_format='url' requires cloud storage to be configured")
    size = call.fields.get("size")
    width_height = (1024, 1024) if size is None else canvas(size)
    if width_height is None:
        raise ApiProblem(400, f"Invalid size format: {size!r}")
    transparent = call.fields.get("background") == "transparent"
    format_ = call.fields.get("output_format") or ("png" if transparent else "jpeg")
    if format_ not in ("png", "jpeg", "webp"):
        raise ApiProblem(400, f"Unsupported output format: {format_!r}")
    return ImageOrder(
        prompt=prompt_of(call),
        n=max(1, min(10, whole_number(call, "n", 1))),
        width=width_height[0],
        height=width_height[1],
        background="transparent" if transparent else "opaque",
        format=cast("PictureFormat", format_),
    )


def _edit(call: Call, state: State) -> ImageOrder:
    order = _generation(call, state)
    masks = call.files_in("mask")
    if masks:
        opened(masks[0].data)
    return replace(order, is_edit=True, inputs=pictures_in(call, "image", "image[]"))


class SGLang(Dialect):
    serves: ClassVar = {"black-forest-labs/FLUX.2-dev": "black-forest-labs/FLUX.2-dev"}
    posts: ClassVar = {"/images/generations": _generation, "/images/edits": _edit}

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"detail": problem.message}

    def image_body(self, order: ImageOrder, pictures: list[bytes], state: State) -> images.Body:
        data = [{**item, "revised_prompt": order.prompt} for item in items(order, pictures, state)]
        return {"id": "img_1", "created": 1_790_000_000, "data": data}
