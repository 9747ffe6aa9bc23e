"""Files that people sent: fetched with care for the token, and explained where they cannot be had."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from yarl import URL

from adapters.slack.addresses import SlackAddresses
from adapters.slack.installations.workspaces import Workspaces
from adapters.slack.web_api.client import SlackApi
from bot.errors import AdminError, BadPicture, TooLarge, Transient
from bot.ports import Clock

_MAX_HOPS: Final = 3
_CHUNK_BYTES: Final = 64 * 1024
_TIMEOUT_S: Final = 120.0
_SETTLING_S: Final = (0.5, 1.0, 2.0)
"""A file that was uploaded a moment ago may not have its address yet."""

_MODES: Final = {
    "tombstone": "That file was deleted.",
    "hidden_by_limit": "Slack hides that file: it is older than this workspace's plan keeps.",
    "external": "That file is stored outside Slack, so Easel cannot read it.",
}


class AttachmentDownloads:
    """Args: `addresses`: which of them get the token."""

    def __init__(
        self, api: SlackApi, workspaces: Workspaces, clock: Clock, *, api_url: str, addresses: SlackAddresses
    ) -> None:
        self._api = api
        self._workspaces = workspaces
        self._clock = clock
        self._is_encrypted = URL(api_url).scheme == "https"
        self._addresses = addresses

    async def fetch(self, team: str, file: str, *, max_bytes: int) -> bytes:
        """The bytes of a file by its id, never by an address that stood in a message.

        Slack is asked for the file first: events may hold a stub of it only (Slack Connect), or an old address.

        Raises:
            BadPicture: gone, stored elsewhere, or longer than `max_bytes`.
            AdminError: the app may not read files.
            Transient: Slack cannot be reached.
        """
        info = await self._info(team, file)
        size = info.get("size")
        if isinstance(size, int) and size > max_bytes:
            raise _too_large(max_bytes)
        address = info.get("url_private_download") or info.get("url_private")
        if not isinstance(address, str):
            raise BadPicture("Slack gives no address for that file.", hint="Send it again, here.")
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                return await self._download(team, URL(address), max_bytes, size)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient("Slack did not hand out the file.") from error

    async def _info(self, team: str, file: str) -> Mapping[str, Any]:
        info: Mapping[str, Any] = {}
        for wait_s in (*_SETTLING_S, 0.0):
            info = (await self._api.call(team, "files.info", file=file))["file"]
            mode = "external" if info.get("is_external") else str(info.get("mode", "hosted"))
            if mode in _MODES:
                raise BadPicture(_MODES[mode], hint="Upload the picture itself.")
            if info.get("url_private_download") or info.get("url_private"):
                return info
            await self._clock.sleep(wait_s)
        return info

    async def _download(self, team: str, address: URL, max_bytes: int, bytes_count: object) -> bytes:
        """Redirects are followed by hand: aiohttp would drop the token on the first, and then get a login page."""
        token = await self._workspaces.token(team)
        for _ in range(_MAX_HOPS + 1):
            if address.scheme != "https" and self._is_encrypted:
                break
            headers = {"Authorization": f"Bearer {token}"} if self._addresses.is_slack(address) else {}
            async with self._api.session.get(
                address, headers=headers, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S)
            ) as response:
                location = response.headers.get("Location")
                if response.status in (301, 302, 303, 307, 308) and location:
                    address = address.join(URL(location))
                    continue
                if response.status in (404, 410):
                    raise BadPicture("That file is not there any more.", hint="Send it again, here.")
                if response.status != 200:
                    raise Transient("Slack did not hand out the file.")
                return await _read(response, max_bytes, bytes_count)
        raise BadPicture("Slack hands that file out by a detour that Easel does not follow.", hint="Send it again.")


async def _read(response: aiohttp.ClientResponse, max_bytes: int, bytes_count: object) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > max_bytes:
            raise _too_large(max_bytes)
    is_page = data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html"))
    # Somebody may have sent a web page: that one is as long as Slack says, and is for the core to explain.
    if is_page and len(data) != bytes_count:
        raise _login_page()
    return bytes(data)


def _login_page() -> AdminError:
    # Slack answers 200 and its login page where the token does not open the file.
    return AdminError(
        "Slack shows Easel a login page instead of the file.",
        hint="The Slack app lacks the scope files:read: add it, and install the app again.",
    )


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The attached picture is larger than {max_bytes // 1_000_000} MB.", hint="Send a smaller one.")
