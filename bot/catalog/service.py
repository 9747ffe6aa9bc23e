"""How a model is reached and what its server understands: the part of an entry that differs between servers."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.domain.connection_settings import why_no_address

Parameter = Literal[
    "n",
    "size",
    "quality",
    "background",
    "output_format",
    "output_compression",
    "moderation",
    "safety_identifier",
    "input_fidelity",
    "complexity",
    "reasoning_effort",
]
"""What may be sent beside the model, the prompt and the pictures; a server gets nothing its entry does not allow."""


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


def _reachable(address: str) -> str:
    if reason := why_no_address(address):
        raise ValueError(f"{address!r} {reason}")
    return address


class Service(BaseModel):
    """Where a model is served, and in which words its server wants to be asked.

    Attributes:
        api: the interface: Images, Responses or Chat Completions; "none" needs no service.
        wire_name: what the service calls the model.
        base_url: where it is served; None for OpenAI, or what OPENAI_BASE_URL says.
        api_key_env: the environment variable that holds the key; None where `base_url` needs none.
        api_key_header: the header that carries the key.
        query: parameters of every address, such as Azure's api-version.
        timeout_s: how long a silence of the server is waited for.
        allow: what may be sent to it.
        send_response_format: asks for base64, for servers that otherwise answer with an address.
        auto_size: whether the service can be left to choose the size.
        size_separator: what stands between width and height.
        split_n: several pictures are asked for one by one.
        edit_style: "edits" sends pictures to /images/edits; "inpainting" sends masked edits to /images/inpainting and
            others to /images/generations as `ref_images` (LocalAI).
        edit_field, mask_field: the names of the form's fields.
        mask_kind: "alpha" marks with transparency what may change, "white" with white on black.
        prompt_filters: regular expressions; what they match is a command to an image server and is left out.
        token_limit: how Chat Completions are told how long an answer may be.
        max_output_tokens: how long it may be, thinking included.
        svg_model: the text model that writes the SVG of an image model that draws some; None where the service
            chooses by itself.
        input_fidelity: how closely an edit keeps to its pictures, for models that know it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Literal["images", "responses", "chat", "none"]
    wire_name: str
    base_url: Annotated[str, Field(pattern=r"^https?://\S+$"), AfterValidator(_reachable)] | None = None
    api_key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    api_key_header: Literal["authorization", "api-key"] = "authorization"
    query: dict[str, str] = {}
    timeout_s: Annotated[float, Field(gt=0)] = 600.0
    allow: frozenset[Parameter] = frozenset()
    send_response_format: bool = False
    auto_size: bool = False
    size_separator: Literal["x", "*"] = "x"
    split_n: bool = False
    edit_style: Literal["edits", "inpainting"] = "edits"
    edit_field: Literal["image", "image[]"] = "image[]"
    mask_field: Literal["mask", "mask_image"] = "mask"
    mask_kind: Literal["alpha", "white"] = "alpha"
    prompt_filters: tuple[Annotated[str, AfterValidator(_expression)], ...] = ()
    token_limit: Literal["max_completion_tokens", "max_tokens"] = "max_tokens"  # noqa: S105 - a parameter's name
    max_output_tokens: Annotated[int, Field(ge=1024)] = 32_000
    svg_model: str | None = None
    input_fidelity: Literal["low", "high"] | None = None
