"""What Responses and Chat Completions accept, model by model."""

import base64
import binascii
import io
import re
from dataclasses import dataclass, field

from PIL import Image

from tests.emulators.openai import problems
from tests.emulators.openai.calls import Call
from tests.emulators.openai.fields import Fields
from tests.emulators.openai.models import TEXT_MODELS, TextModel
from tests.emulators.openai.orders import TextOrder
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

MAX_IDENTIFIER_CHARS = 128
RESPONSES = frozenset(
    """
    model input instructions reasoning max_output_tokens safety_identifier store stream text metadata truncation
    temperature top_p user include parallel_tool_calls prompt_cache_key service_tier tool_choice tools
    """.split()  # noqa: SIM905
)
CHAT = frozenset(
    """
    model messages reasoning_effort max_completion_tokens max_tokens safety_identifier store stream stream_options
    metadata n seed stop temperature top_p user response_format prompt_cache_key service_tier verbosity
    """.split()  # noqa: SIM905
)
_DATA_URL = re.compile(r"data:image/(?:png|jpeg|webp|gif);base64,(.*)", re.DOTALL)


def understand_responses(call: Call, state: State) -> TextOrder:
    """Raises: ApiProblem: what the real API would answer."""
    fields = Fields(call)
    fields.refuse_others(RESPONSES)
    name, model = _model(fields, state)
    if "responses" not in model.apis:
        raise _wrong_api("v1/chat/completions", "v1/responses")
    _refuse_sampling(fields)
    fields.text("safety_identifier", most_chars=MAX_IDENTIFIER_CHARS)
    instructions = fields.text("instructions")
    talk = read_input(call.fields.get("input"), model)
    reasoning = fields.nested("reasoning") or {}
    return TextOrder(
        api="responses",
        model=name,
        spec=model,
        asked=talk.asked,
        said="\n".join([instructions or "", *talk.said]),
        pictures=tuple(talk.pictures),
        effort=checked_effort("reasoning.effort", reasoning.get("effort"), name, model),
        most_tokens=fields.integer("max_output_tokens", 16, 128_000),
        stream=fields.flag("stream"),
        instructions=instructions,
    )


def understand_chat(call: Call, state: State) -> TextOrder:
    """Raises: ApiProblem: what the real API would answer."""
    fields = Fields(call)
    fields.refuse_others(CHAT)
    name, model = _model(fields, state)
    if "chat" not in model.apis:
        raise _wrong_api("v1/responses", "v1/chat/completions")
    if fields.has("max_tokens"):
        text = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        raise ApiProblem(400, text, param="max_tokens", code="unsupported_parameter")
    _refuse_sampling(fields)
    fields.text("safety_identifier", most_chars=MAX_IDENTIFIER_CHARS)
    talk = read_messages(call.fields.get("messages"), model)
    return TextOrder(
        api="chat",
        model=name,
        spec=model,
        asked=talk.asked,
        said="\n".join(talk.said),
        pictures=tuple(talk.pictures),
        effort=checked_effort("reasoning_effort", call.fields.get("reasoning_effort"), name, model),
        most_tokens=fields.integer("max_completion_tokens", 1, 128_000),
        stream=fields.flag("stream"),
        stream_usage=bool((fields.nested("stream_options") or {}).get("include_usage")),
    )


def checked_effort(param: str, effort: object, name: str, model: TextModel) -> str:
    if effort is None:
        return "medium"
    if effort not in model.efforts:
        text = (
            f"Unsupported value: {effort!r} is not supported with the '{name}' model. "
            f"Supported values are: {problems.in_words(model.efforts)}."
        )
        raise problems.unsupported(param, text)
    return str(effort)


