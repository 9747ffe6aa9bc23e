"""One message on its way to where it belongs, or to where it can be heard instead."""

from typing import Any, Final

import structlog

from adapters.discord.errors import CANNOT_REPLY, CLOSED, UNKNOWN_CHANNEL, DiscordRefused
from adapters.discord.ids import message_id, nonce_of, parse_message_id
from adapters.discord.posting.followups import Followups
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.rendering.cards import RenderedMessage, flags
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places, PostTarget
from bot.domain.people import MessageRef, Place

_MESSAGES: Final = "/channels/{channel_id}/messages"

_log = structlog.get_logger(__name__)


class MessageDelivery:
    """Methods raise DiscordRefused for what nobody here can get round."""

    def __init__(self, rest: DiscordRest, places: Places, followups: Followups, multipart: MultipartSender) -> None:
        self._rest = rest
        self._places = places
        self._followups = followups
        self._multipart = multipart

    async def target(self, place: Place) -> PostTarget:
        """Where a place's messages go. Raises as `DiscordRest.call` where that is a DM."""
        thread = await self._places.thread_of(place)
        if thread is not None:
            return PostTarget(thread)
        answering = parse_message_id(place.thread)[1] if place.thread is not None else None
        if place.audience is not None:
            # What is answered to one person by an interaction could be changed for a quarter of an hour only.
            return PostTarget(await self._rest.direct_channel(place.audience), answering)
        return PostTarget(int(place.channel), answering)

    async def post(
        self, place: Place, rendered: RenderedMessage, *, key: str, answering: PostTarget | None
    ) -> MessageRef:
        """Posts it; within some minutes the same key is the same message. `answering` are a person's own words."""
        if place.audience is None and await self._followups.is_awaited(key):
            # There Easel may not post, or no pictures, which a status would not find out.
            message = await self._followups.post(place, rendered, key=key)
            if message is not None:
                return message
        target = await self.target(place)
        if answering is not None and answering.channel == target.channel:
            target = answering
        try:
            message = await self._post(place, target, rendered, key)
        except DiscordRefused as refused:
            return await self._deliver_elsewhere(refused, place, target, rendered, key)
        await self._followups.end_deferral(place, key)
        return message

    async def found(self, message: MessageRef, *, key: str) -> None:
        """It was posted by a process that died then: does what `post` does once a message is there."""
        await self._learn(message)
        await self._followups.end_deferral(message.place, key)

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, keeps_files: bool = False) -> None:
        """Changes it; what files it had go, unless they are kept."""
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
