"""Slack file uploads: get an upload URL, send the bytes, complete the upload of all files of a message together."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp

from adapters.slack import errors
from adapters.slack.errors import SlackRefused
from adapters.slack.payloads.web_api import parse_files_get_upload_url_external, parse_files_info
from adapters.slack.web_api.client import SlackApi
from bot.domain.ids import PictureId
from bot.ports import Clock, PictureReader

UPLOAD_TIMEOUT_S: Final = 300.0
_POLL_S: Final = (0.0, 0.1, 0.4, 0.64, 1.0, 1.6, 2.6, 4.2, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0)
"""Seconds before each poll. Slack scans a file before it shows it, usually for under a second, sometimes a minute."""
_UNCERTAIN_POLLS: Final = 6
"""How many of these polls are made if it is unknown whether the upload was completed: about four seconds."""
_MAX_PARALLEL: Final = 4
"""How many files of one message are uploaded at the same time."""


@dataclass(frozen=True, slots=True)
class FileUpload:
    """A file to upload: the id of its stored bytes, its file name, and the title that Slack shows above it."""

    id: PictureId
    name: str
    title: str


class Uploads:
    """Uploads, shares and deletes files with the Web API."""

    def __init__(self, api: SlackApi, pictures: PictureReader, clock: Clock) -> None:
        self._api = api
        self._pictures = pictures
        self._clock = clock

    async def upload(self, team: str, files: Sequence[FileUpload]) -> Mapping[PictureId, str]:
        """Uploads files; returns Slack's ids. They are not visible before `complete`. Raises as `SlackApi.call`."""
        slots = asyncio.Semaphore(_MAX_PARALLEL)

        async def upload_one(file: FileUpload) -> str:
            async with slots:
                return await self.upload_bytes(team, file.name, await self._pictures.read(file.id))

        try:
            async with asyncio.TaskGroup() as group:
                tasks = {file.id: group.create_task(upload_one(file)) for file in files}
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        return {name: task.result() for name, task in tasks.items()}

    async def upload_bytes(self, team: str, name: str, data: bytes) -> str:
        """Uploads one file; returns Slack's id. Raises as `upload`."""
        # Without `alt_txt`: with it, Slack does not show the file, and reports no error (python-slack-sdk#1818).
        answer = await self._api.call(team, "files.getUploadURLExternal", filename=name, length=str(len(data)))
        slot = parse_files_get_upload_url_external(answer)
        try:
            # The URL contains the secret, so no token is sent. A stream, because aiohttp writes bytes in one piece.
            async with self._api.session.post(
                slot.upload_url, data=io.BytesIO(data), timeout=aiohttp.ClientTimeout(total=UPLOAD_TIMEOUT_S)
            ) as response:
                if response.status != 200:
                    raise errors.upload_failed()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise errors.upload_failed() from error
        return slot.file_id

    async def complete(
        self, team: str, files: Sequence[tuple[str, str]], *, channel: str | None = None, thread_ts: str | None = None
    ) -> None:
        """Completes the upload of files; shares them as one message if a channel is given.

        Args:
            files: pairs of Slack's id and the title.

        Raises:
            ConnectionLost: they may have been shared: check with `find_share` before a retry.
        """
        listed = [{"id": file, "title": title} for file, title in files]
        # As JSON: the SDK's own method puts all arguments into the URL.
        await self._api.call(
            team, "files.completeUploadExternal", files=listed, channel_id=channel, thread_ts=thread_ts
        )

    async def find_share(self, team: str, file: str, channel: str) -> str | None:
        """The ts of the message that shares the file in the channel; None if there is none (yet)."""
        try:
            answer = await self._api.call(team, "files.info", file=file)
        except SlackRefused as refused:
            if refused.code == "file_not_found":
                return None
            raise
        return parse_files_info(answer).file.shares.first_ts(channel)

    async def await_share(self, team: str, file: str, channel: str, *, is_certain: bool = True) -> str | None:
        """As `find_share`, but waits for up to a minute: Slack shares a file some time after it answered `ok`.

        Args:
            is_certain: whether Slack confirmed the completion. If not, waits for about four seconds only.
        """
        for wait_s in _POLL_S if is_certain else _POLL_S[:_UNCERTAIN_POLLS]:
            await self._clock.sleep(wait_s)
            if (ts := await self.find_share(team, file, channel)) is not None:
                return ts
        return None

    async def delete(self, team: str, file: str) -> None:
        """Deletes a file. Succeeds also if it was deleted before."""
        try:
            await self._api.call(team, "files.delete", file=file)
        except SlackRefused as refused:
            if refused.code not in ("file_not_found", "file_deleted", "cant_delete_file"):
                raise
