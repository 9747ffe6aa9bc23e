"""Servers of open text models: vLLM and Ollama with gpt-oss, which sees no pictures."""

from typing import ClassVar

from tests.emulators.openai.calls import Call
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.dialects.lenient import note_unknown, whole_number
from tests.emulators.openai.models import GPT_OSS
from tests.emulators.openai.orders import TextOrder
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State
from tests.emulators.openai.text_rules import CHAT, RESPONSES, checked_effort, read_input, read_messages

_CONTEXT_TOKENS = 131_072


def understand_open_chat(call: Call, state: State) -> TextOrder:
    """Chat Completions as open servers take them: both limits, sampling, and no refusal of what they do not know."""
    note_unknown(call, state, CHAT)
    name = _name(call, state)
    talk = read_messages(call.fields.get("messages"), GPT_OSS)
    limit = "max_completion_tokens" if "max_completion_tokens" in call.fields else "max_tokens"
    options = call.fields.get("stream_options")
    return TextOrder(
        api="chat",
        model=name,
        spec=GPT_OSS,
        asked=talk.asked,
        said="\n".join(talk.said),
        effort=checked_effort("reasoning_effort", call.fields.get("reasoning_effort"), name, GPT_OSS),
        most_tokens=_limit(call, limit),
        stream=call.fields.get("stream") is True,
        stream_usage=isinstance(options, dict) and options.get("include_usage") is True,
    )


def _understand_responses(call: Call, state: State) -> TextOrder:
    note_unknown(call, state, RESPONSES)
    name = _name(call, state)
    talk = read_input(call.fields.get("input"), GPT_OSS)
    reasoning = call.fields.get("reasoning")
    effort = reasoning.get("effort") if isinstance(reasoning, dict) else None
    instructions = str(call.fields.get("instructions") or "")
    return TextOrder(
        api="responses",
        model=name,
        spec=GPT_OSS,
        asked=talk.asked,
        said="\n".join([instructions, *talk.said]),
        effort=checked_effort("reasoning.effort", effort, name, GPT_OSS),
        most_tokens=_limit(call, "max_output_tokens"),
        stream=call.fields.get("stream") is True,
        instructions=instructions,
    )


def _ollama_chat(call: Call, state: State) -> TextOrder:
    if "max_completion_tokens" in call.fields:
        state.note(call, "this server reads max_tokens")
    return understand_open_chat(call, state)


def _name(call: Call, state: State) -> str:
    name = str(call.fields.get("model", ""))
    if name not in state.serves:
        raise ApiProblem(404, f"The model `{name}` does not exist.", param="model", code=404, type_="NotFoundError")
    return name


def _limit(call: Call, name: str) -> int | None:
    most = whole_number(call, name, 0)
    if most > _CONTEXT_TOKENS:
        text = f"{name}={most} cannot be greater than the context of {_CONTEXT_TOKENS} tokens."
        raise ApiProblem(400, text, param=name, code=400, type_="BadRequestError")
    return most or None


class Vllm(Dialect):
    serves: ClassVar = {"openai/gpt-oss-120b": "gpt-oss-120b"}
    posts: ClassVar = {"/chat/completions": understand_open_chat, "/responses": _understand_responses}

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"error": {**problem.error, "type": "BadRequestError", "code": problem.status}}


class Ollama(Dialect):
    serves: ClassVar = {"gpt-oss:120b": "gpt-oss-120b"}
    posts: ClassVar = {"/chat/completions": _ollama_chat, "/responses": _understand_responses}

    def refusal_body(self, problem: ApiProblem) -> object:
        type_ = "not_found_error" if problem.status == 404 else "invalid_request_error"
        return {"error": {"message": problem.message, "type": type_, "param": None, "code": None}}
