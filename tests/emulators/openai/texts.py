"""The answers of Responses and Chat Completions: plain or as a stream, with what they cost."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiohttp import web

from tests import clock
from tests.emulators.openai.calls import Call
from tests.emulators.openai.desk import Desk, spoils
from tests.emulators.openai.faults import Fault, Refusal
from tests.emulators.openai.orders import TextOrder
from tests.emulators.openai.streams import EventStream
from tests.emulators.openai.svg_writer import answer_to
from tests.emulators.openai.usage import TOKENS_PER_EFFORT, picture_tokens, text_tokens

Body = dict[str, object]
DECLINED = "I'm sorry, but I can't help with that."
THOUGHTS = "The person wants a drawing. <svg>I would start with the sky.</svg>"
CHUNK_CHARS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text model says: `thought` and `written` are tokens, and both are paid."""

    text: str
    thought: int
    written: int
    asked: int
    cut: bool = False
    declined: bool = False
    counted: bool = True

    def chunks(self) -> Iterator[str]:
        return (self.text[start : start + CHUNK_CHARS] for start in range(0, len(self.text), CHUNK_CHARS))


async def answer_text(
    request: web.Request, call: Call, order: TextOrder, desk: Desk, fault: Fault | None
) -> web.StreamResponse:
    """Writes the answer, or spoils it as arranged."""
    answer = replace(_written(call, order, desk, fault), counted=not spoils(fault, "missing_usage"))
    await asyncio.sleep(desk.state.delay_s)
    if order.stream and not spoils(fault, "stream_ignored"):
        return await _stream(request, order, answer, desk, fault)
    body = response_body(order, answer, desk) if order.api == "responses" else _completion(order, answer, desk)
    return await desk.json(body)


def response_body(order: TextOrder, answer: Answer, desk: Desk) -> Body:
    """A finished answer of Responses."""
    reasoning = {"id": "rs_1", "type": "reasoning", "summary": [], "status": "completed"}
    output = [reasoning, _message(answer)] if answer.text or not answer.cut else [reasoning]
    return {
        **_response_head(order, "incomplete" if answer.cut else "completed"),
        "incomplete_details": {"reason": "max_output_tokens"} if answer.cut else None,
        "output": output,
        "usage": _response_usage(answer, desk) if answer.counted else None,
    }


def _response_usage(answer: Answer, desk: Desk) -> Body:
    return {
        "input_tokens": answer.asked,
        "input_tokens_details": {"cached_tokens": _cached(answer, desk), "cache_write_tokens": 0},
        "output_tokens": answer.thought + answer.written,
        "output_tokens_details": {"reasoning_tokens": answer.thought},
        "total_tokens": answer.asked + answer.thought + answer.written,
    }


def _written(call: Call, order: TextOrder, desk: Desk, fault: Fault | None) -> Answer:
    text = desk.state.answers.take(call.path) or answer_to(order.asked, order.said)
    asked = text_tokens(order.said) + 6 + sum(picture_tokens(*size) for size in order.pictures)
    thought = TOKENS_PER_EFFORT[order.effort]
    if spoils(fault, "refusal"):
        return Answer(DECLINED, thought, text_tokens(DECLINED), asked, declined=True)
    if spoils(fault, "empty"):
        return Answer("", thought, 0, asked)
    most = order.most_tokens
    if spoils(fault, "length"):
        text, cut = text[: len(text) // 2], True
    elif cut := most is not None and thought + text_tokens(text) > most:
        assert most is not None
        thought = min(thought, most)
        text = text[: 4 * (most - thought)]
    return Answer(text, thought, text_tokens(text), asked, cut=cut)


def _message(answer: Answer) -> Body:
    content: Body = {"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}
    if answer.declined:
        content = {"type": "refusal", "refusal": answer.text}
    status = "incomplete" if answer.cut else "completed"
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": status, "content": [content]}


def _response_head(order: TextOrder, status: str) -> Body:
    return {
        "id": f"resp_{secrets.token_hex(8)}",
        "object": "response",
        "created_at": int(clock.now_s()),
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": order.instructions,
        "max_output_tokens": order.most_tokens,
        "metadata": {},
        "model": order.model,
        "output": [],
        "parallel_tool_calls": True,
        "reasoning": {"effort": order.effort, "summary": None},
        "store": False,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
    }


def _completion(order: TextOrder, answer: Answer, desk: Desk) -> Body:
    message: Body = {"role": "assistant", "content": answer.text, "refusal": None}
    if not order.spec.sees:
        # Servers of open models hand out the thoughts too, beside the answer.
        message["reasoning"] = THOUGHTS
    elif answer.declined:
        message |= {"content": None, "refusal": answer.text}
    choice: Body = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer)}
    usage = _chat_usage(answer, desk) if answer.counted else None
    return {**_completion_head(order, "chat.completion"), "choices": [choice], "usage": usage}


