"""Copies of a message's files that were sent to single persons: remembers them, to delete them with the message."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from adapters.shared.note_changes import pop_after, update_note
from bot.domain.people import MessageRef
from bot.ports import Json, PlatformState

Copy = Sequence[Any]
"""The data that a platform needs to delete a copy, as JSON."""


class FileCopies:
    """Remembers copies of files in notes.

    Args:
        field: the key of the list of copies in the note.
        name_of: the name of a message in the keys of notes.
        delete: deletes one copy of the message's files. Called again after a crash, so it must be idempotent.
        is_deletable: whether a copy can still be deleted.
    """

    def __init__(
        self,
        notes: PlatformState,
        *,
        field: str,
        name_of: Callable[[MessageRef], str],
        delete: Callable[[MessageRef, Copy], Awaitable[None]],
        is_deletable: Callable[[Copy], bool] = lambda _: True,
    ) -> None:
        self._notes = notes
        self._field = field
        self._name_of = name_of
        self._delete = delete
        self._is_deletable = is_deletable

    async def remember(self, message: MessageRef, copy: Copy) -> None:
        """Remembers a copy. Deletes it at once if the message's files were deleted in the meantime."""
        await update_note(
            self._notes, self._copies_key(message), lambda noted: {self._field: [*self._deletable_copies(noted), copy]}
        )
        if await self._notes.get(self._gone_key(message)) is not None:
            await self._delete_copies(message)  # `delete_with` ran while the copy was being sent

    async def delete_with(self, message: MessageRef) -> None:
        """Deletes all copies of the message's files, and later those that are being sent at the moment."""
        await self._notes.put(self._gone_key(message), {})
        await self._delete_copies(message)

    # Private

    async def _delete_copies(self, message: MessageRef) -> None:
        async def delete(noted: Json) -> None:
            for copy in self._deletable_copies(noted):
                await self._delete(message, copy)

        await pop_after(self._notes, self._copies_key(message), delete)

    def _deletable_copies(self, noted: Json | None) -> Sequence[Copy]:
        return [copy for copy in noted[self._field] if self._is_deletable(copy)] if noted is not None else []

    def _copies_key(self, message: MessageRef) -> str:
        return f"copies:{self._name_of(message)}"

    def _gone_key(self, message: MessageRef) -> str:
        return f"gone:{self._name_of(message)}"
