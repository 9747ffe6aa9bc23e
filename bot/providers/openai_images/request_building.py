"""Builds API requests: path, fields and files."""

from dataclasses import dataclass
from typing import Final

import pybase64
from pydantic_core import to_json

from bot.catalog.model import Model
from bot.domain.pictures import PictureFormat
from bot.imaging.convert import encode
from bot.imaging.decode import decode
from bot.imaging.mask import strip_mask_colours, to_white_on_black
from bot.ports import Image, Inputs
from bot.providers.openai_images.parameters import ImageParameters
from bot.texts import notes

_MAX_MASK_BYTES: Final = 4 * 1024 * 1024
"""OpenAI takes masks of less than 4 MB, and pictures of less than 50 MB."""

Upload = tuple[str, tuple[str, bytes, str]]
"""The form field, and the file's name, bytes and MIME type. OpenAI refuses files without name and type."""


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request. With `files` it is a form of `fields` and files; otherwise `content` is the JSON body."""

    path: str
    fields: ImageParameters
    files: tuple[Upload, ...] = ()
    content: bytes | None = None

    def without_stream(self) -> "ApiRequest":
        fields = self.fields.copy()
        fields.pop("stream", None)
        fields.pop("partial_images", None)
        return ApiRequest(self.path, fields, self.files, None if self.files else to_json(fields))


def build_request(fields: ImageParameters, model: Model, inputs: Inputs) -> ApiRequest:
    """Builds the request. Slow if there are input pictures: run it in a thread then."""
    if inputs.base is None:
        return _generation_request(fields)
    if model.edit_style == "inpainting":
        return _inpainting_request(fields, model, inputs.base, inputs)
    pictures = (inputs.base, *inputs.references)
    files = [(model.edit_field, _picture_file(picture, number, model)) for number, picture in enumerate(pictures, 1)]
    if inputs.mask is not None:
        files.append((model.mask_field, _mask_file(inputs.mask, model)))
    if inputs.markup is not None:
        files.append(("markup", ("markup.png", inputs.markup.data, "image/png")))
    return ApiRequest("/images/edits", fields, tuple(files))


def omitted_inputs(model: Model, inputs: Inputs) -> tuple[str, ...]:
    """A note if some of `inputs` cannot be sent."""
    if model.edit_style == "inpainting" and inputs.mask is not None and inputs.references:
        return (notes.references_left_out(model.label),)
    return ()


def _generation_request(fields: ImageParameters) -> ApiRequest:
    return ApiRequest("/images/generations", fields, content=to_json(fields))


def _inpainting_request(fields: ImageParameters, model: Model, base: Image, inputs: Inputs) -> ApiRequest:
    """An edit for LocalAI: inpainting with a mask, otherwise a generation with reference pictures."""
    if inputs.mask is None:
        pictures = (base, *inputs.references)
        encoded = [pybase64.b64encode(_convert_if_needed(picture, model)[0]).decode() for picture in pictures]
        return _generation_request({**fields, "ref_images": encoded})
    files = (("image", _picture_file(base, 1, model)), (model.mask_field, _mask_file(inputs.mask, model)))
    return ApiRequest("/images/inpainting", fields, files)


def _mask_file(mask: Image, model: Model) -> tuple[str, bytes, str]:
    if model.mask_kind == "white":
        data = to_white_on_black(mask.data)
    else:
        data = mask.data if len(mask.data) < _MAX_MASK_BYTES else strip_mask_colours(mask.data)
    return "mask.png", data, "image/png"


def _picture_file(picture: Image, number: int, model: Model) -> tuple[str, bytes, str]:
    data, format_ = _convert_if_needed(picture, model)
    return f"image-{number}.{format_}", data, f"image/{format_}"


def _convert_if_needed(picture: Image, model: Model) -> tuple[bytes, PictureFormat]:
    """Converts WebP to PNG for servers that cannot write WebP (stable-diffusion.cpp): they cannot read it either."""
    if picture.format == "webp" and "webp" not in model.formats:
        return encode(decode(picture.data), "png"), "png"
    return picture.data, picture.format
