"""Discord replies to a person's message that only this person should see.

Only commands and buttons can have ephemeral replies. So these go to the person's DM, with a link to the message. If the
person does not accept DMs, they are posted in the channel as replies to the message.
"""

from typing import Any, Final

import structlog

from adapters.discord import labels
from adapters.discord.errors import CANNOT_REPLY, CLOSED, DiscordRefused
from adapters.discord.ids import DIRECT, link, message_id, nonce_of
from adapters.discord.rendering.cards import flags, message, panel
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places, PostTarget
from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.presentation.card import Card

_MESSAGES: Final = "/channels/{channel_id}/messages"

_REACTION: Final = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me"

_log = structlog.get_logger(__name__)


class PrivateReplies:
    """Sends private replies.

    Methods only log errors, apart from `reply_text`: the person's message was handled.
    """

    def __init__(self, rest: DiscordRest, places: Places) -> None:
        self._rest = rest
        self._places = places

    async def answer(self, user: int, incoming: PostTarget, place: Place, card: Card, *, key: str) -> None:
        """Replies to a person's message, once for each key.

        Args:
            user: Discord's id of the person.
            incoming: the person's message.
            place: the place of that message.
        """
        is_direct = place.team == DIRECT or place.audience is not None
        try:
            if is_direct:
                await self._send(incoming, card, key=key)
                return
            try:
                channel = await self._rest.direct_channel(str(user))
                sent = await self._send(PostTarget(channel), card, key=key, of=_incoming_ref(incoming, place))
                if card.buttons:
                    # Buttons of the DM act on the conversation of the person's message.
                    await self._places.learn_message(MessageRef(place, message_id(channel, sent)))
            except DiscordRefused as refused:
                if refused.code not in CLOSED:
                    raise
                await self.reply_text(incoming, card, key=key)
        except EaselError as problem:
            _log.warning("answer.not_shown", reason=str(problem))

    async def react(self, incoming: PostTarget) -> None:
        """Adds a reaction to a message that Easel read and ignored. Does nothing without the permission."""
        try:
            await self._rest.call(
                "PUT", _REACTION, channel_id=incoming.channel, message_id=incoming.answering or 0, emoji=labels.REACTION
            )
        except EaselError as problem:
            _log.info("reaction.not_added", reason=str(problem))

    async def reply_text(self, incoming: PostTarget, card: Card, *, key: str) -> None:
        """Posts a public reply to a person's message. Raises as `DiscordRest.call`."""
        rendered = message(card)
        await self._post(incoming, {**rendered.body, "flags": flags(rendered, ephemeral=False)}, key)

    async def send_direct(self, user: int, card: Card, *, key: str) -> None:
        """Sends a DM that does not refer to a message."""
        try:
            await self._send(PostTarget(await self._rest.direct_channel(str(user))), card, key=key)
        except EaselError as problem:
            _log.warning("answer.not_shown", reason=str(problem))

    async def _send(self, target: PostTarget, card: Card, *, key: str, of: MessageRef | None = None) -> int:
        """Posts the card as a panel; returns the id of the message."""
        rendered = panel(card, footer=f"-# [{labels.SOURCE}]({link(of)})" if of is not None else "")
        return await self._post(target, {**rendered.body, "flags": flags(rendered, ephemeral=False)}, key)

    async def _post(self, target: PostTarget, body: dict[str, Any], key: str) -> int:
        whole = {**body, "nonce": nonce_of(f"answer-{key}"), "enforce_nonce": True, **target.reference}
        try:
            return int((await self._rest.call("POST", _MESSAGES, body=whole, channel_id=target.channel))["id"])
        except DiscordRefused as refused:
            if refused.code != CANNOT_REPLY:
                raise
            return await self._post(PostTarget(target.channel), body, key)


def _incoming_ref(incoming: PostTarget, place: Place) -> MessageRef:
    return MessageRef(place, message_id(incoming.channel, incoming.answering or 0))
