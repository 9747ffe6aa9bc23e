"""Files in Slack's external upload flow: an address, the bytes, and one completion for all of a message's files."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp

from adapters.slack.errors import SlackRefused
from adapters.slack.payloads.web_api import parse_files_get_upload_url_external, parse_files_info
from adapters.slack.web_api.client import SlackApi
from bot.domain.ids import PictureId
from bot.errors import Transient
from bot.ports import Clock, PictureReader

UPLOAD_TIMEOUT_S: Final = 300.0
_POLL_S: Final = (0.0, 0.1, 0.4, 0.64, 1.0, 1.6, 2.6, 4.2, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0)
"""Slack scans a file for malware before it shows it: as a rule for less than a second, at times for a minute."""
_SOON: Final = 6
"""As many of these looks are enough where nobody knows whether the file was handed over at all: some four seconds."""
_TOGETHER: Final = 4
"""Files of one message that are uploaded at the same time."""


@dataclass(frozen=True, slots=True)
class FileUpload:
    """A file to upload: stored bytes, what to call them when they are saved, and what Slack shows above them."""

    id: PictureId
    name: str
    title: str


class Uploads:
    def __init__(self, api: SlackApi, pictures: PictureReader, clock: Clock) -> None:
        self._api = api
        self._pictures = pictures
        self._clock = clock

    async def upload(self, team: str, files: Sequence[FileUpload]) -> Mapping[PictureId, str]:
        """Slack's ids of the files, which nobody sees yet. Raises as `SlackApi.call`."""
        slots = asyncio.Semaphore(_TOGETHER)

        async def one(file: FileUpload) -> str:
            async with slots:
                return await self.upload_bytes(team, file.name, await self._pictures.read(file.id))

        try:
            async with asyncio.TaskGroup() as group:
                tasks = {file.id: group.create_task(one(file)) for file in files}
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        return {name: task.result() for name, task in tasks.items()}

    async def upload_bytes(self, team: str, name: str, data: bytes) -> str:
        # Without `alt_txt`: with it Slack silently shows a file nowhere (python-slack-sdk#1818).
        answer = await self._api.call(team, "files.getUploadURLExternal", filename=name, length=str(len(data)))
        slot = parse_files_get_upload_url_external(answer)
        try:
            # The address is the secret: no token belongs there. A stream, since aiohttp writes bytes in one piece.
            async with self._api.session.post(
                slot.upload_url, data=io.BytesIO(data), timeout=aiohttp.ClientTimeout(total=UPLOAD_TIMEOUT_S)
            ) as response:
                if response.status != 200:
                    raise Transient("Slack did not take a file.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient("Slack did not take a file.") from error
        return slot.file_id

    async def complete(
        self, team: str, files: Sequence[tuple[str, str]], *, channel: str | None = None, thread_ts: str | None = None
    ) -> None:
        """Hands uploaded files over, as one message where a channel is given. `files` are ids with their titles.

        Raises:
            ConnectionLost: they may have been handed over: look before doing it again.
        """
        listed = [{"id": file, "title": title} for file, title in files]
        # As JSON: the SDK's own method puts it all into the address.
        await self._api.call(
            team, "files.completeUploadExternal", files=listed, channel_id=channel, thread_ts=thread_ts
        )

    async def share_of(self, team: str, file: str, channel: str) -> str | None:
        """The ts of the message that shows the file in the channel; None where it is not there (yet)."""
        try:
            answer = await self._api.call(team, "files.info", file=file)
        except SlackRefused as refused:
            if refused.code == "file_not_found":
                return None
            raise
        return parse_files_info(answer).file.shares.first_ts(channel)

    async def await_share(self, team: str, file: str, channel: str, *, is_certain: bool = True) -> str | None:
        """As `share_of`, but waits for up to a minute: `ok` from Slack only means that it will try.

        `is_certain` is False where it is not known whether Slack got the completion.
        """
        for wait_s in _POLL_S if is_certain else _POLL_S[:_SOON]:
            await self._clock.sleep(wait_s)
            if (ts := await self.share_of(team, file, channel)) is not None:
                return ts
        return None

    async def delete(self, team: str, file: str) -> None:
        """A file that is gone already is as good as deleted."""
        try:
            await self._api.call(team, "files.delete", file=file)
        except SlackRefused as refused:
            if refused.code not in ("file_not_found", "file_deleted", "cant_delete_file"):
                raise
