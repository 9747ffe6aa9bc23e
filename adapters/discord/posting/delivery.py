"""One message on its way to its place, or to where it can be shown instead: posted, found again, changed.

Discord keeps the key of a message (its nonce) for some minutes only: within them the message is posted again, which
gives the one that is there, and after them it is looked for.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from adapters.discord.errors import CANNOT_REPLY, CLOSED, UNKNOWN_CHANNEL, DiscordRefused
from adapters.discord.ids import job_of, message_id, nonce_of, parse_message_id, snowflake_at
from adapters.discord.posting.followups import Followups
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.rendering.cards import RenderedMessage, flags
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places, PostTarget
from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.ports import Json

_MESSAGES: Final = "/channels/{channel_id}/messages"
_NONCE_S: Final = 60.0
"""For how long a nonce surely counts: Discord says "the past few minutes"."""
_LOOK_BACK: Final = 100
"""Messages that are looked through for one that was posted just before a crash."""
_MAX_REMEMBERED: Final = 5_000

_log = structlog.get_logger(__name__)


class MessageDelivery:
    """Sends messages for `PostOnce`."""

    def __init__(self, rest: DiscordRest, places: Places, followups: Followups, multipart: MultipartSender) -> None:
        self._rest = rest
        self._places = places
        self._followups = followups
        self._multipart = multipart
        self._answered: RecentMap[str, PostTarget] = RecentMap(_MAX_REMEMBERED)

    def answer_with(self, key: str, words: PostTarget) -> None:
        """What is posted under this key answers these words of a person. A courtesy: after a restart it does not."""
        self._answered[key] = words

    def note_key(self, place: Place, key: str) -> str:
        return f"post:{key}"

    def first_note(self) -> Json:
        return {"at_s": self._rest.time.now_s()}

    async def send(self, place: Place, rendered: RenderedMessage, *, key: str) -> str:
        return (await self._send(place, rendered, key)).message

    async def find(self, place: Place, rendered: RenderedMessage, *, key: str, note: Json) -> str | None:
        posted_s = float(note["at_s"])
        if self._rest.time.now_s() - posted_s < _NONCE_S:
            return None
        name = await self._find(place, rendered, key, posted_s)
        if name is not None:
            await self._found(MessageRef(place, name), key)
        return name

    def may_be_posted(self, error: EaselError) -> bool:
        return True

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, keeps_files: bool = False) -> None:
        """Changes it; what files it had go, unless they are kept.

        Raises:
            EaselError: as `DiscordRest.call`.
        """
        if await self._followups.change(message, rendered, keeps_files=keeps_files):
            return
        channel, number = parse_message_id(message.message)
        await self._multipart.send(
            "PATCH",
            f"{_MESSAGES}/{{message_id}}",
            message.place,
            rendered,
            keeps_files=keeps_files,
            at={"channel_id": channel, "message_id": number},
        )

    # Private

    async def _target(self, place: Place) -> PostTarget:
        """Where a place's messages go. Raises as `DiscordRest.call` where that is a DM."""
        thread = await self._places.thread_of(place)
        if thread is not None:
            return PostTarget(thread)
        answering = parse_message_id(place.thread)[1] if place.thread is not None else None
        if place.audience is not None:
            # What is answered to one person by an interaction could be changed for a quarter of an hour only.
            return PostTarget(await self._rest.direct_channel(place.audience), answering)
        return PostTarget(int(place.channel), answering)

    async def _send(self, place: Place, rendered: RenderedMessage, key: str) -> MessageRef:
        """Posts it; within some minutes the same key is the same message."""
        if place.audience is None and await self._followups.is_awaited(key):
            # There Easel may not post, or no pictures, which a status would not find out.
            message = await self._followups.post(place, rendered, key=key)
            if message is not None:
                return message
        target = await self._target(place)
        answering = self._answered.get(job_of(key))
        if answering is not None and answering.channel == target.channel:
            target = answering
        try:
            message = await self._post(place, target, rendered, key)
        except DiscordRefused as refused:
            return await self._deliver_elsewhere(refused, place, target, rendered, key)
        await self._followups.end_deferral(place, key)
        return message

    async def _find(self, place: Place, rendered: RenderedMessage, key: str, posted_s: float) -> str | None:
        target = await self._target(place)
        query = {"after": str(snowflake_at(posted_s - 5)), "limit": str(_LOOK_BACK)}
        us = await self._rest.bot_user()
        try:
            found: Sequence[Mapping[str, Any]] = await self._rest.call(
                "GET", _MESSAGES, query=query, channel_id=target.channel
            )
        except DiscordRefused as refused:
            _log.info("message.not_looked_for", reason=str(refused))
            return None
        for message in found:
            if int(message["author"]["id"]) == us and _is_same(message, rendered, key):
                return message_id(target.channel, int(message["id"]))
        return None

    async def _found(self, message: MessageRef, key: str) -> None:
        """It was posted by a process that died then: does what `send` does once a message is there."""
        await self._learn(message)
        await self._followups.end_deferral(message.place, key)

    async def _post(self, place: Place, target: PostTarget, rendered: RenderedMessage, key: str) -> MessageRef:
        more: dict[str, Any] = {
            "flags": flags(rendered, ephemeral=False),
            "nonce": nonce_of(key),
            "enforce_nonce": True,
            **target.reference,
        }
        sent = await self._multipart.send(
            "POST", _MESSAGES, place, rendered, at={"channel_id": target.channel}, more=more
        )
        message = MessageRef(place, message_id(target.channel, int(sent["id"])))
        await self._learn(message)
        return message

    async def _learn(self, message: MessageRef) -> None:
        if await self._places.thread_of(message.place) != parse_message_id(message.message)[0]:
            await self._places.learn_message(message)

    async def _deliver_elsewhere(
        self, refused: DiscordRefused, place: Place, target: PostTarget, rendered: RenderedMessage, key: str
    ) -> MessageRef:
        """A second way: without the answer, beside a thread that is closed, or through the interaction."""
        if refused.code == CANNOT_REPLY:
            return await self._post(place, PostTarget(target.channel), rendered, key)
        if refused.code not in CLOSED:
            raise refused
        if await self._may_stand_beside(place, target):
            _log.info("thread.closed", thread=target.channel, reason=str(refused))
            if refused.code == UNKNOWN_CHANNEL:
                await self._places.forget_thread(target.channel)
            beside = PostTarget(int(place.channel), target.channel)
            try:
                return await self._post(place, beside, rendered, key)
            except DiscordRefused as again:
                raise (again if refused.code == UNKNOWN_CHANNEL else refused) from again
        message = await self._followups.post(place, rendered, key=key)
        if message is None:
            raise refused
        return message

    async def _may_stand_beside(self, place: Place, target: PostTarget) -> bool:
        """Whether the target is a thread of which everybody in its channel may read."""
        is_thread = place.audience is None and str(target.channel) != place.channel
        return is_thread and not await self._places.is_private(target.channel)


def _is_same(message: Mapping[str, Any], rendered: RenderedMessage, key: str) -> bool:
    """Whether it was posted under the key: by its nonce, the job that its buttons are for, or all that it shows."""
    buttons = _buttons(message)
    if message.get("nonce") == nonce_of(key) or any(key in each.split(":") for each in buttons):
        return True
    return message.get("content") == rendered.body.get("content") and buttons == _buttons(rendered.body)


def _buttons(message: Mapping[str, Any]) -> list[str]:
    rows: Sequence[Mapping[str, Any]] = message.get("components") or ()
    return [str(each.get("custom_id", "")) for row in rows for each in row.get("components", ())]
