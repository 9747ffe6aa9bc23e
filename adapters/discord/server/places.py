"""Discord threads and reply chains: which of the core's places a thread or a message of Easel belongs to.

A thread has the id of the message that it hangs on, so a place names both at once. Without threads (in direct messages
and in channels that allow none) a conversation is a chain of replies, and each message of Easel in it has a note of the
conversation that it belongs to.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.discord.ids import PLATFORM, parse_message_id
from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef, Place
from bot.ports import Clock, Json, PlatformState

_MAX_CACHED_THREADS: Final = 10_000
_CACHED_FOR_S: Final = 12 * 60 * 60.0
"""Reading a note keeps it from being removed, so notes of threads in use are read from time to time."""


@dataclass(frozen=True, slots=True)
class PostTarget:
    """Where to post: a channel, a thread or a DM. `answering` is the message there that it replies to."""

    channel: int
    answering: int | None = None

    @property
    def reference(self) -> Mapping[str, Any]:
        """The part of a message's body that makes it a reply."""
        if self.answering is None:
            return {}
        answered = {"message_id": self.answering, "channel_id": self.channel, "fail_if_not_exists": False}
        return {"message_reference": answered}


@dataclass(frozen=True, slots=True)
class _Thread:
    parent: int
    is_private: bool
    is_ours: bool | None


class Places:
    """Keeps recent threads in memory, so that most messages need no read from the database."""

    def __init__(self, notes: PlatformState, clock: Clock) -> None:
        self._notes = notes
        self._learning = asyncio.Lock()
        self._threads: RecentMap[int, _Thread] = RecentMap(_MAX_CACHED_THREADS, max_age_s=_CACHED_FOR_S, clock=clock)

    async def learn_thread(
        self, thread: int, parent: int, *, is_private: bool = False, is_ours: bool | None = None
    ) -> None:
        """Notes a thread: from now on the conversation of its message goes on there.

        Args:
            is_ours: whether it hangs on a message of ours; None where that is unknown.
        """
        # One at a time, so that a caller without `is_ours` does not overwrite what another has just found out. Across
        # processes there is no such race: only the process that serves the thread's shard calls this.
        async with self._learning:
            if is_ours is None:
                known = await self._thread(thread)
                is_ours = known.is_ours if known is not None else None
            else:
                known = self._threads.get(thread)
            learnt = _Thread(parent, is_private, is_ours)
            if known == learnt:
                return
            await self._notes.put(_thread_key(thread), {"parent": parent, "private": is_private, "ours": is_ours})
            self._threads[thread] = learnt

    async def forget_thread(self, thread: int) -> None:
        """Of a thread that was deleted: its conversation goes on in its channel, as a chain of replies.

        The conversation of a private thread ends, because others can read the channel.
        """
        if await self.is_private(thread):
            return
        self._threads.pop(thread, None)
        await self._notes.pop(_thread_key(thread))

    async def parent_of(self, thread: int) -> int | None:
        """The channel of a noted thread; None for other ids."""
        known = await self._thread(thread)
        return known.parent if known is not None else None

    async def is_ours(self, thread: int) -> bool | None:
        """Whether it hangs on a message of ours; None where that is unknown."""
        known = await self._thread(thread)
        return known.is_ours if known is not None else None

    async def is_private(self, thread: int) -> bool:
        """Whether it is a private thread, also after it was deleted."""
        known = await self._thread(thread)
        return known is not None and known.is_private

    async def of_message(self, channel: int, message: int) -> Place | None:
        """The conversation of one of our messages outside of threads; None where none was noted."""
        note = await self._notes.get(_message_key(channel, message))
        if note is None:
            return None
        return Place(PLATFORM, note["team"], note["channel"], thread=note["thread"], audience=note["audience"])

    async def learn_message(self, message: MessageRef) -> None:
        """Notes the conversation of one of our messages that was posted outside of threads."""
        place, (channel, number) = message.place, parse_message_id(message.message)
        if place.thread is None and place.audience is None:
            return  # the first message of a conversation: its own id is the conversation's
        note: Json = {
            "team": place.team,
            "channel": place.channel,
            "thread": place.thread or message.message,
            "audience": place.audience,
        }
        await self._notes.put(_message_key(channel, number), note)

    async def thread_of(self, place: Place) -> int | None:
        """The thread in which a place's conversation goes on; None where it is a chain of replies."""
        if place.thread is None or place.audience is not None:
            return None
        _, root = parse_message_id(place.thread)
        return root if await self.parent_of(root) is not None else None

    # Private

    async def _thread(self, thread: int) -> _Thread | None:
        if (known := self._threads.get(thread)) is not None:
            return known
        note = await self._notes.get(_thread_key(thread))
        if note is None:
            return None
        learnt = _Thread(int(note["parent"]), bool(note.get("private")), note.get("ours"))
        self._threads[thread] = learnt
        return learnt


def _thread_key(thread: int) -> str:
    return f"thread:{thread}"


def _message_key(channel: int, message: int) -> str:
    return f"at:{channel}:{message}"
