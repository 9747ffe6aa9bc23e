"""Sending a call and reading what comes back, a chunk at a time: nothing here knows what the bytes mean."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from httpx2 import URL, Response
from openai import APIResponseValidationError, AsyncOpenAI

from bot.imaging.probe import MAX_BYTES
from bot.providers.openai_images.call import Call

# How the SDK is asked for an answer that is not read yet; its own `with_streaming_response` sends the same.
_UNREAD: Final = {"X-Stainless-Raw-Response": "stream"}
_FORM: Final = {"Content-Type": "multipart/form-data"}
_MAX_REST_BYTES: Final = 1024 * 1024


@asynccontextmanager
async def sent(client: AsyncOpenAI, call: Call) -> AsyncGenerator[Response]:
    """The answer, its body not read yet. Leaving early, by an error or by being cancelled, closes the connection.

    Raises:
        APIError: as the SDK tells it.
    """
    if call.files:
        response = await client.post(
            call.path, cast_to=Response, body=call.fields, files=call.files, options={"headers": _UNREAD | _FORM}
        )
    else:
        response = await client.post(call.path, cast_to=Response, content=call.content, options={"headers": _UNREAD})
    try:
        yield response
    finally:
        await response.aclose()


async def chunks_of(response: Response, *, pictures: int) -> AsyncIterator[bytes]:
    """The body, as long as it can be one that holds so many pictures in base64.

    Raises:
        RequestError: the connection broke or fell silent.
        APIResponseValidationError: it is longer than that.
    """
    left_bytes = pictures * MAX_BYTES * 4 // 3 + _MAX_REST_BYTES
    async for chunk in response.aiter_bytes():
        left_bytes -= len(chunk)
        if left_bytes < 0:
            raise APIResponseValidationError(response, None)
        yield chunk


async def fetch(client: AsyncOpenAI, address: str) -> bytes | None:
    """The picture at `address`; None where that is not on the server itself, so that no server can make us ask others.

    Raises:
        APIError, RequestError, APIResponseValidationError: as above. Redirects are an error.
    """
    base = URL(str(client.base_url))
    url = base.join(address)
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port):
        return None
    response = await client.get(str(url), cast_to=Response, options={"headers": _UNREAD})
    try:
        return b"".join([chunk async for chunk in chunks_of(response, pictures=1)])
    finally:
        await response.aclose()
