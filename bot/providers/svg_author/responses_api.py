"""Calls a text model through the Responses API."""

from collections.abc import Iterable
from contextlib import aclosing
from typing import Annotated, Final

from httpx2 import RequestError, Response
from openai import APIConnectionError, APIError, AsyncOpenAI, omit
from openai.types.responses import EasyInputMessageParam
from openai.types.responses.response_input_message_content_list_param import ResponseInputMessageContentListParam
from pydantic import BaseModel

from bot.domain.usage import Usage
from bot.providers.openai_api.parsing import Count, Lenient, Text
from bot.providers.svg_author.conversation import ModelCall, ModelReply, OnText, Phase, Turn
from bot.providers.svg_author.streams import StreamedText, max_answer_bytes, read_messages

_POLICIES: Final = frozenset({"bio_policy", "misalignment_policy_violation", "image_content_policy_violation"})
"""Error codes that are refusals."""
_ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})


class _Details(BaseModel):
    cached_tokens: Count = None


class _Usage(BaseModel):
    input_tokens: Count = None
    output_tokens: Count = None
    input_tokens_details: Annotated[_Details | None, Lenient] = None


class _Part(BaseModel):
    type: Text = None
    text: Text = None


class _Item(BaseModel):
    type: Text = None
    content: Annotated[list[_Part] | None, Lenient] = None
    phase: Annotated[Phase | None, Lenient] = None


class _Incomplete(BaseModel):
    reason: Text = None


class _Failure(BaseModel):
    code: Text = None
    message: Text = None


class _Reply(BaseModel):
    """The parts of a response that are used. All are optional, since servers omit what they do not know."""

    status: Text = None
    incomplete_details: Annotated[_Incomplete | None, Lenient] = None
    error: Annotated[_Failure | None, Lenient] = None
    output: Annotated[list[_Item] | None, Lenient] = None
    usage: Annotated[_Usage | None, Lenient] = None


class _Message(_Reply):
    """A plain response (without `type`) or an event of a stream; the last event contains the response."""

    type: Text = None
    delta: Text = None
    response: Annotated[_Reply | None, Lenient] = None
    code: Text = None
    message: Text = None


async def ask(client: AsyncOpenAI, call: ModelCall) -> ModelReply:
    """Makes one call.

    Raises:
        bot.providers.openai_api.errors.PROBLEMS: the call failed.
        ValueError: the body is not a response of this API.
    """
    async with client.responses.with_streaming_response.create(
        model=call.model.wire_name,
        # Codex models do not accept the system role here.
        instructions=call.conversation.instructions,
        input=[_message(turn) for turn in call.conversation.turns],
        max_output_tokens=call.model.max_output_tokens,
        reasoning={"effort": call.effort} if call.effort is not None else omit,
        safety_identifier=call.identifier if call.identifier is not None else omit,
        store=False,
        stream=call.on_text is not None,
    ) as reply:
        read = await _read_reply(reply.http_response, call.on_text, max_bytes=max_answer_bytes(call.model))
    if read.error is not None and read.error.code not in _POLICIES:
        raise APIError(read.error.message or "", reply.http_request, body=read.error.model_dump())
    return _to_model_reply(read)


async def _read_reply(response: Response, on_text: OnText | None, *, max_bytes: int) -> _Reply:
    growing = StreamedText(on_text)
    try:
        async with aclosing(read_messages(response, _Message, max_bytes=max_bytes)) as received:
            async for message in received:
                if message.type == "response.output_text.delta":
                    await growing.add(message.delta or "")
                    if growing.is_full:
                        return _reply_with(growing.text, status="incomplete")
                elif message.type == "error":
                    failure = message.error or _Failure(code=message.code, message=message.message)
                    raise APIError(failure.message or "", response.request, body=failure.model_dump())
                elif message.type in _ENDS and message.response is not None:
                    return message.response
                elif message.output is not None or (message.type is None and message.error is not None):
                    return message
    except RequestError:
        if not growing.has_complete_svg:
            raise
    if not growing.has_complete_svg:
        raise APIConnectionError(message="The stream ended early.", request=response.request)
    # The end of the stream was lost, and the usage with it, but the drawing is complete.
    return _reply_with(growing.text)


def _reply_with(text: str, *, status: str | None = None) -> _Reply:
    return _Reply(status=status, output=[_Item(type="message", content=[_Part(type="output_text", text=text)])])


def _message(turn: Turn) -> EasyInputMessageParam:
    if turn.role == "assistant":
        message_items: EasyInputMessageParam = {"role": "assistant", "content": turn.text}
        return message_items if turn.phase is None else {**message_items, "phase": turn.phase}
    content: ResponseInputMessageContentListParam = [{"type": "input_text", "text": turn.text}]
    for picture in turn.pictures:
        content.append({"type": "input_text", "text": picture.label})
        content.append({"type": "input_image", "image_url": picture.url, "detail": "high"})
    return {"role": "user", "content": content}


def _to_model_reply(reply: _Reply) -> ModelReply:
    message_items = [item for item in reply.output or () if item.type == "message"]
    parts = [part for item in message_items for part in item.content or ()]
    reason = reply.incomplete_details.reason if reply.incomplete_details else None
    return ModelReply(
        text=_join_texts(part.text for part in parts if part.type == "output_text"),
        usage=_to_usage(reply.usage),
        cut_short=reply.status == "incomplete" and reason != "content_filter",
        refused=reply.error is not None or reason == "content_filter" or any(part.type == "refusal" for part in parts),
        phase=message_items[-1].phase if message_items else None,
    )


def _join_texts(texts: Iterable[str | None]) -> str:
    return "".join(text for text in texts if text)


def _to_usage(usage: _Usage | None) -> Usage | None:
    if usage is None or usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached = usage.input_tokens_details.cached_tokens if usage.input_tokens_details else None
    return Usage(text_in=usage.input_tokens, text_out=usage.output_tokens, cached_text_in=cached or 0)
