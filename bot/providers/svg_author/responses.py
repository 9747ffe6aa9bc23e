"""Asking a text model through the Responses interface."""

from collections.abc import Iterable
from typing import Final

from openai import APIConnectionError, APIError, AsyncOpenAI, AsyncStream, omit
from openai.types.responses import (
    EasyInputMessageParam,
    ResponseCompletedEvent,
    ResponseFailedEvent,
    ResponseIncompleteEvent,
    ResponseStreamEvent,
)
from openai.types.responses.response_input_message_content_list_param import ResponseInputMessageContentListParam
from pydantic import BaseModel

from bot.domain.surrogates import replace_surrogates
from bot.domain.usage import Usage
from bot.providers.openai_api.parsing import parse_json
from bot.providers.svg_author.conversation import Answer, Hear, Phase, Question, Turn
from bot.providers.svg_author.streams import Growing, is_stream

_POLICIES: Final = frozenset({"bio_policy", "misalignment_policy_violation", "image_content_policy_violation"})
"""Failures that are refusals."""


class _Details(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    input_tokens: int | None = None
    output_tokens: int | None = None
    input_tokens_details: _Details | None = None


class _Part(BaseModel):
    type: str | None = None
    text: str | None = None


class _Item(BaseModel):
    type: str | None = None
    content: list[_Part] | None = None
    phase: Phase | None = None


class _Incomplete(BaseModel):
    reason: str | None = None


class _Failure(BaseModel):
    code: str | None = None
    message: str | None = None


class _Reply(BaseModel):
    """What is read of a response. Servers leave out or set to null what they do not know, so nothing is required."""

    status: str | None = None
    incomplete_details: _Incomplete | None = None
    error: _Failure | None = None
    output: list[_Item]
    usage: _Usage | None = None


async def ask(client: AsyncOpenAI, question: Question) -> Answer:
    """One call.

    Raises:
        bot.providers.openai_api.problems.PROBLEMS: it failed.
        ValueError: what came is no response.
    """
    reply = await client.responses.with_raw_response.create(
        model=question.model.wire_name,
        # Codex models know no system role here.
        instructions=question.conversation.instructions,
        input=[_message(turn) for turn in question.conversation.turns],
        max_output_tokens=question.model.max_output_tokens,
        reasoning={"effort": question.effort} if question.effort is not None else omit,
        safety_identifier=question.identifier if question.identifier is not None else omit,
        store=False,
        stream=question.hear is not None,
    )
    stream = reply.parse() if is_stream(reply.headers) else None
    if question.hear is not None and isinstance(stream, AsyncStream):
        read = await _heard(stream, question.hear)
    else:
        read = parse_json(_Reply, await reply.http_response.aread())
    if read.error is not None and read.error.code not in _POLICIES:
        raise APIError(read.error.message or "", reply.http_request, body=read.error.model_dump())
    return _answer(read)


async def _heard(stream: AsyncStream[ResponseStreamEvent], hear: Hear) -> _Reply:
    growing = Growing(hear)
    async with stream:
        async for event in stream:
            if event.type == "response.output_text.delta":
                await growing.add(event.delta)
            elif event.type == "error":
                failure = {"code": event.code, "message": event.message}
                raise APIError(event.message, stream.response.request, body=failure)
            elif isinstance(event, ResponseCompletedEvent | ResponseIncompleteEvent | ResponseFailedEvent):
                return _Reply.model_validate(replace_surrogates(event.response.to_dict()))
    raise APIConnectionError(message="The stream ended early.", request=stream.response.request)


def _message(turn: Turn) -> EasyInputMessageParam:
    if turn.role == "assistant":
        said: EasyInputMessageParam = {"role": "assistant", "content": turn.text}
        return said if turn.phase is None else {**said, "phase": turn.phase}
    content: ResponseInputMessageContentListParam = [{"type": "input_text", "text": turn.text}]
    for picture in turn.pictures:
        content.append({"type": "input_text", "text": picture.label})
        content.append({"type": "input_image", "image_url": picture.url, "detail": "high"})
    return {"role": "user", "content": content}


def _answer(reply: _Reply) -> Answer:
    messages = [item for item in reply.output if item.type == "message"]
    parts = [part for item in messages for part in item.content or ()]
    reason = reply.incomplete_details.reason if reply.incomplete_details else None
    return Answer(
        text=_joined(part.text for part in parts if part.type == "output_text"),
        usage=_counted(reply.usage),
        cut_short=reply.status == "incomplete" and reason != "content_filter",
        refused=reply.error is not None or reason == "content_filter" or any(part.type == "refusal" for part in parts),
        phase=messages[-1].phase if messages else None,
    )


def _joined(texts: Iterable[str | None]) -> str:
    return "".join(text for text in texts if text)


def _counted(usage: _Usage | None) -> Usage | None:
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached = usage.input_tokens_details.cached_tokens if usage.input_tokens_details else None
    return Usage(text_in=usage.input_tokens, text_out=usage.output_tokens, cached_text_in=cached or 0)
