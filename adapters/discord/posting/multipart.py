"""A message with its files on its way to Discord: read anew for each try, and never larger than Discord takes."""

from collections.abc import Mapping
from typing import Any, Final

import structlog

from adapters.discord import limits
from adapters.discord.errors import TOO_LARGE, DiscordRefused
from adapters.discord.rendering.cards import MessageFile, RenderedMessage
from adapters.discord.rest import DiscordRest, MultipartFile
from adapters.discord.server.file_limits import FileLimits, guild_of
from bot.domain.people import Place
from bot.ports import PictureReader

_NOTHING: Final[Mapping[str, Any]] = {}

_log = structlog.get_logger(__name__)


class MultipartSender:
    def __init__(self, rest: DiscordRest, pictures: PictureReader, sizes: FileLimits) -> None:
        self._rest = rest
        self._pictures = pictures
        self._sizes = sizes

    async def send(
        self,
        method: str,
        path: str,
        place: Place,
        rendered: RenderedMessage,
        *,
        at: Mapping[str, int | str],
        more: Mapping[str, Any] = _NOTHING,
        keeps_files: bool = False,
        repeatable: bool = True,
    ) -> Mapping[str, Any]:
        """Sends it; returns Discord's answer.

        Args:
            at: what stands in the path in place of its names.
            more: what its body says beside what was rendered.
            keeps_files: whether the message keeps the files that it has, where it gets no others.

        Raises:
            DiscordRefused: as `DiscordRest.call`.
            Transient: it was too large; the next try is smaller.
            AdminError: Discord takes no file, however small.
        """
        body, uploads = await self.fit_to_limit(place, rendered, keeps_files=keeps_files)
        try:
            return await self._rest.call(
                method, path, body={**body, **more}, files=uploads, query=None, repeatable=repeatable, **at
            )
        except DiscordRefused as refused:
            if uploads and (refused.code == TOO_LARGE or refused.status == 413):
                largest = max(len(each.data) for each in uploads)
                raise self._sizes.refused(guild_of(place), largest) from refused
            raise

    async def fit_to_limit(
        self, place: Place, rendered: RenderedMessage, *, keeps_files: bool = False
    ) -> tuple[dict[str, Any], list[MultipartFile]]:
        """The body of a message with the files that it brings along, for who sends it in another way."""
        uploads = await self._uploads(place, rendered)
        body = dict(rendered.body)
        if uploads or not keeps_files:
            body["attachments"] = [
                {"id": index, "filename": each.name, **({"description": each.alt} if each.alt else {})}
                for index, each in enumerate(uploads)
            ]
        return body, uploads

    # Private

    async def _uploads(self, place: Place, rendered: RenderedMessage) -> list[MultipartFile]:
        """What no conversion could make small enough is told in the card, and left out."""
        limit_bytes = self._sizes.limit_bytes(guild_of(place))
        room_bytes = limits.MAX_REQUEST_BYTES
        uploads: list[MultipartFile] = []
        for shown in rendered.files:
            data = await self._data(shown)
            if len(data) > limit_bytes or len(data) > room_bytes:
                _log.warning("file.left_out", name=shown.name, size_bytes=len(data))
                continue
            room_bytes -= len(data)
            uploads.append(MultipartFile(shown.name, data, shown.alt))
        return uploads

    async def _data(self, shown: MessageFile) -> bytes:
        return shown.data if shown.stored is None else await self._pictures.read(shown.stored)
