"""Discord attachments: downloaded from Discord's own hosts only, up to a given size."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import aiohttp
from yarl import URL

from adapters.discord.errors import DiscordRefused
from adapters.discord.payloads.attachments import AttachmentRef
from adapters.discord.payloads.rest_responses import MessageResponse
from adapters.discord.rest import API_URL, DiscordRest
from bot.errors import BadPicture, PlaceClosed, TooLarge, Transient

_HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_MEDIA_PROXY_PREFIX: Final = "images-ext-"
_MEDIA_PROXY_SUFFIX: Final = ".discordapp.net"
_CHUNK_BYTES: Final = 64 * 1024
_TIMEOUT_S: Final = 120.0


class AttachmentDownloads:
    def __init__(self, rest: DiscordRest) -> None:
        self._rest = rest
        self._custom_api = URL(rest.api_url) if rest.api_url != API_URL else None

    async def fetch(self, ref: str, *, max_bytes: int) -> bytes:
        """The bytes of a file. Addresses expire after about a day; then Discord is asked for a new one.

        Args:
            ref: as made by `AttachmentRef`.

        Raises:
            BadPicture: it was deleted, or is not on Discord's hosts.
            TooLarge: longer than `max_bytes`.
            Transient: Discord cannot be reached.
        """
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                async for url in self._urls(AttachmentRef.parse(ref)):
                    if (data := await self._download(url, max_bytes)) is not None:
                        return data
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient("Discord did not hand out the file.") from error
        raise BadPicture("That file is not there any more.", hint="Send it again.")

    async def _urls(self, ref: AttachmentRef) -> AsyncGenerator[URL]:
        """Its address, its renewed address, and a copy that stays some minutes longer but may be re-encoded."""
        yield URL(ref.url)
        if ref.message_id and (renewed := await self._renewed_url(ref)) is not None:
            yield URL(renewed)
        if ref.proxy_url:
            yield URL(ref.proxy_url)

    async def _renewed_url(self, ref: AttachmentRef) -> str | None:
        try:
            answer = await self._rest.call(
                "GET",
                "/channels/{channel_id}/messages/{message_id}",
                channel_id=ref.channel_id,
                message_id=ref.message_id,
            )
        except DiscordRefused as refused:
            if not isinstance(refused, PlaceClosed) and refused.status != 404:
                raise
            return None
        return MessageResponse.parse(answer).attachment_urls.get(ref.attachment_id)

    async def _download(self, url: URL, max_bytes: int) -> bytes | None:
        """None where the file is gone or the address has expired."""
        if not self._is_discord_host(url):
            raise BadPicture("That picture is not stored at Discord, so Easel does not fetch it.", hint="Attach it.")
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with self._rest.session.get(url, allow_redirects=False, timeout=timeout) as response:
            if response.status in (403, 404, 410, 415):
                return None
            if response.status != 200:
                raise Transient("Discord did not hand out the file.")
            return await _read(response, max_bytes)

    def _is_discord_host(self, url: URL) -> bool:
        host = url.host or ""
        if self._custom_api is not None and (url.host, url.port) == (self._custom_api.host, self._custom_api.port):
            return True
        is_media_proxy = host.startswith(_MEDIA_PROXY_PREFIX) and host.endswith(_MEDIA_PROXY_SUFFIX)
        return url.scheme == "https" and (host in _HOSTS or is_media_proxy)


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The attached picture is larger than {max_bytes // 1_000_000} MB.", hint="Send a smaller one.")


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > max_bytes:
            raise too_large(max_bytes)
    return bytes(data)
