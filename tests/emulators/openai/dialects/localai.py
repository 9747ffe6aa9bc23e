"""LocalAI: no edits but inpainting and references in the body, addresses by default, `|` splits prompts."""

from dataclasses import replace
from typing import ClassVar

from tests.emulators.openai import images
from tests.emulators.openai.calls import Call
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.dialects.lenient import (
    canvas,
    from_base64,
    items,
    note_alpha_mask,
    note_unknown,
    opened,
    pictures_in,
    prompt_of,
    whole_number,
)
from tests.emulators.openai.orders import ImageOrder
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

_KNOWN = frozenset("model prompt n size response_format step file files ref_images".split())  # noqa: SIM905


def _generation(call: Call, state: State) -> ImageOrder:
    order = _order(call, state)
    references = call.fields.get("ref_images", [])
    if not isinstance(references, list):
        raise ApiProblem(400, "json: cannot unmarshal ref_images")
    if any(str(reference).startswith("http") for reference in references):
        state.note(call, "the server was told to fetch an address")
    pictures = tuple(from_base64(reference) for reference in references)
    for picture in pictures:
        opened(picture)
    return replace(order, inputs=pictures, is_edit=bool(pictures))


def _inpainting(call: Call, state: State) -> ImageOrder:
    if not call.is_form:
        raise ApiProblem(400, "multipart/form-data is required")
    order = _order(call, state)
    (base,) = pictures_in(call, "image")
    (mask,) = pictures_in(call, "mask")
    note_alpha_mask(call, state, mask, base)
    return replace(order, inputs=(base,), is_edit=True)


def _order(call: Call, state: State) -> ImageOrder:
    note_unknown(call, state, _KNOWN)
    if call.fields.get("model") not in state.serves:
        raise ApiProblem(500, "could not load model: model not found")
    if "|" in call.prompt:
        state.note(call, "what follows '|' in the prompt is read as what must not be drawn")
    width, height = canvas(call.fields.get("size")) or (512, 512)
    return ImageOrder(
        prompt=prompt_of(call),
        n=max(1, whole_number(call, "n", 1)),
        width=width,
        height=height,
        as_url=call.fields.get("response_format") != "b64_json",
    )


class LocalAI(Dialect):
    serves: ClassVar = {"flux.1-dev": "flux.1-dev", "stablediffusion": "stablediffusion"}
    posts: ClassVar = {"/images/generations": _generation, "/images/inpainting": _inpainting}

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"error": {"code": problem.status, "message": problem.message, "type": ""}}

    def image_body(self, order: ImageOrder, pictures: list[bytes], state: State) -> images.Body:
        none = {"text_tokens": 0, "image_tokens": 0}
        usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "input_tokens_details": none}
        return {"id": "b64", "created": 1_790_000_000, "data": items(order, pictures, state), "usage": usage}
