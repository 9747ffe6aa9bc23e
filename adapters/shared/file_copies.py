"""Copies of a message's files that were handed to single people: they are deleted with the message."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from adapters.shared.note_changes import pop_after, update_note
from bot.domain.people import MessageRef
from bot.ports import Json, PlatformState

Copy = Sequence[Any]
"""What a platform needs to delete a copy, as JSON."""


class FileCopies:
    """Args:
    field: the name of the list of copies in their note.
    name_of: what notes call a message.
    delete: deletes one copy of the message's files. After a crash it is called once more.
    is_there: whether a copy can still be deleted.
    """

    def __init__(
        self,
        notes: PlatformState,
        *,
        field: str,
        name_of: Callable[[MessageRef], str],
        delete: Callable[[MessageRef, Copy], Awaitable[None]],
        is_there: Callable[[Copy], bool] = lambda _: True,
    ) -> None:
        self._notes = notes
        self._field = field
        self._name_of = name_of
        self._delete = delete
        self._is_there = is_there

    async def remember(self, message: MessageRef, copy: Copy) -> None:
        """A person was handed files of this message."""
        await update_note(
            self._notes, self._copies_key(message), lambda noted: {self._field: [*self._listed(noted), copy]}
        )
        if await self._notes.get(self._gone_key(message)) is not None:
            await self._delete_copies(message)  # the message went while the person was handed its files

    async def delete_with(self, message: MessageRef) -> None:
        """The message shows no files any more: its copies go, and those that are being handed out now."""
        await self._notes.put(self._gone_key(message), {})
        await self._delete_copies(message)

    # Private

    async def _delete_copies(self, message: MessageRef) -> None:
        async def delete(noted: Json) -> None:
            for copy in self._listed(noted):
                await self._delete(message, copy)

        await pop_after(self._notes, self._copies_key(message), delete)

    def _listed(self, noted: Json | None) -> Sequence[Copy]:
        return [copy for copy in noted[self._field] if self._is_there(copy)] if noted is not None else []

    def _copies_key(self, message: MessageRef) -> str:
        return f"copies:{self._name_of(message)}"

    def _gone_key(self, message: MessageRef) -> str:
        return f"gone:{self._name_of(message)}"
