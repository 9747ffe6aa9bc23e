"""The part of a catalog entry about the server: its address, key, API dialect and accepted parameters."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.domain.connection_settings import address_problem

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
"""Parameters besides model, prompt and pictures. Only those that an entry allows are sent to its server."""

_TOTAL_TIMEOUT_FACTOR = 3
"""A call may take this many times `timeout_s`. The slowest drawings take a few minutes, long reasoning about ten."""


def _check_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


def _check_address(address: str) -> str:
    if reason := address_problem(address):
        raise ValueError(f"{address!r} {reason}")
    return address


class Service(BaseModel):
    """How to call the server of a model.

    Attributes:
        api: which of OpenAI's APIs: Images, Responses or Chat Completions; "none" needs no server.
        wire_name: the model's name in requests.
        base_url: the server's address; None: OPENAI_BASE_URL, or else OpenAI.
        api_key_env: the environment variable that holds the key; None: no key is needed.
        api_key_header: the header that carries the key.
        query: query parameters of every request, such as Azure's api-version.
        timeout_s: the read timeout; a call as a whole ends after `total_timeout_s`.
        allow: the parameters that may be sent.
        send_response_format: requests base64, for servers that otherwise return a URL.
        auto_size: whether the service accepts size "auto".
        size_separator: the character between width and height.
        split_n: several pictures need one request each.
        edit_style: "edits" sends input pictures to /images/edits; "inpainting" sends edits with a mask to
            /images/inpainting and others to /images/generations as `ref_images` (LocalAI).
        edit_field, mask_field: names of form fields.
        mask_kind: what marks the area that may change: "alpha" transparency, "white" white on black.
        prompt_filters: regular expressions; matches are removed from the prompt, because the server would run them as
            commands.
        token_limit: the name of the parameter of Chat Completions that limits the answer.
        max_output_tokens: the limit of the answer, reasoning included.
        svg_model: the text model that an image model uses to write SVG; None: the service chooses.
        input_fidelity: how closely an edit follows its input pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Literal["images", "responses", "chat", "none"]
    wire_name: str
    base_url: Annotated[str, Field(pattern=r"^https?://\S+$"), AfterValidator(_check_address)] | None = None
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
    prompt_filters: tuple[Annotated[str, AfterValidator(_check_regex)], ...] = ()
    token_limit: Literal["max_completion_tokens", "max_tokens"] = "max_tokens"  # noqa: S105 - a parameter's name
    max_output_tokens: Annotated[int, Field(ge=1024)] = 32_000
    svg_model: str | None = None
    input_fidelity: Literal["low", "high"] | None = None

    @property
    def total_timeout_s(self) -> float:
        """The most seconds that one call may take as a whole: half an hour by default."""
        return _TOTAL_TIMEOUT_FACTOR * self.timeout_s
