"""What can be made to go wrong at the emulated service, as the real client meets it."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import openai
import pytest
import pytest_asyncio
from openai import AsyncOpenAI
from openai.types import ImagesResponse

from tests.builders import opened
from tests.clock import PATIENCE_S
from tests.emulators.openai import faults
from tests.emulators.openai.server import OpenAIEmulator
from tests.emulators.openai.tests.client import a_client

pytestmark = pytest.mark.asyncio(loop_scope="module")

FLARE = "gpt-image-2.6-flare"
FOX: dict[str, Any] = {"model": FLARE, "prompt": "a fox", "size": "1024x640", "quality": "low"}
CODEX: dict[str, Any] = {"model": "gpt-5.3-codex", "input": "a fox, 800x600", "reasoning": {"effort": "low"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service() -> AsyncIterator[OpenAIEmulator]:
    async with OpenAIEmulator() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(service: OpenAIEmulator) -> AsyncIterator[AsyncOpenAI]:
    async with a_client(service) as connected:
        yield connected


def the_picture(response: ImagesResponse, index: int = 0) -> bytes:
    assert response.data is not None
    return base64.b64decode(response.data[index].b64_json or "", validate=True)


FAULTS: list[tuple[faults.Fault, int, str | None, Mapping[str, str]]] = [
    (faults.rate_limited(), 429, "rate_limit_exceeded", {}),
    (faults.rate_limited(7), 429, "rate_limit_exceeded", {"Retry-After": "7"}),
    (faults.rate_limited(0.5), 429, "rate_limit_exceeded", {"retry-after-ms": "500"}),
    (faults.insufficient_quota(), 429, "insufficient_quota", {}),
    (faults.moderation_blocked("output", ["violence"]), 400, "moderation_blocked", {}),
    (faults.content_filter(), 400, "contentFilter", {}),
    (faults.unverified_organisation(), 403, None, {}),
    (faults.overloaded(), 503, "server_is_overloaded", {}),
    (faults.server_error(), 500, None, {}),
    (faults.html_error(), 502, None, {"Content-Type": "text/html; charset=utf-8"}),
    (faults.string_error(), 500, None, {}),
    (faults.detail_error(), 422, None, {}),
    (faults.error_in_stream(), 400, "moderation_blocked", {}),
]


@pytest.mark.parametrize(("fault", "status", "code", "headers"), FAULTS)
async def test_refusals_on_demand(
    client: AsyncOpenAI,
    service: OpenAIEmulator,
    fault: faults.Fault,
    status: int,
    code: str | None,
    headers: Mapping[str, str],
) -> None:
    """An arranged refusal meets the next matching call alone, whatever it asks."""
    service.fail(fault)
    assert (await client.responses.create(**CODEX)).output_text
    with pytest.raises(openai.APIStatusError) as refusal:
        await client.images.generate(**FOX)
    assert (refusal.value.status_code, refusal.value.code) == (status, code)
    assert headers.items() <= dict(refusal.value.response.headers.items()).items() | headers.items()
    assert all(refusal.value.response.headers[name] == value for name, value in headers.items())
    await client.images.generate(**FOX)


async def test_waiting_time_in_words(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A rate limit may tell only in its text how long to wait."""
    service.fail(faults.rate_limited("in_text"))
    with pytest.raises(openai.RateLimitError, match=r"Please try again in 12s\.") as refusal:
        await client.images.generate(**FOX)
    assert "retry-after" not in refusal.value.response.headers


async def test_moderation_details(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A refusal for safety names its stage and categories, also in the middle of a stream."""
    service.fail(faults.error_in_stream(faults.moderation_blocked("output", ["violence", "self-harm"])))
    stream = await client.images.generate(**FOX, stream=True, partial_images=2)
    assert (await anext(aiter(stream))).type == "image_generation.partial_image"
    with pytest.raises(openai.APIError) as refusal:
        await anext(aiter(stream))
    assert not isinstance(refusal.value, openai.APIStatusError)
    details = cast("Any", refusal.value.body)["moderation_details"]
    assert details == {"moderation_stage": "output", "categories": ["violence", "self-harm"]}


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        (faults.dropped_stream, openai.APIConnectionError),
        (faults.stalled_stream, openai.APITimeoutError),
        (faults.no_completed_event, None),
        (faults.stream_ignored, None),
    ],
)
async def test_spoilt_streams(
    client: AsyncOpenAI, service: OpenAIEmulator, fault: faults.AnyFault, ends: type[Exception] | None
) -> None:
    """A stream can be cut, fall silent, or end without its result; or never be one."""
    service.fail(fault)
    events: list[str] = []
    patience_s = 1.0 if ends is openai.APITimeoutError else PATIENCE_S

    async def read() -> None:
        stream = await client.images.generate(**FOX, stream=True, partial_images=2, timeout=patience_s)
        async for event in stream:
            events.append(event.type)  # noqa: PERF401 -- what came before the stream broke counts

    if ends is None:
        await read()
    else:
        with pytest.raises(ends):
            await read()
    assert "image_generation.completed" not in events
    assert bool(events) is (fault is not faults.stream_ignored)


async def test_spoilt_pictures(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A picture can be cut in two, be in another format than asked for, be missing, or be uncounted."""
    service.fail(faults.truncated_base64)
    with pytest.raises(OSError, match=r"truncated|broken"):
        opened(the_picture(await client.images.generate(**FOX)))
    service.fail(faults.wrong_format)
    assert opened(the_picture(await client.images.generate(**FOX))).format == "JPEG"
    service.fail(faults.missing_usage)
    assert (await client.images.generate(**FOX)).usage is None
    service.fail(faults.empty)
    assert (await client.images.generate(**FOX)).data == []


async def test_lost_connections(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A connection can be cut after the request was read, and an answer can never come."""
    service.fail(faults.dropped)
    service.fail(faults.stalled)
    with pytest.raises(openai.APIConnectionError) as cut:
        await client.images.generate(**FOX)
    assert not isinstance(cut.value, openai.APITimeoutError)
    with pytest.raises(openai.APITimeoutError):
        await client.images.generate(**FOX, timeout=0.1)


async def test_lists_can_fail_too(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A server may have no list of its models, or be ill."""
    service.fail(faults.not_found, path="models")
    with pytest.raises(openai.NotFoundError):
        await client.models.list()
    assert (await client.models.list()).data


async def test_held_calls(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A held call waits to be let go, and tells when its client has hung up instead."""
    first, second = service.hold(), service.hold()
    waiting = asyncio.create_task(client.images.generate(**FOX))
    await first.begun.wait()
    leaving = asyncio.create_task(client.images.generate(**FOX))
    await second.begun.wait()
    leaving.cancel()
    await asyncio.wait_for(second.dropped.wait(), PATIENCE_S)
    first.go()
    assert the_picture(await waiting)
    assert (first.was_dropped, second.was_dropped) == (False, True)


async def test_broken_rules_are_told_at_the_end() -> None:
    """Leaving an emulator whose rules were broken fails, unless that was forgiven."""

    async def break_a_rule() -> None:
        async with OpenAIEmulator() as service, a_client(service) as client:
            with pytest.raises(openai.BadRequestError):
                await client.images.generate(**FOX, n=11)

    with pytest.raises(AssertionError, match="integer above maximum value"):
        await break_a_rule()