@dataclass(slots=True)
class Talk:
    """A conversation: everything said, what was asked last, and the sizes of the pictures shown."""

    said: list[str] = field(default_factory=list[str])
    asked: str = ""
    pictures: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def read_input(items: object, model: TextModel) -> Talk:
    """The `input` of Responses."""
    if items is None:
        raise problems.missing("input")
    if isinstance(items, str):
        return Talk([items], items)
    if not isinstance(items, list) or not items:
        raise problems.wrong_type("input", "one of a string or array of input items", items)
    talk = Talk()
    for place, item in enumerate(items):
        where = f"input[{place}]"
        if not isinstance(item, dict):
            raise problems.wrong_type(where, "an object", item)
        if item.get("type", "message") == "reasoning":
            continue
        role = _role(item, where)
        if role == "system" and not model.system_role:
            raise ApiProblem(400, "System messages are not allowed", param=where)
        _read_content(talk, item.get("content"), role, f"{where}.content", model, prefix=_PREFIXES[role])
    return talk


def read_messages(messages: object, model: TextModel) -> Talk:
    """The `messages` of Chat Completions."""
    if not isinstance(messages, list) or not messages:
        raise problems.missing("messages")
    talk = Talk()
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        if not isinstance(message, dict):
            raise problems.wrong_type(where, "an object", message)
        _read_content(talk, message.get("content"), _role(message, where), f"{where}.content", model, prefix="")
    return talk


_PREFIXES = {"user": "input_", "system": "input_", "developer": "input_", "assistant": "output_"}


def _role(message: dict[str, object], where: str) -> str:
    role = message.get("role")
    if role not in _PREFIXES:
        raise problems.invalid_value(f"{where}.role", role, ("assistant", "system", "developer", "user"))
    return str(role)


def _read_content(talk: Talk, content: object, role: str, where: str, model: TextModel, *, prefix: str) -> None:
    """`prefix` is what the interface puts before the names of parts: `input_text`, `output_text` or `text`."""
    parts = [{"type": f"{prefix}text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list):
        raise problems.wrong_type(where, "one of a string or array of parts", content)
    texts: list[str] = []
    picture_type = "image_url" if not prefix else "input_image"
    allowed = (f"{prefix}text", picture_type) if role == "user" else (f"{prefix}text", "refusal")
    for place, part in enumerate(parts):
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in allowed:
            raise problems.invalid_value(f"{where}[{place}].type", kind, allowed)
        if kind == picture_type:
            talk.pictures.append(_picture_size(part["image_url"], f"{where}[{place}].image_url", model))
        else:
            texts.append(str(part.get("text", part.get("refusal", ""))))
    text = "\n".join(texts)
    talk.said.append(text)
    if role == "user":
        talk.asked = text


def _picture_size(address: object, where: str, model: TextModel) -> tuple[int, int]:
    if not model.sees:
        raise ApiProblem(400, "Invalid content type. image_url is only supported by certain models.", param=where)
    url = address.get("url") if isinstance(address, dict) else address
    match = _DATA_URL.fullmatch(url) if isinstance(url, str) else None
    try:
        if match is None:
            raise ValueError("not a data URL")
        return Image.open(io.BytesIO(base64.b64decode(match[1], validate=True))).size
    except (OSError, ValueError, binascii.Error) as error:
        text = f"Invalid '{where}'. Expected a base64-encoded data URL with an image MIME type."
        raise ApiProblem(400, text, param=where, code="invalid_value") from error


def _model(fields: Fields, state: State) -> tuple[str, TextModel]:
    name = fields.required("model")
    known = TEXT_MODELS.get(state.serves.get(name, ""))
    if known is None or state.is_shut(name):
        raise problems.no_model(name)
    return name, known


def _refuse_sampling(fields: Fields) -> None:
    for name in ("temperature", "top_p"):
        if fields.has(name):
            text = f"Unsupported parameter: '{name}' is not supported with this model."
            raise ApiProblem(400, text, param=name)


def _wrong_api(right: str, wrong: str) -> ApiProblem:
    text = f"This model is only supported in {right} and not in {wrong}."
    return ApiProblem(404, text, param="model")
