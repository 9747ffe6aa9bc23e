"""Builds the request parameters: only those that the catalog entry allows, and never null values."""

import re
from typing import Literal, cast

from openai.types.image_generate_params import ImageGenerateParamsBase, Svg

from bot.catalog.model import Effort, Model, Quality
from bot.domain.requests import Request
from bot.texts import notes, service_errors

Moderation = Literal["auto", "low"]
_COMPRESSED = frozenset({"jpeg", "webp"})
_STILL = frozenset({"png", "jpeg", "webp"})


class ImageParameters(ImageGenerateParamsBase, total=False):
    """The parameters of generations and edits, based on the SDK's types.

    The SDK's `edit` lacks `moderation`, and its `generate` lacks `input_fidelity`, but the API accepts both.
    `ref_images` are base64 pictures, for LocalAI.
    """

    stream: bool
    input_fidelity: Literal["low", "high"]
    ref_images: list[str]


def build_parameters(request: Request, model: Model, *, moderation: Moderation, identifier: str) -> ImageParameters:
    """Builds the parameters. `identifier` is the pseudonymous identifier of the asker."""
    fields: ImageParameters = {"model": model.wire_name, "prompt": request.prompt}
    allowed = model.allow
    if "n" in allowed:
        fields["n"] = request.n
    if "size" in allowed:
        fields["size"] = _format_size(request, model)
    if "quality" in allowed:
        fields["quality"] = cast("Quality | Literal['auto']", request.quality)
    if "background" in allowed:
        fields["background"] = request.background
    if "output_format" in allowed:
        fields["output_format"] = request.format
    if "output_compression" in allowed and request.compression is not None and request.format in _COMPRESSED:
        fields["output_compression"] = request.compression
    if "complexity" in allowed and request.effort is not None:
        fields["complexity"] = cast("Literal['low', 'medium', 'high']", request.effort)
    if "moderation" in allowed:
        fields["moderation"] = moderation
    if "safety_identifier" in allowed:
        fields["safety_identifier"] = identifier
    if "input_fidelity" in allowed and model.input_fidelity is not None and request.base is not None:
        fields["input_fidelity"] = model.input_fidelity
    if model.send_response_format:
        fields["response_format"] = "b64_json"
    if request.format == "svg" and model.svg_model is not None:
        fields["svg"] = _svg_parameters(model.svg_model, request)
    if uses_streaming(request, model):
        fields["stream"] = True
        fields["partial_images"] = request.partials
    return fields


def uses_streaming(request: Request, model: Model) -> bool:
    """Whether to stream. Only for a single picture, since events do not say which one they belong to; no GIF or SVG."""
    return request.partials > 0 and model.streams and request.n == 1 and request.format in _STILL


def remove_control_phrases(request: Request, model: Model) -> tuple[str, tuple[str, ...]]:
    """The prompt without text that this server would run as a command, and a note if something was removed.

    Raises:
        BadCommand: nothing else is left.
    """
    prompt = request.prompt
    for pattern in model.prompt_filters:
        prompt = re.sub(pattern, " ", prompt)
    if prompt == request.prompt:
        return prompt, ()
    if not prompt.strip():
        raise service_errors.only_commands(model.label)
    note = notes.commands_removed(model.label, prompt=" ".join(prompt.split()))
    return prompt.strip(), (note,)


def _format_size(request: Request, model: Model) -> str:
    if request.auto_size:
        return "auto"
    return f"{request.size.width_px}{model.size_separator}{request.size.height_px}"


def _svg_parameters(name: str, request: Request) -> Svg:
    author: Svg = {"model": name}
    if request.effort is not None:
        author["reasoning"] = {"effort": cast("Effort", request.effort)}
    return author
