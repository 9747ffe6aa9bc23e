"""Posts a chat message once for each key, also after a crash.

Chat platforms have no idempotency keys, or remember them for a few minutes only. So the key is noted before a message
is sent, and the message's id afterwards. If the note has no id, the platform is searched for the message.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.ports import Json, PlatformState

_RenderedT = TypeVar("_RenderedT")
_RenderedT_contra = TypeVar("_RenderedT_contra", contravariant=True)


class MessageSender(Protocol[_RenderedT_contra]):
    """Sends a message on one platform, and finds it again. Only used by `PostOnce`; raises as `Platform.post`."""

    def note_key(self, place: Place, key: str) -> str:
        """The key of the note about the post."""
        ...

    def first_note(self) -> Json:
        """The note to store before the message is sent."""
        ...

    async def send(self, place: Place, rendered: _RenderedT_contra, *, key: str) -> str:
        """Posts the message so that `find` can find it by its key; returns its id."""
        ...

    async def find(self, place: Place, rendered: _RenderedT_contra, *, key: str, note: Json) -> str | None:
        """The id of the message if an earlier attempt posted it; None if it must be sent (again).

        Args:
            note: the `first_note` of that attempt.
        """
        ...

    def may_be_posted(self, error: EaselError) -> bool:
        """Whether `send` may have posted the message before this error. Then the next attempt uses `find`."""
        ...


@dataclass(frozen=True, slots=True)
class Posted:
    """The result of a post.

    Attributes:
        is_new: False if the message had been posted and noted before.
    """

    message: MessageRef
    is_new: bool


class PostOnce(Generic[_RenderedT]):
    """Posts messages of one platform, once for each key."""

    def __init__(self, notes: PlatformState, sender: MessageSender[_RenderedT]) -> None:
        self._notes = notes
        self._sender = sender

    async def post(self, place: Place, rendered: _RenderedT, *, key: str) -> Posted:
        """Posts the message unless that was done before; an existing message is not updated.

        Raises:
            EaselError: as `Platform.post`.
        """
        note_key = self._sender.note_key(place, key)
        note = await self._notes.get(note_key)
        if note is None and not await self._notes.add(note_key, self._sender.first_note()):
            note = await self._notes.get(note_key)
        if note is not None and "message" in note:
            return Posted(MessageRef(place, str(note["message"])), is_new=False)
        name = await self._sender.find(place, rendered, key=key, note=note) if note is not None else None
        if name is None:
            name = await self._send(place, rendered, key, note_key)
        await self._notes.put(note_key, {"message": name})
        return Posted(MessageRef(place, name), is_new=True)

    async def _send(self, place: Place, rendered: _RenderedT, key: str, note_key: str) -> str:
        try:
            return await self._sender.send(place, rendered, key=key)
        except EaselError as error:
            if not self._sender.may_be_posted(error):
                await self._notes.pop(note_key)
            raise
