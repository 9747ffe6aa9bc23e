"""Xinference: six parameters, sizes with a star, addresses by default, every failure a 500."""

from dataclasses import replace
from typing import ClassVar

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
from tests.emulators.openai.orders import ImageOrder
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

_KNOWN = frozenset("model prompt n size response_format kwargs".split())  # noqa: SIM905


def _generation(call: Call, state: State) -> ImageOrder:
    return _order(call, state, separators="*")


def _edit(call: Call, state: State) -> ImageOrder:
    order = _order(call, state, separators="*x")
    for mask in call.files_in("mask"):
        opened(mask.data)
    return replace(order, is_edit=True, inputs=pictures_in(call, "image", "image[]", "images", "images[]"))


def _order(call: Call, state: State, *, separators: str) -> ImageOrder:
    note_unknown(call, state, _KNOWN)
    name = call.fields.get("model")
    if name not in state.serves:
        raise ApiProblem(400, f"Model not found in the model list, uid: {name}")
    size = call.fields.get("size", "1024*1024")
    sizes = [found for separator in separators if (found := canvas(size, separator))]
    if not sizes:
        raise ApiProblem(500, f"invalid literal for int() with base 10: {size!r}")
    width, height = sizes[0]
    return ImageOrder(
        prompt=prompt_of(call),
        n=whole_number(call, "n", 1),
        width=width,
        height=height,
        as_url=call.fields.get("response_format", "url") != "b64_json",
    )


class Xinference(Dialect):
    serves: ClassVar = {"Qwen-Image": "Qwen-Image", "FLUX.1-dev": "FLUX.1-dev"}
    posts: ClassVar = {"/images/generations": _generation, "/images/edits": _edit}

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"detail": problem.message}

    def image_body(self, order: ImageOrder, pictures: list[bytes], state: State) -> images.Body:
        return {"created": 1_790_000_000, "data": items(order, pictures, state)}
