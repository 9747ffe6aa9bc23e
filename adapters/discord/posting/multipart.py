"""Discord messages with files: reads the files for each attempt, and keeps within the size limits."""

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

_NO_FIELDS: Final[Mapping[str, Any]] = {}

_log = structlog.get_logger(__name__)


class MultipartSender:
    """Sends messages with their files as multipart requests."""

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
        path_values: Mapping[str, int | str],
        extra_body: Mapping[str, Any] = _NO_FIELDS,
        keeps_files: bool = False,
        repeatable: bool = True,
    ) -> Mapping[str, Any]:
        """Sends the message; returns Discord's response.

        Args:
            path_values: the values for the placeholders in `path`.
            extra_body: more fields of the JSON body.
            keeps_files: whether an edited message keeps its files if there are no new ones.
            repeatable: as in `DiscordRest.call`.

        Raises:
            DiscordRefused: as `DiscordRest.call`.
            Transient: the files were too large; the next attempt sends smaller ones.
            AdminError: Discord refuses even small files.
        """
        body, uploads = await self.fit_to_limit(place, rendered, keeps_files=keeps_files)
        try:
            return await self._rest.call(
                method,
                path,
                body={**body, **extra_body},
                files=uploads,
                query=None,
                repeatable=repeatable,
                **path_values,
            )
        except DiscordRefused as refused:
            if uploads and (refused.code == TOO_LARGE or refused.status == 413):
                largest = max(len(each.data) for each in uploads)
                raise self._sizes.refused(guild_of(place), largest) from refused
            raise

    async def fit_to_limit(
        self, place: Place, rendered: RenderedMessage, *, keeps_files: bool = False
    ) -> tuple[dict[str, Any], list[MultipartFile]]:
        """The JSON body and the files of a message, without files that are too large. For use without `send`."""
        uploads = await self._read_files(place, rendered)
        body = dict(rendered.body)
        if uploads or not keeps_files:
            body["attachments"] = [
                {"id": index, "filename": each.name, **({"description": each.alt} if each.alt else {})}
                for index, each in enumerate(uploads)
            ]
        return body, uploads

    # Private

    async def _read_files(self, place: Place, rendered: RenderedMessage) -> list[MultipartFile]:
        """Reads the files; leaves out those above the limits of the server or the request."""
        limit_bytes = self._sizes.limit_bytes(guild_of(place))
        room_bytes = limits.MAX_REQUEST_BYTES
        uploads: list[MultipartFile] = []
        for shown in rendered.files:
            data = await self._read_file(shown)
            if len(data) > limit_bytes or len(data) > room_bytes:
                _log.warning("file.left_out", name=shown.name, size_bytes=len(data))
                continue
            room_bytes -= len(data)
            uploads.append(MultipartFile(shown.name, data, shown.alt))
        return uploads

    async def _read_file(self, shown: MessageFile) -> bytes:
        return shown.data if shown.stored is None else await self._pictures.read(shown.stored)
