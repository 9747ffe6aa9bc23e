"""The HTTP client that commands use to call the process that owns the data directory."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import aiohttp

from adapters.terminal import errors
from adapters.terminal.announcement import Announcement, read_announcement
from adapters.terminal.limits import MAX_FILE_BYTES
from adapters.terminal.parse import (
    EventResponse,
    StoredMessage,
    TerminalEvent,
    event_to_json,
    health_from_json,
    message_from_json,
    problem_from_json,
    response_from_json,
    usage_from_json,
)
from bot.domain.ids import PictureId
from bot.domain.spending import UsageBy, UsageReport
from bot.errors import AdminError, Transient

_NO_LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=5)
_LIMIT = aiohttp.ClientTimeout(total=60)
_HEALTH_LIMIT = aiohttp.ClientTimeout(total=5)
# A line holds a card, which may contain the longest prompt (32 000 characters) several times, escaped.
_LINE_BYTES = 1024 * 1024


class TerminalClient:
    """The client. All methods raise Transient if the process is gone, and AdminError if it refused the request."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, event: TerminalEvent) -> EventResponse:
        """Sends an event; it is stored durably when this returns. Idempotent by the event's key."""
        return response_from_json(await self._request("POST", "/events", event_to_json(event)))

    async def upload(self, data: bytes) -> str:
        """Uploads a file. Returns its reference for `Attachment.ref`."""
        if len(data) > MAX_FILE_BYTES:
            raise errors.file_too_large(MAX_FILE_BYTES // 2**20)
        return (await self._request("POST", "/files", data)).decode()

    async def picture(self, picture: PictureId) -> bytes:
        """Downloads a picture, or the SVG of one."""
        return await self._request("GET", f"/pictures/{picture}")

    async def follow(self, channel: str) -> AsyncGenerator[StoredMessage]:
        """Yields the messages of a channel, then each message again when it changes, until the caller stops."""
        with _connection_errors():
            async with self._session.get(f"/channels/{channel}", timeout=_NO_LIMIT) as response:
                await _raise_for_status(response)
                async for line in response.content:
                    yield message_from_json(line)
        raise errors.stopped()

    async def is_healthy(self) -> bool:
        try:
            health_from_json(await self._request("GET", "/health", limit=_HEALTH_LIMIT))
        except (Transient, AdminError, ValueError):
            return False
        return True

    async def usage(self, by: UsageBy) -> UsageReport:
        """The spending of all people this month."""
        return usage_from_json(await self._request("GET", f"/usage/{by}"))

    async def _request(
        self, method: str, path: str, body: bytes | None = None, limit: aiohttp.ClientTimeout = _LIMIT
    ) -> bytes:
        with _connection_errors():
            # As a stream, so that a large file does not block the event loop.
            data = BytesIO(body) if body else None
            async with self._session.request(method, path, data=data, timeout=limit) as response:
                await _raise_for_status(response)
                return await response.read()


@asynccontextmanager
async def find_client(data_dir: Path) -> AsyncGenerator[TerminalClient | None]:
    """A client of the process that owns `data_dir`; None if none answers."""
    announcement = read_announcement(data_dir)
    if announcement is None:
        yield None
        return
    async with _session(announcement) as session:
        client = TerminalClient(session)
        yield client if await client.is_healthy() else None


def _session(announcement: Announcement) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        announcement.address,
        headers={"Authorization": f"Bearer {announcement.token}"},
        timeout=_LIMIT,
        read_bufsize=_LINE_BYTES,
    )


async def _raise_for_status(response: aiohttp.ClientResponse) -> None:
    if response.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise problem_from_json(await response.read())
    if response.status != HTTPStatus.OK:
        raise errors.failed(response.status, response.reason)


@contextmanager
def _connection_errors() -> Generator[None]:
    try:
        yield
    except (aiohttp.ClientError, TimeoutError) as error:
        raise errors.stopped_meanwhile() from error
