"""Answers to what people said: Discord hides nothing in a channel that was not asked for by a command or a button.

So they go to the person's DM, with a link to their words. Where that is closed, they stand beneath the words
themselves: better read by all than by nobody.
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
    """Says what went wrong to the log alone: the words themselves have been dealt with."""

    def __init__(self, rest: DiscordRest, places: Places) -> None:
        self._rest = rest
        self._places = places

    async def answer(self, user: int, incoming: PostTarget, place: Place, card: Card, *, key: str) -> None:
        """Args: `said`: the person's words. The same key is answered once."""
        is_direct = place.team == DIRECT or place.audience is not None
        try:
            if is_direct:
                await self._send(incoming, card, key=key)
                return
            try:
                channel = await self._rest.direct_channel(str(user))
                sent = await self._send(PostTarget(channel), card, key=key, of=_ref(incoming, place))
                if card.buttons:
                    # What is pressed there is about the conversation that the words were said in.
                    await self._places.learn_message(MessageRef(place, message_id(channel, sent)))
            except DiscordRefused as refused:
                if refused.code not in CLOSED:
                    raise
                await self.reply_text(incoming, card, key=key)
        except EaselError as problem:
            _log.warning("answer.not_shown", reason=str(problem))

    async def react(self, incoming: PostTarget) -> None:
        """A small sign on somebody's words that they were read and left alone; none where that is not allowed."""
        try:
            await self._rest.call(
                "PUT", _REACTION, channel_id=incoming.channel, message_id=incoming.answering or 0, emoji=labels.REACTION
            )
        except EaselError as problem:
            _log.info("reaction.not_added", reason=str(problem))

    async def reply_text(self, incoming: PostTarget, card: Card, *, key: str) -> None:
        """For everybody, as an answer to somebody's words. Raises as `DiscordRest.call`."""
        rendered = message(card)
        await self._post(incoming, {**rendered.body, "flags": flags(rendered, ephemeral=False)}, key)

    async def send_direct(self, user: int, card: Card, *, key: str) -> None:
        """To somebody whom nothing else reaches any more."""
        try:
            await self._send(PostTarget(await self._rest.direct_channel(str(user))), card, key=key)
        except EaselError as problem:
            _log.warning("answer.not_shown", reason=str(problem))

    async def _send(self, target: PostTarget, card: Card, *, key: str, of: MessageRef | None = None) -> int:
        """The id of the message."""
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


def _ref(incoming: PostTarget, place: Place) -> MessageRef:
    return MessageRef(place, message_id(incoming.channel, incoming.answering or 0))
