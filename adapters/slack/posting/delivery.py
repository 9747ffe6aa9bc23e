"""Posts, finds and updates single Slack messages. A hash of the key in the message metadata identifies a message."""

import hashlib
from collections.abc import Mapping
from typing import Final

from adapters.slack.errors import ConnectionLost, SlackRefused
from adapters.slack.ids import message_id, parse_message_id, target_of
from adapters.slack.note_kinds import root_key
from adapters.slack.payloads.messages import Message
from adapters.slack.payloads.web_api import (
    parse_chat_post_message,
    parse_conversations_history,
    parse_conversations_open,
)
from adapters.slack.posting.text_fallback import send_message
from adapters.slack.rendering.cards import RenderedMessage
from adapters.slack.web_api.client import SlackApi
from bot.domain.people import MessageRef, Place
from bot.errors import EaselError
from bot.ports import Json, PlatformState

_EVENT_TYPE: Final = "easel_message"
_MAX_SEARCHED: Final = 100
"""How many messages of a channel or thread are searched for one that was posted just before a crash."""


class MessageDelivery:
    """Sends messages for `PostOnce`. The metadata of a message contains a hash of its key."""

    def __init__(self, api: SlackApi, notes: PlatformState) -> None:
        self._api = api
        self._notes = notes

    def note_key(self, place: Place, key: str) -> str:
        return f"post:{place.team}:{key}"

    def first_note(self) -> Json:
        return {}

    async def send(self, place: Place, rendered: RenderedMessage, *, key: str) -> str:
        return await self._note_channel_of_root(place, await self._post(place, rendered, _mark_for(key)))

    async def find(self, place: Place, rendered: RenderedMessage, *, key: str, note: Json) -> str | None:
        name = await self._search_by_mark(place, key)
        return await self._note_channel_of_root(place, name) if name is not None else None

    def may_be_posted(self, error: EaselError) -> bool:
        return isinstance(error, ConnectionLost)

    async def send_unmarked(self, place: Place, rendered: RenderedMessage) -> str:
        """Posts a message that cannot be found again after a crash; returns its id. Raises as `Platform.post`."""
        return await self._post(place, rendered, None)

    async def change(self, message: MessageRef, rendered: RenderedMessage, *, or_text: bool) -> None:
        """Updates a message.

        Args:
            or_text: if Slack refuses the blocks, send the text without blocks.

        Raises:
            EaselError: as `SlackApi.call`.
        """
        channel, ts = parse_message_id(message.message)
        team = message.place.team
        if or_text:
            await send_message(self._api, team, "chat.update", rendered, channel=channel, ts=ts)
        else:
            await self._api.call(
                team, "chat.update", channel=channel, ts=ts, text=rendered.text, blocks=rendered.blocks
            )

    # Private

    async def _post(self, place: Place, rendered: RenderedMessage, mark: str | None) -> str:
        channel, thread_ts = target_of(place)
        arguments: dict[str, object] = {
            "channel": channel,
            "thread_ts": thread_ts,
            "metadata": {"event_type": _EVENT_TYPE, "event_payload": {"mark": mark}} if mark is not None else None,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        answer = await self._post_joining_channel(place, rendered, arguments)
        posted = parse_chat_post_message(answer)
        return message_id(posted.channel, posted.ts)

    async def _post_joining_channel(
        self, place: Place, rendered: RenderedMessage, arguments: Mapping[str, object]
    ) -> Json:
        """Posts a message; first joins the channel if it is public and Easel is not a member."""
        try:
            return await send_message(self._api, place.team, "chat.postMessage", rendered, **arguments)
        except SlackRefused as refused:
            if refused.code != "not_in_channel" or place.audience is not None:
                raise
            try:
                await self._api.call(place.team, "conversations.join", channel=arguments["channel"])
            except SlackRefused as closed:
                raise refused from closed
            return await send_message(self._api, place.team, "chat.postMessage", rendered, **arguments)

    async def _note_channel_of_root(self, place: Place, name: str) -> str:
        """Notes the channel of a private root message; returns the message's id.

        Must come before the id is noted: until then, a crash makes `PostOnce` find the message again.
        """
        if place.audience is not None and place.thread is None:
            # Replies to it arrive from a DM, but belong to the channel of the place.
            await self._notes.put(root_key(place.team, name), {"channel": place.channel})
        return name

    async def _search_by_mark(self, place: Place, key: str) -> str | None:
        """Searches the last messages of the channel or thread for the key; returns the id of the message."""
        channel, thread_ts = target_of(place)
        if thread_ts is None and place.audience is not None:
            opened = await self._api.call(place.team, "conversations.open", users=place.audience)
            channel = parse_conversations_open(opened).channel.id
        method = "conversations.history" if thread_ts is None else "conversations.replies"
        arguments: dict[str, object] = {"limit": str(_MAX_SEARCHED), "include_all_metadata": "true"}
        if thread_ts is not None:
            arguments["ts"] = thread_ts
        try:
            answer = await self._api.call(place.team, method, channel=channel, **arguments)
        except SlackRefused as refused:
            # Without the permission to read the history, a crash between post and note can show a status twice.
            # A thread may outlive its deleted root, but Slack does not find it by the root then.
            if refused.code not in ("missing_scope", "thread_not_found"):
                raise
            return None
        marks = {_mark_in(message): message.ts for message in parse_conversations_history(answer).messages}
        ts = marks.get(_mark_for(key))
        return message_id(channel, ts) if ts is not None else None


def _mark_for(key: str) -> str:
    """A hash of the key. Any app in the workspace can read metadata, so it must not contain the key itself."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _mark_in(message: Message) -> str | None:
    metadata = message.metadata
    return metadata.event_payload.mark if metadata.event_type == _EVENT_TYPE else None