def _completion_head(order: TextOrder, kind: str) -> Body:
    return {
        "id": f"chatcmpl-{secrets.token_hex(8)}",
        "object": kind,
        "created": int(clock.now_s()),
        "model": order.model,
    }


def _finish(answer: Answer) -> str:
    return "length" if answer.cut else "stop"


def _chat_usage(answer: Answer, desk: Desk) -> Body:
    return {
        "prompt_tokens": answer.asked,
        "completion_tokens": answer.thought + answer.written,
        "total_tokens": answer.asked + answer.thought + answer.written,
        "prompt_tokens_details": {"cached_tokens": _cached(answer, desk)},
        "completion_tokens_details": {"reasoning_tokens": answer.thought},
    }


def _cached(answer: Answer, desk: Desk) -> int:
    return answer.asked // 2 if desk.state.caches else 0


async def _stream(
    request: web.Request, order: TextOrder, answer: Answer, desk: Desk, fault: Fault | None
) -> web.StreamResponse:
    stream = await EventStream.open(request, desk.headers(), named=order.api == "responses")
    events = _response_events if order.api == "responses" else _completion_events
    first, *words, last = events(order, answer, desk)
    await stream.send(first)
    for place, event in enumerate(words):
        if place == len(words) // 2 and fault is not None:
            if isinstance(fault, Refusal):
                await stream.send_error(fault.body)
                return await stream.close()
            if spoils(fault, "stalled_stream"):
                await desk.say_nothing()
            if spoils(fault, "stalled_stream") or spoils(fault, "dropped_stream"):
                return stream.cut()
        await stream.send(event)
    if not spoils(fault, "no_completed_event"):
        await stream.send(last)
        if order.api == "chat":
            await stream.send_done()
    return await stream.close()


def _response_events(order: TextOrder, answer: Answer, desk: Desk) -> list[Body]:
    """Beginning, words, end."""
    kind = "refusal" if answer.declined else "output_text"
    at: Body = {"item_id": "msg_1", "output_index": 1, "content_index": 0}
    final = response_body(order, answer, desk)
    events: list[Body] = [{"type": "response.created", "response": _response_head(order, "in_progress")}]
    events += [{"type": f"response.{kind}.delta", **at, "delta": chunk, "logprobs": []} for chunk in answer.chunks()]
    done = {"refusal": answer.text} if answer.declined else {"text": answer.text, "logprobs": []}
    events.append({"type": f"response.{kind}.done", **at, **done})
    events.append({"type": "response.output_item.done", "output_index": 1, "item": _message(answer)})
    events.append({"type": f"response.{final['status']}", "response": final})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def _completion_events(order: TextOrder, answer: Answer, desk: Desk) -> list[Body]:
    """Beginning, words, end; the last one holds the usage where it was asked for."""
    head = _completion_head(order, "chat.completion.chunk")

    def chunk(delta: Body, finish: str | None = None) -> Body:
        return {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    field = "refusal" if answer.declined and order.spec.sees else "content"
    events = [chunk({"role": "assistant", "content": ""})]
    if not order.spec.sees:
        events.append(chunk({"reasoning": THOUGHTS}))
    events += [chunk({field: words}) for words in answer.chunks()]
    events.append(chunk({}, _finish(answer)))
    if order.stream_usage and answer.counted:
        events.append({**head, "choices": [], "usage": _chat_usage(answer, desk)})
    return events
