"""Every call of a service ends: after a total time, and after so many bytes, however slowly or endlessly it answers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from httpx2 import USE_CLIENT_DEFAULT, AsyncByteStream, AsyncClient, ReadTimeout, Request, Response
from httpx2._client import UseClientDefault
from httpx2._types import AuthTypes
from openai import APIResponseValidationError

MAX_ERROR_BYTES: Final = 64 * 1024
"""Of the body of an answer that is no success; the rest is not read. The SDK reads such a body by itself, whole."""
UNREAD: Final = {"X-Stainless-Raw-Response": "stream"}
"""The header that makes the SDK return an answer without reading it; its `with_streaming_response` sends the same."""


class CallTooLong(ReadTimeout):
    """The call did not end within its total time, though the service may never have been silent for long."""

    def __init__(self, total_s: float, *, request: Request | None = None) -> None:
        super().__init__(f"timeout: {total_s:g} s", request=request)
        self.total_s = total_s


class BoundedClient(AsyncClient):
    """A client whose requests end `total_s` seconds after they began, their answers' bodies included.

    The library's own timeouts begin anew with each byte that comes.
    """

    total_s: float = float("inf")

    async def send(
        self,
        request: Request,
        *,
        stream: bool = False,
        auth: AuthTypes | UseClientDefault | None = USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = USE_CLIENT_DEFAULT,
    ) -> Response:
        """As the library's.

        Raises:
            CallTooLong: no answer began in time; reading the body raises it as well.
        """
        deadline = _Deadline(self.total_s, request)
        async with deadline:
            response = await super().send(request, stream=True, auth=auth, follow_redirects=follow_redirects)
        if not isinstance(response.stream, AsyncByteStream):  # it was read already
            return response
        response.stream = _BoundedStream(
            response.stream, deadline, max_bytes=None if response.is_success else MAX_ERROR_BYTES
        )
        if not stream:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response


async def read_limited(response: Response, *, max_bytes: int) -> AsyncIterator[bytes]:
    """The body as it comes, unpacked.

    Raises:
        RequestError: the connection broke or fell silent, or the call took too long.
        APIResponseValidationError: it is longer than `max_bytes`.
    """
    left_bytes = max_bytes
    async for chunk in response.aiter_bytes():
        left_bytes -= len(chunk)
        if left_bytes < 0:
            raise APIResponseValidationError(response, None)
        yield chunk


class _Deadline:
    """A point in time for all that a call awaits: `async with` it as often as needed."""

    def __init__(self, total_s: float, request: Request) -> None:
        self._total_s = total_s
        self._at_s = asyncio.get_running_loop().time() + total_s
        self._request = request
        self._timeout: asyncio.Timeout | None = None

    async def __aenter__(self) -> None:
        self._timeout = asyncio.timeout_at(self._at_s)
        await self._timeout.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        timeout, self._timeout = self._timeout, None
        if timeout is not None:
            try:
                await timeout.__aexit__(kind, error, None)
            except TimeoutError:
                raise CallTooLong(self._total_s, request=self._request) from error


class _BoundedStream(AsyncByteStream):
    """Args: max_bytes: where it ends, as if there were no more; None for no such end."""

    def __init__(self, stream: AsyncByteStream, deadline: _Deadline, *, max_bytes: int | None) -> None:
        self._stream = stream
        self._deadline = deadline
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._stream)
        taken_bytes = 0
        while self._max_bytes is None or taken_bytes < self._max_bytes:
            async with self._deadline:
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            taken_bytes += len(chunk)
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
