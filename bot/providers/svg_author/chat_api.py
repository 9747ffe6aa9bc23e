"""Calls a text model through the Chat Completions API, which every compatible server has."""

from contextlib import aclosing
from typing import Annotated, cast

from httpx2 import RequestError, Response
from openai import APIConnectionError, APIError, AsyncOpenAI, omit
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam
from pydantic import BaseModel, BeforeValidator

from bot.domain.usage import Usage
from bot.providers.openai_api.parsing import Count, Lenient, Text
from bot.providers.svg_author.conversation import ModelCall, ModelReply, OnText, Turn
from bot.providers.svg_author.streams import StreamedText, max_answer_bytes, read_messages


class _Details(BaseModel):
    cached_tokens: Count = None


class _Usage(BaseModel):
    prompt_tokens: Count = None
    completion_tokens: Count = None
    prompt_tokens_details: Annotated[_Details | None, Lenient] = None


def _join_parts(content: object) -> object:
    """Joins the parts of the content, since some servers return a list of parts."""
    if not isinstance(content, list):
        return content
    parts = [cast("dict[str, object]", part) for part in cast("list[object]", content) if isinstance(part, dict)]
    return "".join(text for part in parts if isinstance(text := part.get("text"), str))


class _Message(BaseModel):
    """A message. The model's reasoning (`reasoning`, `reasoning_content`) is not read."""

    content: Annotated[Text, BeforeValidator(_join_parts)] = None
    refusal: Text = None


class _Choice(BaseModel):
    """A choice: a `message` in a plain response, a `delta` in an event of a stream."""

    message: Annotated[_Message | None, Lenient] = None
    delta: Annotated[_Message | None, Lenient] = None
    finish_reason: Text = None


class _Reply(BaseModel):
    """A plain response or an event of a stream; the last event has the usage and no choice."""

    choices: Annotated[list[_Choice] | None, Lenient] = None
    usage: Annotated[_Usage | None, Lenient] = None
    error: object = None


async def ask(client: AsyncOpenAI, call: ModelCall) -> ModelReply:
    """Makes one call.

    Raises:
        bot.providers.openai_api.errors.PROBLEMS: the call failed.
        ValueError: the response is not a chat completion.
    """
    model, limit = call.model, call.model.max_output_tokens
    is_new = model.token_limit == "max_completion_tokens"  # noqa: S105 the name of a parameter
    system: ChatCompletionMessageParam = {"role": "system", "content": call.conversation.instructions}
    async with client.chat.completions.with_streaming_response.create(
        model=model.wire_name,
        messages=[system, *(_message(turn) for turn in call.conversation.turns)],
        max_tokens=omit if is_new else limit,
        max_completion_tokens=limit if is_new else omit,
        reasoning_effort=call.effort if call.effort is not None else omit,
        safety_identifier=call.identifier if call.identifier is not None else omit,
        stream=call.on_text is not None,
        stream_options={"include_usage": True} if call.on_text is not None else omit,
    ) as reply:
        return await _read_reply(reply.http_response, call.on_text, max_bytes=max_answer_bytes(model))


async def _read_reply(response: Response, on_text: OnText | None, *, max_bytes: int) -> ModelReply:
    growing, refusal, finish_reason_seen, usage = StreamedText(on_text), None, None, None
    try:
        async with aclosing(read_messages(response, _Reply, max_bytes=max_bytes)) as received:
            async for event in received:
                if event.error and not event.choices:
                    raise APIError("The service failed.", response.request, body=event.error)
                for choice in event.choices or ():
                    part = choice.message or choice.delta or _Message()
                    await growing.add(part.content or "")
                    refusal = part.refusal or refusal
                    finish_reason_seen = (
                        choice.finish_reason or finish_reason_seen or ("stop" if choice.message is not None else None)
                    )
                usage = event.usage or usage
                if growing.is_full:
                    finish_reason_seen = "length"
                    break
    except RequestError:
        if finish_reason_seen is None and not growing.has_complete_svg:
            raise
    if finish_reason_seen is None and not growing.has_complete_svg:
        raise APIConnectionError(message="The stream finish_reason_seen early.", request=response.request)
    return ModelReply(
        text=growing.text,
        usage=_to_usage(usage),
        cut_short=finish_reason_seen == "length",
        refused=finish_reason_seen == "content_filter" or bool(refusal),
    )


def _message(turn: Turn) -> ChatCompletionMessageParam:
    if turn.role == "assistant":
        return {"role": "assistant", "content": turn.text}
    if not turn.pictures:
        # Some servers of text-only models accept only a plain string.
        return {"role": "user", "content": turn.text}
    content: list[ChatCompletionContentPartParam] = [{"type": "text", "text": turn.text}]
    for picture in turn.pictures:
        content.append({"type": "text", "text": picture.label})
        content.append({"type": "image_url", "image_url": {"url": picture.url, "detail": "high"}})
    return {"role": "user", "content": content}


def _to_usage(usage: _Usage | None) -> Usage | None:
    if usage is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
    return Usage(text_in=usage.prompt_tokens, text_out=usage.completion_tokens, cached_text_in=cached or 0)
