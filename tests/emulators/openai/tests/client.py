"""The real client, connected to an emulated service."""

import ssl
from collections.abc import Awaitable, Mapping

import openai
import pytest
from openai import AsyncOpenAI, DefaultAsyncHttpx2Client

from tests.emulators.openai.server import OpenAIEmulator

# Made once: reading the machine's certificates takes longer than most tests here.
_TRUST = ssl.create_default_context()


def a_client(
    service: OpenAIEmulator, *, key: str | None = None, headers: Mapping[str, str] | None = None
) -> AsyncOpenAI:
    """To be entered, so that it is closed."""
    return AsyncOpenAI(
        api_key=key or service.key,
        base_url=service.base_url,
        default_headers=headers,
        max_retries=0,
        http_client=DefaultAsyncHttpx2Client(verify=_TRUST),
    )


async def refused(service: OpenAIEmulator, call: Awaitable[object]) -> openai.APIStatusError:
    """The refusal of a call, which has also been noted, and is forgiven."""
    with pytest.raises(openai.APIStatusError) as refusal:
        await call
    assert len(service.problems) == 1
    service.forgive()
    return refusal.value
