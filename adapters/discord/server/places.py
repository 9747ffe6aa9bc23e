"""Where something in Discord belongs, as the core knows it.

A thread has the id of the message that it hangs on, so a place names both at once. Where no thread can be (in direct
messages, in channels that allow none) a conversation is a chain of answers: of each message in it that is ours, a note
tells to which conversation it belongs.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.discord.ids import PLATFORM, parse_message_id, place_at
from bot.domain.people import MessageRef, Place
from bot.ports import Clock, Json, PlatformState

_MOST = 10_000
_READ_AGAIN_S = 12 * 60 * 60.0
"""A note that nobody reads for long is removed some day, and that of a thread in use must not be."""


@dataclass(frozen=True, slots=True)
class PostTarget:
    """Where to post: a channel, a thread, or a DM; `answering` is the message there that it is an answer to."""

    channel: int
    answering: int | None = None

    @property
    def reference(self) -> Mapping[str, Any]:
        """The part of a message's body that makes it an answer."""
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
    """Args: `most`: of the threads known by heart, so that most messages need no look into the database."""

    def __init__(self, notes: PlatformState, clock: Clock, *, most: int = _MOST) -> None:
        self._notes = notes
        self._clock = clock
        self._most = most
        self._learning = asyncio.Lock()
        self._threads: OrderedDict[int, tuple[float, _Thread]] = OrderedDict()

    async def learn_thread(
        self, thread: int, parent: int, *, is_private: bool = False, is_ours: bool | None = None
    ) -> None:
        """A thread of Discord exists: what belongs to its message's conversation goes there.

        Args:
            is_ours: whether it hangs on a message of ours; None where that was not found out.
        """
        # One after the other: who does not know whose message it hangs on must not overwrite what was just found out.
        # All of a thread is learnt by one process, the one that serves its shard.
        async with self._learning:
            known = await self._thread(thread)
            if is_ours is None and known is not None:
                is_ours = known.is_ours
            learnt = _Thread(parent, is_private, is_ours)
            if known == learnt:
                return
            await self._notes.put(_thread_key(thread), {"parent": parent, "private": is_private, "ours": is_ours})
            self._remember(thread, learnt)

    async def forget_thread(self, thread: int) -> None:
        """It was deleted: its conversation goes on in its channel, as a chain of answers.

        That of a private one has ended: who reads the channel was not meant to read it.
        """
        if await self.is_private(thread):
            return
        self._threads.pop(thread, None)
        await self._notes.pop(_thread_key(thread))

    async def parent_of(self, thread: int) -> int | None:
        """The channel of a thread that was learnt; None for whatever else has that id."""
        known = await self._thread(thread)
        return known.parent if known is not None else None

    async def is_ours(self, thread: int) -> bool | None:
        """Whether it hangs on a message of ours, whoever opened it; None where that was not found out."""
        known = await self._thread(thread)
        return known.is_ours if known is not None else None

    async def is_private(self, thread: int) -> bool:
        """Whether it is, or was, a thread for invited people only."""
        known = await self._thread(thread)
        return known is not None and known.is_private

    async def of_message(self, channel: int, message: int) -> Place | None:
        """The conversation that one of our messages outside of threads belongs to; None where none was noted."""
        note = await self._notes.get(_message_key(channel, message))
        if note is None:
            return None
        return Place(PLATFORM, note["team"], note["channel"], thread=note["thread"], audience=note["audience"])

    async def answering(self, guild: int | None, channel: int, message: int) -> Place:
        """The conversation of an answer to one of our messages outside of threads: it may be the root itself."""
        noted = await self.of_message(channel, message)
        return noted if noted is not None else place_at(guild, channel, message)

    async def learn_message(self, message: MessageRef) -> None:
        """One of our messages was posted where no thread is."""
        place, (channel, number) = message.place, parse_message_id(message.message)
        if place.thread is None and place.audience is None:
            return  # a root: its own name says everything
        note: Json = {
            "team": place.team,
            "channel": place.channel,
            "thread": place.thread or message.message,
            "audience": place.audience,
        }
        await self._notes.put(_message_key(channel, number), note)

    async def thread_of(self, place: Place) -> int | None:
        """The thread of Discord in which a place's conversation goes on; None where it is a chain of answers."""
        if place.thread is None or place.audience is not None:
            return None
        _, root = parse_message_id(place.thread)
        return root if await self.parent_of(root) is not None else None

    # Private

    async def _thread(self, thread: int) -> _Thread | None:
        read_s, known = self._threads.get(thread, (0.0, None))
        if known is not None and self._clock.monotonic_s() - read_s < _READ_AGAIN_S:
            self._threads.move_to_end(thread)
            return known
        note = await self._notes.get(_thread_key(thread))
        if note is None:
            return None
        return self._remember(thread, _Thread(int(note["parent"]), bool(note.get("private")), note.get("ours")))

    def _remember(self, thread: int, learnt: _Thread) -> _Thread:
        self._threads[thread] = self._clock.monotonic_s(), learnt
        self._threads.move_to_end(thread)
        if len(self._threads) > self._most:
            self._threads.popitem(last=False)
        return learnt


def _thread_key(thread: int) -> str:
    return f"thread:{thread}"


def _message_key(channel: int, message: int) -> str:
    return f"at:{channel}:{message}"
