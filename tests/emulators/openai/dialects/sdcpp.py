"""The server of stable-diffusion.cpp: any model name, no nulls, masks in grey, commands inside of prompts."""

from dataclasses import replace
from typing import ClassVar, cast

from tests.emulators.openai import images
from tests.emulators.openai.calls import Call
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.dialects.lenient import (
    canvas,
    encoded,
    note_alpha_mask,
    note_unknown,
    opened,
    prompt_of,
    whole_number,
)
from tests.emulators.openai.orders import ImageOrder, PictureFormat
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

_KNOWN = frozenset("model prompt n size output_format output_compression".split())  # noqa: SIM905
_DEFAULT = (512, 512)


def _order(call: Call, state: State) -> ImageOrder:
    note_unknown(call, state, _KNOWN)
    for value in call.fields.values():
        if value is None:
            raise ApiProblem(500, "[json.exception.type_error.302] type must be string, but is null")
    if "<sd_cpp_extra_args>" in call.prompt:
        state.note(call, "the prompt sets the server's own parameters")
    format_ = str(call.fields.get("output_format", "png"))
    if format_ not in ("png", "jpeg"):
        raise ApiProblem(400, "invalid output_format, must be one of [png, jpeg]")
    width, height = canvas(call.fields.get("size")) or _DEFAULT
    return ImageOrder(
        prompt=prompt_of(call),
        n=max(1, min(10, whole_number(call, "n", 1))),
        width=width,
        height=height,
        format=cast("PictureFormat", format_),
    )


def _edit(call: Call, state: State) -> ImageOrder:
    order = _order(call, state)
    uploads = call.files_in("image[]", "image")
    if not uploads:
        raise ApiProblem(400, "at least one image is required")
    if any(opened(upload.data).format == "WEBP" for upload in uploads):
        raise ApiProblem(400, "failed to decode the image")
    for mask in call.files_in("mask"):
        note_alpha_mask(call, state, mask.data, uploads[0].data)
    return replace(order, is_edit=True, inputs=tuple(upload.data for upload in uploads))


class SdCpp(Dialect):
    serves: ClassVar = {"sd-cpp-local": "sd-cpp-local"}
    posts: ClassVar = {"/images/generations": _order, "/images/edits": _edit}

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"error": problem.message}

    def image_body(self, order: ImageOrder, pictures: list[bytes], state: State) -> images.Body:
        data = [{"b64_json": encoded(picture)} for picture in pictures]
        return {"created": 1_790_000_000, "output_format": order.format, "data": data}
