"""Sends requests and reads response bodies in chunks, without interpreting them."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from httpx2 import URL, InvalidURL, Response
from openai import APIStatusError, AsyncOpenAI

from bot.imaging.probe import MAX_BYTES
from bot.providers.openai_api.bounds import UNREAD, read_limited
from bot.providers.openai_images.request_building import ApiRequest

_FORM: Final = {"Content-Type": "multipart/form-data"}
_MAX_REST_BYTES: Final = 1024 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS: Final = 5


@asynccontextmanager
async def send(client: AsyncOpenAI, call: ApiRequest) -> AsyncGenerator[Response]:
    """Sends the request and yields the response before its body is read. Leaving the context closes the connection.

    Raises:
        APIError: from the SDK.
    """
    if call.files:
        response = await client.post(
            call.path, cast_to=Response, body=call.fields, files=call.files, options={"headers": UNREAD | _FORM}
        )
    else:
        response = await client.post(call.path, cast_to=Response, content=call.content, options={"headers": UNREAD})
    try:
        yield response
    finally:
        await response.aclose()


def read_chunks(response: Response, *, pictures: int) -> AsyncIterator[bytes]:
    """Yields the body in chunks, up to the length that so many base64 pictures can have.

    Raises:
        RequestError: the connection broke or timed out.
        APIResponseValidationError: the body is longer.
    """
    return read_limited(response, max_bytes=pictures * MAX_BYTES * 4 // 3 + _MAX_REST_BYTES)


class ForeignHostError(Exception):
    """A URL is not on the service's own server."""


async def fetch_picture(client: AsyncOpenAI, address: str, *, redirects: int = _MAX_REDIRECTS) -> bytes:
    """Downloads the picture at `address`, following up to `redirects` redirects on the same server.

    Raises:
        ForeignHostError: it is on another server. This prevents requests to arbitrary hosts (SSRF).
        APIError, RequestError, APIResponseValidationError: as `send` and `read_chunks`.
    """
    url = _resolve_on_server(URL(str(client.base_url)), address)
    try:
        response = await client.get(str(url), cast_to=Response, options={"headers": UNREAD})
    except APIStatusError as problem:
        location = problem.response.headers.get("location", "")
        if problem.status_code not in _REDIRECTS or not location or redirects == 0:
            raise
        return await fetch_picture(client, str(url.join(location)), redirects=redirects - 1)
    try:
        return b"".join([chunk async for chunk in read_chunks(response, pictures=1)])
    finally:
        await response.aclose()


def _resolve_on_server(base: URL, address: str) -> URL:
    try:
        url = base.join(address)
    except InvalidURL as error:
        raise ForeignHostError from error
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port):
        raise ForeignHostError
    return url
