"""Files that people sent: fetched from Discord's own hosts and nowhere else, never longer than asked for."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Final, cast

import aiohttp
from yarl import URL

from adapters.discord.errors import DiscordRefused, to_easel_error
from adapters.discord.rest import API_URL, DiscordRest
from bot.errors import BadPicture, PlaceClosed, TooLarge, Transient

_HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_PROXIES: Final = ("images-ext-", ".discordapp.net")
_CHUNK_BYTES: Final = 64 * 1024
_TIMEOUT_S: Final = 120.0


class AttachmentDownloads:
    def __init__(self, rest: DiscordRest) -> None:
        self._rest = rest
        self._own = URL(rest.api_url) if rest.api_url != API_URL else None

    async def fetch(self, ref: str, *, max_bytes: int) -> bytes:
        """The bytes of a file. Its address may have run out meanwhile: then its message is asked for a new one.

        Raises:
            BadPicture: gone, elsewhere, or longer than `max_bytes`.
            Transient: Discord cannot be reached.
        """
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                async for address in self._addresses(cast("Mapping[str, Any]", json.loads(ref))):
                    if (data := await self._download(address, max_bytes)) is not None:
                        return data
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient("Discord did not hand out the file.") from error
        raise BadPicture("That file is not there any more.", hint="Send it again.")

    async def _addresses(self, file: Mapping[str, Any]) -> AsyncGenerator[URL]:
        """Where it is; where it is now; and where a copy is that outlives it by minutes, perhaps coded anew."""
        yield URL(str(file["url"]))
        if "in" in file:
            channel, message, attachment = file["in"]
            if (renewed := await self._renewed(channel, message, str(attachment))) is not None:
                yield URL(renewed)
        if "proxy" in file:
            yield URL(str(file["proxy"]))

    async def _renewed(self, channel: int, message: int, attachment: str) -> str | None:
        try:
            found = await self._rest.call(
                "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=channel, message_id=message
            )
        except DiscordRefused as refused:
            if not isinstance(problem := to_easel_error(refused), PlaceClosed) and refused.status != 404:
                raise problem from refused
            return None
        files: Sequence[Mapping[str, Any]] = found.get("attachments") or ()
        return next((str(file["url"]) for file in files if str(file["id"]) == attachment), None)

    async def _download(self, address: URL, max_bytes: int) -> bytes | None:
        """None where there is nothing (any more) at that address."""
        if not self._is_discord(address):
            raise BadPicture("That picture is not stored at Discord, so Easel does not fetch it.", hint="Attach it.")
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with self._rest.session.get(address, allow_redirects=False, timeout=timeout) as response:
            if response.status in (403, 404, 410, 415):
                return None
            if response.status != 200:
                raise Transient("Discord did not hand out the file.")
            return await _read(response, max_bytes)

    def _is_discord(self, address: URL) -> bool:
        host = address.host or ""
        if self._own is not None and (address.host, address.port) == (self._own.host, self._own.port):
            return True
        is_proxy = host.startswith(_PROXIES[0]) and host.endswith(_PROXIES[1])
        return address.scheme == "https" and (host in _HOSTS or is_proxy)


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The attached picture is larger than {max_bytes // 1_000_000} MB.", hint="Send a smaller one.")


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > max_bytes:
            raise too_large(max_bytes)
    return bytes(data)
