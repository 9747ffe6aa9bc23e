"""Easel's own messages in Discord: posted once for each key, changed in place, posted anew where that is not possible.

Discord keeps the key of a message (its nonce) for some minutes only. So it is noted before a message goes out, and its
id afterwards; what was noted without an id is posted again while the nonce is remembered, and looked for after that.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from adapters.discord.errors import (
    CLOSED,
    THREAD_ARCHIVED,
    UNEDITABLE,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    DiscordRefused,
)
from adapters.discord.ids import job_of, made_at_s, message_id, nonce_of, parse_message_id, snowflake_at
from adapters.discord.limits import OLD_MESSAGE_S
from adapters.discord.posting.delivery import MessageDelivery
from adapters.discord.posting.ephemeral_files import EphemeralFiles
from adapters.discord.posting.threads import ThreadOpener
from adapters.discord.rendering.cards import RenderedMessage
from adapters.discord.rendering.cards import message as render
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places, PostTarget
from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef, Place
from bot.domain.rate_limit import TokenBucket
from bot.errors import Transient
from bot.ports import Clock, Json, PlatformState
from bot.presentation.card import Card

_MESSAGES: Final = "/channels/{channel_id}/messages"
_NONCE_S: Final = 60.0
"""For how long a nonce surely counts: Discord says "the past few minutes"."""
_LOOK_BACK: Final = 100
"""Messages that are looked through for one that was posted just before a crash."""
_MAX_REMEMBERED: Final = 5_000
_FRESH_S: Final = OLD_MESSAGE_S - 300

_log = structlog.get_logger(__name__)


class DiscordMessages:
    """Args: `updates_per_minute`: changes that the status messages of one channel may take together."""

    def __init__(
        self,
        rest: DiscordRest,
        delivery: MessageDelivery,
        places: Places,
        threads: ThreadOpener,
        ephemeral_files: EphemeralFiles,
        notes: PlatformState,
        clock: Clock,
        *,
        updates_per_minute: float,
    ) -> None:
        self._rest = rest
        self._delivery = delivery
        self._places = places
        self._threads = threads
        self._ephemeral_files = ephemeral_files
        self._notes = notes
        self._clock = clock
        self._updates_per_minute = updates_per_minute
        self._updates: RecentMap[int, TokenBucket] = RecentMap(_MAX_REMEMBERED)
        self._previews: RecentMap[str, str] = RecentMap(_MAX_REMEMBERED)
        self._left: RecentMap[str, None] = RecentMap(_MAX_REMEMBERED)
        self._asked: RecentMap[str, PostTarget] = RecentMap(_MAX_REMEMBERED)

    def answer_with(self, key: str, words: PostTarget) -> None:
        """What is posted under this key answers these words of a person. A courtesy: after a restart it does not."""
        self._asked[key] = words

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """The message of this key; one that is there already is left as it is.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        note_key = f"post:{key}"
        note: Json = {"at_s": self._rest.time.now_s()}
        rendered = render(card)
        noted = await self._notes.get(note_key)
        if noted is None and not await self._notes.add(note_key, note):
            noted = await self._notes.get(note_key)
        name = await self._known(place, rendered, key, noted) if noted is not None else None
        if name is None:
            message = await self._delivery.post(place, rendered, key=key, answering=self._asked.get(job_of(key)))
        else:
            message = MessageRef(place, name)
        if noted is None or "message" not in noted:
            await self._notes.put(note_key, {"message": message.message})
        if card.tone == "done":
            await self._threads.open(message, card)
        return message

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Shows the card in place of the one before, or posts it anew where that is gone; returns where it is.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        if card.tone == "working":
            await self._update_status(message, card)
            return message
        try:
            await self._change(message, render(card))
        except DiscordRefused as refused:
            if refused.code not in UNEDITABLE and not _has_lost_its_thread(message, refused):
                raise
            now = await self._replace(message, card, is_there=refused.code != UNKNOWN_MESSAGE)
        else:
            now = message
            self._previews.pop(message.message, None)
            if card.tone == "done":
                await self._threads.open(message, card)
        if not card.pictures:
            await self._ephemeral_files.delete_message(message)
        return now

    # Private

    async def _change(self, message: MessageRef, rendered: RenderedMessage) -> None:
        try:
            await self._delivery.change(message, rendered)
        except DiscordRefused as refused:
            if refused.code != THREAD_ARCHIVED or not await self._threads.unarchive(
                parse_message_id(message.message)[0]
            ):
                raise
            await self._delivery.change(message, rendered)

    async def _update_status(self, message: MessageRef, card: Card) -> None:
        """A courtesy: left out rather than waited for, so that results have the channel's limit for themselves."""
        channel, number = parse_message_id(message.message)
        if message.message in self._left or self._rest.time.now_s() - made_at_s(number) > _FRESH_S:
            return  # the few changes that are left are for the result
        bucket = self._updates.setdefault(channel, TokenBucket(self._updates_per_minute, self._clock))
        if bucket.wait_s(1) > 0:
            raise Transient("Discord allows no more updates at the moment.")
        bucket.take(1)
        digest = hashlib.sha256(card.preview.data).hexdigest() if card.preview is not None else None
        is_shown = digest is None or self._previews.get(message.message) == digest
        rendered = render(card)
        try:
            await self._delivery.change(
                message, RenderedMessage(rendered.body) if is_shown else rendered, keeps_files=is_shown
            )
        except DiscordRefused as refused:
            if refused.code not in UNEDITABLE | CLOSED:
                raise
            # An app that goes on asking for what it is refused is banned after 10,000 refusals in ten minutes.
            _log.info("status.left", reason=str(refused))
            self._left[message.message] = None
            return
        if digest is not None:
            self._previews[message.message] = digest

    async def _replace(self, message: MessageRef, card: Card, *, is_there: bool) -> MessageRef:
        """In the same conversation; a new root where the old one is gone. One that only cannot be changed goes, too."""
        now = await self.post(message.place, card, key=f"instead-of:{message.message}")
        if is_there:
            channel, number = parse_message_id(message.message)
            try:
                await self._rest.call("DELETE", f"{_MESSAGES}/{{message_id}}", channel_id=channel, message_id=number)
            except (DiscordRefused, Transient) as problem:
                _log.info("message.not_deleted", reason=str(problem))
        return now

    async def _known(self, place: Place, rendered: RenderedMessage, key: str, noted: Json) -> str | None:
        if "message" in noted:
            return str(noted["message"])
        if self._rest.time.now_s() - float(noted["at_s"]) < _NONCE_S:
            return None
        name = await self._find_posted(place, rendered, key, float(noted["at_s"]))
        if name is not None:
            await self._delivery.found(MessageRef(place, name), key=key)
        return name

    async def _find_posted(self, place: Place, rendered: RenderedMessage, key: str, at_s: float) -> str | None:
        """The message that was posted under this key by a process that died before it could note so."""
        target = await self._delivery.target(place)
        query = {"after": str(snowflake_at(at_s - 5)), "limit": str(_LOOK_BACK)}
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


def _has_lost_its_thread(message: MessageRef, refused: DiscordRefused) -> bool:
    """A thread may be gone while its channel is there."""
    in_thread = parse_message_id(message.message)[0] != int(message.place.channel) and message.place.audience is None
    return in_thread and refused.code in (UNKNOWN_CHANNEL, THREAD_ARCHIVED)


def _is_same(message: Mapping[str, Any], rendered: RenderedMessage, key: str) -> bool:
    """Whether it was posted under the key: by its nonce, the job that its buttons are for, or all that it shows."""
    buttons = _buttons(message)
    if message.get("nonce") == nonce_of(key) or any(key in each.split(":") for each in buttons):
        return True
    return message.get("content") == rendered.body.get("content") and buttons == _buttons(rendered.body)


def _buttons(message: Mapping[str, Any]) -> list[str]:
    rows: Sequence[Mapping[str, Any]] = message.get("components") or ()
    return [str(each.get("custom_id", "")) for row in rows for each in row.get("components", ())]
