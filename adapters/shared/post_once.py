"""Messages that are posted once for each key, through every crash.

Chat platforms have no key of their own for a message, or remember it for some minutes only. So the key is noted before
a message goes out, and its id afterwards; what was noted without an id is looked for in the platform's own way.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.ports import Json, PlatformState

_RenderedT = TypeVar("_RenderedT")
_RenderedT_contra = TypeVar("_RenderedT_contra", contravariant=True)


class Delivery(Protocol[_RenderedT_contra]):
    """How one platform sends a message and finds it again. Called by `PostOnce` alone; raises as `Platform.post`."""

    def note_key(self, place: Place, key: str) -> str:
        """The key of the note about the post."""
        ...

    def first_note(self) -> Json:
        """What is noted before the message goes out."""
        ...

    async def send(self, place: Place, rendered: _RenderedT_contra, *, key: str) -> str:
        """Posts the message, such that `find` knows it by its key; returns its id."""
        ...

    async def find(self, place: Place, rendered: _RenderedT_contra, *, key: str, note: Json) -> str | None:
        """The id of the message that a process may have posted before it ended; None where it is to be sent.

        Args:
            note: what `first_note` was then.
        """
        ...

    def may_be_posted(self, error: EaselError) -> bool:
        """Whether the message may be there though `send` raised this: the next attempt looks for it first."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """Args: `is_new`: it was not known to be there before."""

    message: MessageRef
    is_new: bool


class PostOnce(Generic[_RenderedT]):
    def __init__(self, notes: PlatformState, delivery: Delivery[_RenderedT]) -> None:
        self._notes = notes
        self._delivery = delivery

    async def post(self, place: Place, rendered: _RenderedT, *, key: str) -> Posted:
        """The message of this key: one that is there is left as it is.

        Raises:
            EaselError: as `Platform.post`.
        """
        note_key = self._delivery.note_key(place, key)
        note = await self._notes.get(note_key)
        if note is None and not await self._notes.add(note_key, self._delivery.first_note()):
            note = await self._notes.get(note_key)
        if note is not None and "message" in note:
            return Posted(MessageRef(place, str(note["message"])), is_new=False)
        name = await self._delivery.find(place, rendered, key=key, note=note) if note is not None else None
        if name is None:
            name = await self._sent(place, rendered, key, note_key)
        await self._notes.put(note_key, {"message": name})
        return Posted(MessageRef(place, name), is_new=True)

    async def _sent(self, place: Place, rendered: _RenderedT, key: str, note_key: str) -> str:
        try:
            return await self._delivery.send(place, rendered, key=key)
        except EaselError as error:
            if not self._delivery.may_be_posted(error):
                await self._notes.pop(note_key)
            raise
