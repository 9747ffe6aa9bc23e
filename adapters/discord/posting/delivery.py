"""Posts, finds and updates single Discord messages. Posts elsewhere if a thread or channel is closed.

Discord remembers the nonce of a message for a few minutes. Within them, posting again with the same nonce returns the
existing message; later, the channel is searched for it.
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
"""How long Discord surely remembers a nonce; the documentation says "the past few minutes"."""
_MAX_SEARCHED: Final = 100
"""How many messages of a channel are searched for one that was posted just before a crash."""
_MAX_REMEMBERED: Final = 5_000

_log = structlog.get_logger(__name__)


class MessageDelivery:
    """Sends messages for `PostOnce`, identified by a nonce made from their key."""

    def __init__(self, rest: DiscordRest, places: Places, followups: Followups, multipart: MultipartSender) -> None:
        self._rest = rest
        self._places = places
        self._followups = followups
        self._multipart = multipart
        self._reply_targets: RecentMap[str, PostTarget] = RecentMap(_MAX_REMEMBERED)

    def reply_to(self, key: str, incoming: PostTarget) -> None:
        """Makes the message that will be posted with `key` a reply to a person's message. Not kept after a restart.

        Args:
            incoming: the person's message.
        """
        self._reply_targets[key] = incoming

    def note_key(self, place: Place, key: str) -> str:
        return f"post:{key}"

    def first_note(self) -> Json:
        return {"at_s": self._rest.time.now_s()}

    async def send(self, place: Place, rendered: RenderedMessage, *, key: str) -> str:
        return (await self._post_or_follow_up(place, rendered, key)).message

    async def find(self, place: Place, rendered: RenderedMessage, *, key: str, note: Json) -> str | None:
        posted_s = float(note["at_s"])
        if self._rest.time.now_s() - posted_s < _NONCE_S:
            return None
        name = await self._search_channel(place, rendered, key, posted_s)
        if name is not None:
            await self._finish_found_post(MessageRef(place, name), key)
        return name

    def may_be_posted(self, error: EaselError) -> bool:
        return True

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, keeps_files: bool = False) -> None:
        """Updates a message.

        Args:
            keeps_files: whether the message keeps its files; otherwise they are removed.

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
            path_values={"channel_id": channel, "message_id": number},
        )

    # Private

    async def _target(self, place: Place) -> PostTarget:
        """The channel, thread or DM to post in for a place. Raises as `DiscordRest.call` for a DM."""
        thread = await self._places.thread_of(place)
        if thread is not None:
            return PostTarget(thread)
        answering = parse_message_id(place.thread)[1] if place.thread is not None else None
        if place.audience is not None:
            # A DM and not an ephemeral reply, which can be updated for 15 minutes only.
            return PostTarget(await self._rest.direct_channel(place.audience), answering)
        return PostTarget(int(place.channel), answering)

    async def _post_or_follow_up(self, place: Place, rendered: RenderedMessage, key: str) -> MessageRef:
        """Posts the message, by the interaction if its reply is deferred, else in the place or near it."""
        if place.audience is None and await self._followups.is_deferred(key):
            # Easel may not post, or not attach files, in that channel; posting a status would not reveal the latter.
            message = await self._followups.post(place, rendered, key=key)
            if message is not None:
                return message
        target = await self._target(place)
        answering = self._reply_targets.get(job_of(key))
        if answering is not None and answering.channel == target.channel:
            target = answering
        try:
            message = await self._post(place, target, rendered, key)
        except DiscordRefused as refused:
            return await self._post_elsewhere(refused, place, target, rendered, key)
        await self._followups.end_deferral(place, key)
        return message

    async def _search_channel(self, place: Place, rendered: RenderedMessage, key: str, posted_s: float) -> str | None:
        """Searches the messages since `posted_s` for the key. None also if Easel may not read them."""
        target = await self._target(place)
        query = {"after": str(snowflake_at(posted_s - 5)), "limit": str(_MAX_SEARCHED)}
        us = await self._rest.bot_user()
        try:
            found: Sequence[Mapping[str, Any]] = await self._rest.call(
                "GET", _MESSAGES, query=query, channel_id=target.channel
            )
        except DiscordRefused as refused:
            _log.info("message.not_looked_for", reason=str(refused))
            return None
        for message in found:
            if int(message["author"]["id"]) == us and _was_posted_under(message, rendered, key):
                return message_id(target.channel, int(message["id"]))
        return None

    async def _finish_found_post(self, message: MessageRef, key: str) -> None:
        """Does what `send` does after a post, for a message of a process that ended before it did that."""
        await self._remember_place(message)
        await self._followups.end_deferral(message.place, key)

    async def _post(self, place: Place, target: PostTarget, rendered: RenderedMessage, key: str) -> MessageRef:
        more: dict[str, Any] = {
            "flags": flags(rendered, ephemeral=False),
            "nonce": nonce_of(key),
            "enforce_nonce": True,
            **target.reference,
        }
        sent = await self._multipart.send(
            "POST", _MESSAGES, place, rendered, path_values={"channel_id": target.channel}, extra_body=more
        )
        message = MessageRef(place, message_id(target.channel, int(sent["id"])))
        await self._remember_place(message)
        return message

    async def _remember_place(self, message: MessageRef) -> None:
        """Notes the place of a message that is not in the channel or thread of its place, such as one in a DM."""
        if await self._places.thread_of(message.place) != parse_message_id(message.message)[0]:
            await self._places.learn_message(message)

    async def _post_elsewhere(
        self, refused: DiscordRefused, place: Place, target: PostTarget, rendered: RenderedMessage, key: str
    ) -> MessageRef:
        """Posts after a refusal: without the reply, in the parent channel of a closed thread, or by the interaction."""
        if refused.code == CANNOT_REPLY:
            return await self._post(place, PostTarget(target.channel), rendered, key)
        if refused.code not in CLOSED:
            raise refused
        if await self._may_post_in_parent(place, target):
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

    async def _may_post_in_parent(self, place: Place, target: PostTarget) -> bool:
        """Whether the target is a public thread: everybody in its parent channel can read it."""
        is_thread = place.audience is None and str(target.channel) != place.channel
        return is_thread and not await self._places.is_private(target.channel)


def _was_posted_under(message: Mapping[str, Any], rendered: RenderedMessage, key: str) -> bool:
    """Whether a message was posted with the key: same nonce, same job in a button, or same text and buttons."""
    buttons = _button_ids(message)
    if message.get("nonce") == nonce_of(key) or any(key in each.split(":") for each in buttons):
        return True
    return message.get("content") == rendered.body.get("content") and buttons == _button_ids(rendered.body)


def _button_ids(message: Mapping[str, Any]) -> list[str]:
    rows: Sequence[Mapping[str, Any]] = message.get("components") or ()
    return [str(each.get("custom_id", "")) for row in rows for each in row.get("components", ())]
