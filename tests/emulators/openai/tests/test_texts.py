"""The emulated text models: what they draw, and what they refuse."""

import base64
from collections.abc import AsyncIterator
from typing import Any, cast

import openai
import pytest
import pytest_asyncio
from openai import AsyncOpenAI

from tests.builders import a_png
from tests.emulators.openai import faults
from tests.emulators.openai.server import OpenAIEmulator
from tests.emulators.openai.tests.client import a_client, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

PNG = a_png(64, 48)
CODEX: dict[str, Any] = {"model": "gpt-5.3-codex", "input": "a fox, 800x600", "reasoning": {"effort": "low"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service() -> AsyncIterator[OpenAIEmulator]:
    async with OpenAIEmulator() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(service: OpenAIEmulator) -> AsyncIterator[AsyncOpenAI]:
    async with a_client(service) as connected:
        yield connected


async def test_responses(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A text model draws on the asked canvas, and changes the drawing that the conversation holds."""
    first = await client.responses.create(**CODEX)
    assert 'viewBox="0 0 800 600"' in first.output_text
    assert first.usage
    assert first.usage.output_tokens_details.reasoning_tokens == 256
    address = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    talk: Any = [
        {"role": "user", "content": "a fox, 800x600"},
        {"role": "assistant", "content": [{"type": "output_text", "text": first.output_text, "annotations": []}]},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "a red hat"},
                {"type": "input_image", "image_url": address, "detail": "auto"},
            ],
        },
    ]
    second = await client.responses.create(**{**CODEX, "input": talk}, instructions="Draw.", store=False)
    assert second.output_text.startswith(first.output_text.removesuffix("</svg>"))
    assert second.output_text != first.output_text
    streamed = [event async for event in await client.responses.create(**{**CODEX, "input": talk}, stream=True)]
    assert streamed[-1].type == "response.completed"
    assert streamed[-1].response.output_text == second.output_text
    service.answer("<svg/>", path="responses")
    assert (await client.responses.create(**CODEX)).output_text == "<svg/>"


async def test_text_answers_can_fail(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """An answer can be cut by its limit or on demand, be declined, or be empty."""
    cut = await client.responses.create(**CODEX, max_output_tokens=270)
    assert (cut.status, cut.incomplete_details and cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert 0 < len(cut.output_text) < 100
    service.fail(faults.length, path="responses")
    assert (await client.responses.create(**CODEX)).status == "incomplete"
    service.fail(faults.refusal, path="responses")
    declined = cast("Any", (await client.responses.create(**CODEX)).output[-1])
    assert declined.content[0].type == "refusal"
    service.fail(faults.empty, path="responses")
    assert (await client.responses.create(**CODEX)).output_text == ""
    service.fail(faults.missing_usage, path="responses")
    assert (await client.responses.create(**CODEX)).usage is None


@pytest.mark.parametrize(
    ("fault", "ends"), [(faults.dropped_stream, openai.APIConnectionError), (faults.error_in_stream, openai.APIError)]
)
async def test_streams_of_text_can_break(
    client: AsyncOpenAI, service: OpenAIEmulator, fault: faults.AnyFault, ends: type[Exception]
) -> None:
    """A stream of words can be cut, or end with an error."""
    service.fail(fault, path="responses")
    stream = await client.responses.create(**CODEX, stream=True)
    assert (await anext(aiter(stream))).type == "response.created"
    with pytest.raises(ends):
        [event async for event in stream]


def a_message(part: dict[str, Any], role: str = "user") -> list[dict[str, Any]]:
    return [{"role": role, "content": [part]}]


BAD_RESPONSES: list[tuple[dict[str, Any], int, str | None, str | None]] = [
    ({"reasoning": {"effort": "max"}}, 400, "unsupported_value", "reasoning.effort"),
    ({"reasoning": {"effort": "none"}}, 400, "unsupported_value", "reasoning.effort"),
    ({"input": [{"role": "system", "content": "Draw."}]}, 400, None, "input[0]"),
    ({"input": a_message({"type": "text", "text": "fox"})}, 400, "invalid_value", "input[0].content[0].type"),
    (
        {"input": a_message({"type": "input_text", "text": "<svg/>"}, "assistant")},
        400,
        "invalid_value",
        "input[0].content[0].type",
    ),
    (
        {"input": a_message({"type": "input_image", "image_url": "data:image/png;base64,AAAA"})},
        400,
        "invalid_value",
        "input[0].content[0].image_url",
    ),
    ({"max_output_tokens": 3}, 400, "integer_below_min_value", "max_output_tokens"),
    ({"temperature": 0.2}, 400, None, "temperature"),
    ({"extra_body": {"max_tokens": 3}}, 400, "unknown_parameter", "max_tokens"),
    ({"model": "gpt-oss-120b"}, 404, "model_not_found", None),
]


@pytest.mark.parametrize(("asked", "status", "code", "param"), BAD_RESPONSES)
async def test_responses_are_strict(
    client: AsyncOpenAI,
    service: OpenAIEmulator,
    asked: dict[str, Any],
    status: int,
    code: str | None,
    param: str | None,
) -> None:
    """What a text model does not take is refused with the parameter's name."""
    refusal = await refused(service, client.responses.create(**{**CODEX, **asked}))
    assert (refusal.status_code, refusal.code, refusal.param) == (status, code, param)


LUNA: dict[str, Any] = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "a fox, 640x480"}]}


async def test_chat(client: AsyncOpenAI) -> None:
    """Chat Completions answer the same drawings, plain and as a stream."""
    plain = await client.chat.completions.create(**LUNA, max_completion_tokens=16_000, reasoning_effort="low")
    drawing = plain.choices[0].message.content
    assert drawing
    assert 'viewBox="0 0 640 480"' in drawing
    stream = await client.chat.completions.create(**LUNA, stream=True, stream_options={"include_usage": True})
    chunks = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == drawing
    assert chunks[-1].usage


@pytest.mark.parametrize(
    ("asked", "status", "code", "words"),
    [
        ({"model": "gpt-5.3-codex"}, 404, None, "only supported in v1/responses"),
        ({"max_tokens": 100}, 400, "unsupported_parameter", "Use 'max_completion_tokens' instead"),
        ({"reasoning_effort": "minimal"}, 400, "unsupported_value", "'none', 'low'"),
        ({"messages": []}, 400, "missing_required_parameter", "messages"),
    ],
)
async def test_chat_is_strict(
    client: AsyncOpenAI, service: OpenAIEmulator, asked: dict[str, Any], status: int, code: str | None, words: str
) -> None:
    """Codex is no chat model, and limits have the name that OpenAI gave them."""
    refusal = await refused(service, client.chat.completions.create(**{**LUNA, **asked}))
    assert (refusal.status_code, refusal.code) == (status, code)
    assert words in str(refusal)
