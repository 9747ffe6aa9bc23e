"""Asking a text model through Chat Completions, which every compatible server has."""

from openai import APIConnectionError, AsyncOpenAI, AsyncStream, omit
from openai.types.chat import ChatCompletionChunk, ChatCompletionContentPartParam, ChatCompletionMessageParam
from pydantic import BaseModel, Field

from bot.domain.usage import Usage
from bot.providers.openai_api.parsing import parse_json
from bot.providers.svg_author.conversation import Answer, Hear, Question, Turn
from bot.providers.svg_author.streams import Growing, is_stream


class _Details(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Message(BaseModel):
    """Servers differ in where they put the model's thinking (`reasoning`, `reasoning_content`): it is not read."""

    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


async def ask(client: AsyncOpenAI, question: Question) -> Answer:
    """One call.

    Raises:
        bot.providers.openai_api.problems.PROBLEMS: it failed.
        ValueError: what came is no chat completion.
    """
    model, limit = question.model, question.model.max_output_tokens
    is_new = model.token_limit == "max_completion_tokens"  # noqa: S105 the name of a parameter
    system: ChatCompletionMessageParam = {"role": "system", "content": question.conversation.instructions}
    reply = await client.chat.completions.with_raw_response.create(
        model=model.wire_name,
        messages=[system, *(_message(turn) for turn in question.conversation.turns)],
        max_tokens=omit if is_new else limit,
        max_completion_tokens=limit if is_new else omit,
        reasoning_effort=question.effort if question.effort is not None else omit,
        safety_identifier=question.identifier if question.identifier is not None else omit,
        stream=question.hear is not None,
        stream_options={"include_usage": True} if question.hear is not None else omit,
    )
    stream = reply.parse() if is_stream(reply.headers) else None
    if question.hear is not None and isinstance(stream, AsyncStream):
        return _answer(await _heard(stream, question.hear))
    return _answer(parse_json(_Reply, await reply.http_response.aread()))


async def _heard(stream: AsyncStream[ChatCompletionChunk], hear: Hear) -> _Reply:
    growing, message, ended, usage = Growing(hear), _Message(), None, None
    async with stream:
        async for chunk in stream:
            # The last chunk holds the usage and no choice.
            for choice in chunk.choices:
                await growing.add(choice.delta.content or "")
                message.refusal = choice.delta.refusal or message.refusal
                ended = choice.finish_reason or ended
            usage = chunk.usage or usage
    if ended is None:
        raise APIConnectionError(message="The stream ended early.", request=stream.response.request)
    message.content = growing.text
    counted = None if usage is None else _Usage.model_validate(usage.to_dict())
    return _Reply(choices=[_Choice(message=message, finish_reason=ended)], usage=counted)


def _message(turn: Turn) -> ChatCompletionMessageParam:
    if turn.role == "assistant":
        return {"role": "assistant", "content": turn.text}
    if not turn.pictures:
        # Some servers of text-only models read nothing but a plain string.
        return {"role": "user", "content": turn.text}
    content: list[ChatCompletionContentPartParam] = [{"type": "text", "text": turn.text}]
    for picture in turn.pictures:
        content.append({"type": "text", "text": picture.label})
        content.append({"type": "image_url", "image_url": {"url": picture.url, "detail": "high"}})
    return {"role": "user", "content": content}


def _answer(reply: _Reply) -> Answer:
    choice = reply.choices[0]
    return Answer(
        text=choice.message.content or "",
        usage=_counted(reply.usage),
        cut_short=choice.finish_reason == "length",
        refused=choice.finish_reason == "content_filter" or bool(choice.message.refusal),
    )


def _counted(usage: _Usage | None) -> Usage | None:
    if usage is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None
    return Usage(text_in=usage.prompt_tokens, text_out=usage.completion_tokens, cached_text_in=cached or 0)
