"""Picture files in Slack: uploaded, shared in the message's thread once, and confirmed, also after a crash.

Progress is noted before and after each step that must not run twice:

    (nothing) → "uploaded" → "completing" → "shared"

A crash before "uploaded" leaves files that are not visible to anyone. After a crash in "completing" it is unknown
whether they were shared, so Slack is asked first.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import structlog

from adapters.shared.cards import picture_file_name
from adapters.shared.file_copies import Copy, FileCopies
from adapters.slack import errors
from adapters.slack.errors import CLOSED, ConnectionLost, SlackRefused
from adapters.slack.ids import message_id, parse_message_id, thread_of
from adapters.slack.posting.uploads import FileUpload, Uploads
from bot.domain.ids import PictureId
from bot.domain.people import MessageRef
from bot.errors import Transient
from bot.ports import PlatformState
from bot.presentation.card import Card

_MAX_TRIES = 2
"""Slack sometimes answers ok but never shares the file. A new upload of the same bytes then works."""

Stage = Literal["uploaded", "completing", "shared"]

_log = structlog.get_logger(__name__)


class FilesNeverShared(Transient):
    """Slack accepted the files but does not show them."""

    def __init__(self) -> None:
        super().__init__(errors.NOT_SHOWN)


class PictureFiles:
    """Shares the picture files of messages, finds them again, and deletes them."""

    def __init__(self, uploads: Uploads, notes: PlatformState) -> None:
        self._uploads = uploads
        self._notes = notes
        self._copies = FileCopies(notes, field="messages", name_of=_name, delete=self._delete_copy)

    async def share(self, message: MessageRef, card: Card) -> Mapping[PictureId, str]:
        """Uploads the card's files and shares them in the message's thread; returns Slack's ids. Idempotent.

        Raises:
            FilesNeverShared: Slack did not show them within a minute, twice.
            EaselError: as `SlackApi.call`.
        """
        files = _files_of(card)
        for _ in range(_MAX_TRIES):
            stage, ids = await self._read_stage(message)
            if not {file.id for file in files} <= ids.keys():
                ids = await self._uploads.upload(message.place.team, files)
                await self._save_stage(message, "uploaded", ids)
                stage = "uploaded"
            if stage == "shared" or await self._complete_and_wait(
                message, files, ids, may_be_done=stage == "completing"
            ):
                return ids
            _log.warning("picture.never_shown", files=len(ids))
            await self._delete_uploaded(message, ids)
        raise FilesNeverShared

    async def find_shared(self, team: str, channel: str, pictures: Sequence[PictureId]) -> Mapping[PictureId, str]:
        """Finds the files of pictures that were shown in a channel before; leaves out pictures without one."""
        noted = {picture: await self._notes.get(_picture_key(team, channel, picture)) for picture in pictures}
        return {picture: str(note["file"]) for picture, note in noted.items() if note is not None}

    async def remember_copy(self, message: MessageRef, copy: MessageRef) -> None:
        """Notes that one person got copies of a message's files, to be deleted with that message.

        Args:
            copy: the message with the copies.
        """
        _, ids = await self._read_stage(copy)
        await self._copies.remember(message, [copy.message, dict(ids)])

    async def delete_files(self, message: MessageRef) -> None:
        """Deletes the files of a message that shows no pictures any more, and all copies of them."""
        _, ids = await self._read_stage(message)
        if not ids:
            return
        await self._copies.delete_with(message)
        await self._delete_uploaded(message, ids)

    async def message_of_share(self, team: str, channel: str, ts: str) -> str | None:
        """The id of the message with the card whose files were shared by the message at `ts`; None if there is none."""
        note = await self._notes.get(_share_key(team, channel, ts))
        return str(note["message"]) if note is not None else None

    # Private

    async def _complete_and_wait(
        self, message: MessageRef, files: Sequence[FileUpload], ids: Mapping[PictureId, str], *, may_be_done: bool
    ) -> bool:
        """Completes the upload and waits until Slack shows the files in the thread; returns whether it does.

        Args:
            may_be_done: whether an earlier try may have completed it.
        """
        team, (channel, _) = message.place.team, thread_of(message)
        titles = {file.id: file.title for file in files}
        listed = [(ids[name], titles[name]) for name in dict.fromkeys(file.id for file in files)]
        first = listed[0][0]
        ts = await self._uploads.await_share(team, first, channel, is_certain=False) if may_be_done else None
        while ts is None:
            await self._save_stage(message, "completing", ids)
            is_certain = await self._complete(message, listed, may_be_done=may_be_done)
            ts = await self._uploads.await_share(team, first, channel, is_certain=is_certain)
            if ts is None and (is_certain or may_be_done):
                return False
            may_be_done = True
        await self._notes.put(_share_key(team, channel, ts), {"message": message.message})
        for picture, file in ids.items():
            await self._notes.put(_picture_key(team, channel, picture), {"file": file})
        await self._save_stage(message, "shared", ids)
        return True

    async def _complete(self, message: MessageRef, files: Sequence[tuple[str, str]], *, may_be_done: bool) -> bool:
        """Completes the upload; returns False if the connection was lost, so that the result is unknown."""
        channel, thread_ts = thread_of(message)
        try:
            await self._uploads.complete(message.place.team, files, channel=channel, thread_ts=thread_ts)
        except ConnectionLost:
            _log.info("completion.lost", files=len(files))
            return False
        except SlackRefused as refused:
            if not may_be_done or refused.code in CLOSED:
                raise
            # An earlier try completed it: Slack refuses to complete a file twice.
            _log.info("completion.done_before", reason=refused.code)
        return True

    async def _read_stage(self, message: MessageRef) -> tuple[Stage | None, Mapping[PictureId, str]]:
        note: Mapping[str, Any] | None = await self._notes.get(_files_key(message))
        return (None, {}) if note is None else (note["stage"], note["files"])

    async def _save_stage(self, message: MessageRef, stage: Stage, ids: Mapping[PictureId, str]) -> None:
        await self._notes.put(_files_key(message), {"stage": stage, "files": dict(ids)})

    async def _delete_copy(self, message: MessageRef, copy: Copy) -> None:
        name, ids = copy
        await self._delete_uploaded(MessageRef(message.place, name), ids)

    async def _delete_uploaded(self, message: MessageRef, ids: Mapping[PictureId, str]) -> None:
        channel, _ = parse_message_id(message.message)
        for picture, file in ids.items():
            await self._uploads.delete(message.place.team, file)
            key = _picture_key(message.place.team, channel, picture)
            note = await self._notes.get(key)
            if note is not None and note["file"] == file:
                await self._notes.pop(key)
        await self._notes.pop(_files_key(message))


def _files_of(card: Card) -> list[FileUpload]:
    pictures = [FileUpload(shown.picture.id, picture_file_name(shown), shown.alt) for shown in card.pictures]
    return pictures + [FileUpload(file.id, file.name, file.name) for file in card.files]


def _files_key(message: MessageRef) -> str:
    return f"files:{_name(message)}"


def _share_key(team: str, channel: str, ts: str) -> str:
    return f"share:{team}:{message_id(channel, ts)}"


def _picture_key(team: str, channel: str, picture: PictureId) -> str:
    return f"picture:{team}:{channel}:{picture}"


def _name(message: MessageRef) -> str:
    return f"{message.place.team}:{message.message}"
