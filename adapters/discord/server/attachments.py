"""Discord attachments: downloaded from Discord's own hosts only, up to a given size."""

from collections.abc import AsyncGenerator
from typing import Final

from yarl import URL

from adapters.discord import errors
from adapters.discord.errors import DiscordRefused
from adapters.discord.payloads.attachments import AttachmentRef
from adapters.discord.payloads.rest_responses import MessageResponse
from adapters.discord.rest import API_URL, DiscordRest
from adapters.shared.download import DownloadRules, download
from bot.errors import PlaceClosed
from bot.texts import image_errors

_HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_MEDIA_PROXY_PREFIX: Final = "images-ext-"
_MEDIA_PROXY_SUFFIX: Final = ".discordapp.net"


class AttachmentDownloads:
    def __init__(self, rest: DiscordRest) -> None:
        self._rest = rest
        self._custom_api = URL(rest.api_url) if rest.api_url != API_URL else None
        self._rules = DownloadRules(
            "Discord",
            is_allowed=self._is_discord_host,
            blocked=errors.stored_elsewhere,
            missing=frozenset({403, 404, 410, 415}),
        )

    async def fetch(self, ref: str, *, max_bytes: int) -> bytes:
        """The bytes of a file. Addresses expire after about a day; then Discord is asked for a new one.

        Args:
            ref: as made by `AttachmentRef`.

        Raises:
            BadPicture: it was deleted, or is not on Discord's hosts.
            TooLarge: longer than `max_bytes`.
            Transient: Discord cannot be reached.
        """
        async for url in self._urls(AttachmentRef.parse(ref)):
            data = await download(self._rest.session, url, self._rules, max_bytes=max_bytes)
            if data is not None:
                return data
        raise image_errors.attachment_gone()

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

    def _is_discord_host(self, url: URL) -> bool:
        host = url.host or ""
        if self._custom_api is not None and (url.host, url.port) == (self._custom_api.host, self._custom_api.port):
            return True
        is_media_proxy = host.startswith(_MEDIA_PROXY_PREFIX) and host.endswith(_MEDIA_PROXY_SUFFIX)
        return url.scheme == "https" and (host in _HOSTS or is_media_proxy)
